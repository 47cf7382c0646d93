// SPDX-License-Identifier: Apache-2.0
#include "model/holder_state.h"

namespace postern::model {
namespace {

void mark(Transaction& tx, const Id<NetworkInterface>& id, HolderState state) {
  const NetworkInterface* found = tx.world().find(id);
  if (found == nullptr || holder_of(*found) == nullptr || holder_of(*found)->state == state) {
    return;
  }
  NetworkInterface changed = *found;
  changed.attachment->holder->state = state;
  tx.put(std::move(changed));
}

}  // namespace

const Holder* holder_of(const NetworkInterface& interface) {
  return interface.attachment && interface.attachment->holder ? &*interface.attachment->holder
                                                              : nullptr;
}

std::vector<const NetworkInterface*> held_interfaces(const World& world) {
  std::vector<const NetworkInterface*> held;
  for (const auto& [id, interface] : world.all<NetworkInterface>()) {
    if (holder_of(*interface) != nullptr) {
      held.push_back(interface.get());
    }
  }
  return held;
}

HolderStep next_step(const Holder& holder, const HolderFound& found) {
  const bool waits = holder.state == HolderState::Waiting;
  if (found.connected) {
    return waits ? HolderStep::Connect : HolderStep::Keep;
  }
  if (holder.kind == HolderKind::Process) {
    return HolderStep::Release;
  }
  if (found.ready) {
    return HolderStep::Connect;
  }
  return waits ? HolderStep::Keep : HolderStep::Wait;
}

void mark_attached(Transaction& tx, const Id<NetworkInterface>& id) {
  mark(tx, id, HolderState::Attached);
}

void mark_waiting(Transaction& tx, const Id<NetworkInterface>& id) {
  mark(tx, id, HolderState::Waiting);
}

void release(Transaction& tx, const Id<NetworkInterface>& id) {
  const NetworkInterface* found = tx.world().find(id);
  if (found != nullptr && holder_of(*found) != nullptr) {
    tx.erase(Id<NetworkInterface>(id));
  }
}

}  // namespace postern::model
