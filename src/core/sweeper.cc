// SPDX-License-Identifier: Apache-2.0
#include "core/sweeper.h"

#include "base/log.h"
#include "model/registration.h"

namespace postern::core {

void Sweeper::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { loop(stop); });
}

void Sweeper::loop(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (const auto left = flows_.sweep(); left) {
      connections_ = *left;
      forget_retired();
    } else {
      log::warn("flows not swept", {{"error", left.error().message()}});
    }
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop, every_, [] { return false; });
  }
}

// Once the data plane carries a World, no connection begins on its retired targets: one that has
// none then will never have one.
void Sweeper::forget_retired() {
  const auto world = core_.snapshot();
  if (reconciler_.programmed() < world->revision()) {
    return;  // the next round is soon enough
  }
  std::set<std::uint32_t> idle;
  for (const auto& [id, target] : world->all<model::RetiredTarget>()) {
    idle.insert(target->number);
  }
  if (idle.empty()) {
    return;
  }
  const auto in_use = flows_.targets_in_use();
  if (!in_use) {
    log::warn("flows not read", {{"error", in_use.error().message()}});
    return;
  }
  std::erase_if(idle, [&](std::uint32_t number) { return in_use->contains(number); });
  if (!idle.empty() && !core_.post("forget retired targets", [idle](model::Transaction& tx) {
        model::forget_retired(tx, idle);
        return Result<>();
      })) {
    log::warn("retired targets not forgotten: too many commands wait");
  }
}

}  // namespace postern::core
