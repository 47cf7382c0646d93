// SPDX-License-Identifier: Apache-2.0
// The life of an instance: which state follows which, and what a change of state does to the
// records.
#pragma once

#include <optional>
#include <string_view>

#include "model/transaction.h"

namespace postern::model {

enum class InstanceEvent {
  Started,         // its machine runs
  LaunchFailed,    // its machine could not be made for the first time
  StartFailed,     // its machine could not be made again
  StopAsked,       // StopInstances
  StartAsked,      // StartInstances
  RebootAsked,     // RebootInstances
  TerminateAsked,  // TerminateInstances
  PoweredOff,      // its machine ended and its disk stays
  Gone,            // its machine ended and nothing of it is left
};
BOOST_DESCRIBE_ENUM(InstanceEvent, Started, LaunchFailed, StartFailed, StopAsked, StartAsked,
                    RebootAsked, TerminateAsked, PoweredOff, Gone)

// The state after `event`; nullopt when the event means nothing in `state` (it came too late).
// [EC2 user guide, "Amazon EC2 instance state changes"]
std::optional<InstanceState> next(InstanceState state, InstanceEvent event);

// As AWS writes it: pending, shutting-down; and its number, in the low byte of Code.
std::string_view text(InstanceState state);
int code(InstanceState state);

// The changes that whoever runs machines reports. Each gives whether something was changed: false
// for an instance that is gone from the World and for an event that came too late.
bool mark_running(Transaction& tx, const Id<Instance>& id);
// Its disk stays. For one that was to stop, and for a guest that powered itself off while its
// shutdown behaviour is `stop`. A public address that its launch gave it is given back.
bool mark_stopped(Transaction& tx, const Id<Instance>& id);
// The machine and its disk are gone. Its interface goes too, or becomes free when it is not to be
// deleted on termination. The record stays for an hour.
bool mark_terminated(Transaction& tx, const Id<Instance>& id);
// Server.InternalError and `reason` as StateReason. One that never ran is terminated at once, and
// its interface goes as above; one that did is stopped: its disk is there.
bool mark_start_failed(Transaction& tx, const Id<Instance>& id, std::string_view reason);

// What TerminateInstances does to an instance that may be terminated: to shutting-down; nothing
// when it is on its way already.
void begin_termination(Transaction& tx, const Id<Instance>& id,
                       ShutdownManner manner = ShutdownManner::Forced);
// What StopInstances, StartInstances and RebootInstances do. False when the instance's state does
// not allow it. Nothing happens to one that is stopped, runs, or is on its way there already, but a
// stop that is asked for again may be more urgent.
bool begin_stop(Transaction& tx, const Id<Instance>& id, ShutdownManner manner);
bool begin_start(Transaction& tx, const Id<Instance>& id);
bool begin_reboot(Transaction& tx, const Id<Instance>& id);

// Removes the instances that were terminated over an hour ago. [EC2 user guide, "Terminate
// instances": a terminated instance remains visible for a short while]
void forget_old_terminated(Transaction& tx);

}  // namespace postern::model
