// SPDX-License-Identifier: Apache-2.0
#include "core/reconcile.h"

#include <algorithm>

#include "base/log.h"
#include "model/deregistration.h"
#include "model/programmed.h"

namespace postern::core {
namespace {

using std::chrono::milliseconds;

// After a failure: at once, then twice as long each time up to a second.
constexpr milliseconds kRetryFirst{20};
constexpr milliseconds kRetryMax{1000};

}  // namespace

Reconciler::~Reconciler() {
  stopping_ = true;
  core_.world().wake();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Reconciler::start() {
  thread_ = std::thread([this] { loop(); });
}

bool Reconciler::wait_programmed(std::uint64_t revision, milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] { return programmed_.load() >= revision; });
}

void Reconciler::loop() {
  std::shared_ptr<const model::World> done;
  milliseconds retry = kRetryFirst;
  while (!stopping_) {
    const auto newest = core_.snapshot();
    if (newest == done) {
      sweep_if_due(*done);
      core_.world().wait_newer(done, sweep_every_, stopping_);
    } else if (program(newest)) {
      done = newest;
      retry = kRetryFirst;
    } else {
      core_.world().wait_newer(newest, retry, stopping_);
      retry = std::min(retry * 2, kRetryMax);
    }
  }
}

bool Reconciler::program(const std::shared_ptr<const model::World>& world) {
  const auto begin = std::chrono::steady_clock::now();
  if (const auto done = data_plane_.program(*world); !done) {
    log::error("data plane not programmed",
               {{"revision", world->revision()}, {"error", done.error().message()}});
    return false;
  }
  {
    std::lock_guard lock(mutex_);
    programmed_ = world->revision();
  }
  changed_.notify_all();
  log::debug("data plane programmed",
             {{"revision", world->revision()},
              {"took_us", std::chrono::duration_cast<std::chrono::microseconds>(
                              std::chrono::steady_clock::now() - begin)
                              .count()}});
  report(world);
  return true;
}

void Reconciler::report(const std::shared_ptr<const model::World>& world) {
  if (!model::awaits_programming(*world)) {
    return;
  }
  const bool queued =
      core_.post("mark what is programmed", [world](model::Transaction& tx) -> Result<> {
        model::mark_programmed(tx, *world);
        return {};
      });
  if (!queued) {
    log::warn("states not moved on: too many commands wait", {{"revision", world->revision()}});
  }
}

void Reconciler::sweep_if_due(const model::World& programmed) {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_sweep_ < sweep_every_) {
    return;
  }
  last_sweep_ = now;
  if (const auto done = data_plane_.sweep(); !done) {
    log::warn("flows not swept", {{"error", done.error().message()}});
    return;
  }
  forget_retired(programmed);
}

// The data plane carries `programmed`, by which no connection begins on a retired target: one that
// has none now will never have one.
void Reconciler::forget_retired(const model::World& programmed) {
  std::set<std::uint32_t> idle;
  for (const auto& [id, target] : programmed.all<model::RetiredTarget>()) {
    idle.insert(target->number);
  }
  if (idle.empty()) {
    return;
  }
  const auto in_use = data_plane_.targets_in_use();
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
