// SPDX-License-Identifier: Apache-2.0
#include "daemon/attacher.h"

#include "base/log.h"
#include "model/holder_state.h"

namespace postern::daemon {
namespace {

using model::Id;
using model::NetworkInterface;

// After a place that seemed ready was not.
constexpr std::chrono::seconds kTryAgainAfter{10};

}  // namespace

Result<NetworkInterface> Attacher::attach(const AttachWish& wish) {
  std::lock_guard lock(mutex_);
  TRY(check_wish(wish));
  TRY_ASSIGN(const Place place, parts_.places.look(wish.kind, wish.place));
  NetworkInterface made;
  TRY_ASSIGN(const std::uint64_t revision, parts_.core.run([&](model::Transaction& tx) -> Result<> {
    TRY_ASSIGN(made, daemon::attach(tx, parts_.region, wish, place));
    return {};
  }));
  if (auto done = connect(made.id, revision); !done) {
    if (const auto undone = change(made.id, model::release)) {
      parts_.wait_programmed(*undone);
    } else {
      log::error("interface not taken back",
                 {{"interface", made.id}, {"error", undone.error().message()}});
    }
    return std::unexpected(std::move(done).error());
  }
  if (place.is_host) {
    log::warn("the host itself is in a VPC", {{"interface", made.id}, {"vpc", made.vpc}});
  }
  log::info("attached", {{"interface", made.id}, {"to", wish.place}});
  return made;
}

// The maps first: the first packet of the new link is judged like any other.
Result<> Attacher::connect(const Id<NetworkInterface>& id, std::uint64_t revision) {
  if (!parts_.wait_programmed(revision)) {
    return unavailable("the data plane does not carry the interface yet: see the daemon's log");
  }
  const auto world = parts_.core.snapshot();
  const NetworkInterface* interface = world->find(id);
  if (interface == nullptr) {
    return unavailable("{} was wiped meanwhile", id);
  }
  return parts_.places.connect(*world, *interface);
}

Result<> Attacher::detach(const Id<NetworkInterface>& id) {
  std::lock_guard lock(mutex_);
  const auto world = parts_.core.snapshot();
  const NetworkInterface* interface = world->find(id);
  if (interface == nullptr || model::holder_of(*interface) == nullptr) {
    return refuse(faults::InvalidNetworkInterfaceIDNotFound, "there is no attachment {}", id);
  }
  TRY_ASSIGN(const std::uint64_t revision, change(id, model::release));
  log::info("detached", {{"interface", id}, {"from", model::holder_of(*interface)->place}});
  if (!parts_.wait_programmed(revision)) {
    return unavailable("{} is detached, but its link not taken away yet: see the daemon's log", id);
  }
  return {};
}

void Attacher::keep() {
  // One that is being attached has no link yet: not now.
  std::unique_lock lock(mutex_, std::try_to_lock);
  const auto world = parts_.core.snapshot();
  const auto held = model::held_interfaces(*world);
  if (!lock || held.empty()) {
    return;
  }
  const auto connected = parts_.places.connected();
  if (!connected) {
    log::warn("attachments not looked at", {{"error", connected.error().message()}});
    return;
  }
  for (const NetworkInterface* interface : held) {
    keep(*world, *interface, connected->contains(interface->number));
  }
}

void Attacher::keep(const model::World& world, const NetworkInterface& interface, bool connected) {
  const model::Holder& holder = *model::holder_of(interface);
  const bool ready = !connected && is_ready(world, interface);
  Result<std::uint64_t> done = 0;
  switch (model::next_step(holder, {.connected = connected, .ready = ready})) {
    case model::HolderStep::Keep:
      return;
    case model::HolderStep::Connect:
      return give_again(interface);
    case model::HolderStep::Wait:
      log::warn("attached place is gone: waiting for it",
                {{"interface", interface.id}, {"place", holder.place}});
      done = change(interface.id, model::mark_waiting);
      break;
    case model::HolderStep::Release:
      log::warn("attached place is gone: released",
                {{"interface", interface.id}, {"place", holder.place}});
      done = change(interface.id, model::release);
      break;
  }
  if (!done) {
    log::error("not recorded", {{"interface", interface.id}, {"error", done.error().message()}});
  }
}

bool Attacher::is_ready(const model::World& world, const NetworkInterface& interface) {
  const model::Holder& holder = *model::holder_of(interface);
  const auto failed = failed_.find(interface.id);
  const model::Vpc* vpc = world.find(interface.vpc);
  if (holder.kind == model::HolderKind::Process || vpc == nullptr ||
      (failed != failed_.end() && parts_.clock.steady_now() < failed->second)) {
    return false;
  }
  const auto place = parts_.places.look(holder.kind, holder.place);
  // A tap is not made again: its hypervisor does that, or the operator.
  const bool there = place && (holder.kind != model::HolderKind::Tap || place->tap_exists);
  return there && check_place(holder, *place, *vpc).has_value();
}

// Waits in between: what is left of the link before goes first.
void Attacher::give_again(const NetworkInterface& interface) {
  failed_.erase(interface.id);
  const auto waiting = change(interface.id, model::mark_waiting);
  const bool cleared = waiting && parts_.wait_programmed(*waiting);
  const auto revision = cleared ? change(interface.id, model::mark_attached) : waiting;
  const Result<> done = !cleared    ? unavailable("the data plane is behind")
                        : !revision ? std::unexpected(revision.error())
                                    : connect(interface.id, *revision);
  if (done) {
    log::info("attached again", {{"interface", interface.id}});
    return;
  }
  failed_[interface.id] = parts_.clock.steady_now() + kTryAgainAfter;
  log::warn("not attached again", {{"interface", interface.id}, {"error", done.error().message()}});
  if (!change(interface.id, model::mark_waiting)) {
    log::error("not recorded", {{"interface", interface.id}});
  }
}

Result<std::uint64_t> Attacher::change(const Id<NetworkInterface>& id,
                                       void (*how)(model::Transaction&,
                                                   const Id<NetworkInterface>&)) {
  return parts_.core.run([&](model::Transaction& tx) -> Result<> {
    how(tx, id);
    return {};
  });
}

}  // namespace postern::daemon
