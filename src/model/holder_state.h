// SPDX-License-Identifier: Apache-2.0
// Interfaces that something of the host's own holds: what becomes of one when its holder goes and
// comes back.
#pragma once

#include <vector>

#include "model/transaction.h"

namespace postern::model {

// The holder of the host's own; null for an interface that nothing or something else holds.
const Holder* holder_of(const NetworkInterface& interface);

// The interfaces that the host's own hold, by id.
std::vector<const NetworkInterface*> held_interfaces(const World& world);

// What was found of a holder.
struct HolderFound {
  bool connected = false;  // the interface's link is there, with both ends
  bool ready = false;      // if not: what is at the holder's place can be given the interface
};

enum class HolderStep {
  Keep,
  Connect,  // it is (again) there: give it the interface
  Wait,     // it is gone, and may come back to its place
  Release,  // it is gone for good: the interface goes with it
};
HolderStep next_step(const Holder& holder, const HolderFound& found);

// Each does nothing to an interface that nothing of the host's holds, or that is gone.
void mark_attached(Transaction& tx, const Id<NetworkInterface>& id);
void mark_waiting(Transaction& tx, const Id<NetworkInterface>& id);
// Removes the interface: what attaching made is taken away.
void release(Transaction& tx, const Id<NetworkInterface>& id);

}  // namespace postern::model
