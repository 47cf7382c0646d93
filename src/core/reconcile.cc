// SPDX-License-Identifier: Apache-2.0
#include "core/reconcile.h"

#include <algorithm>

#include "base/log.h"
#include "model/programmed.h"

namespace postern::core {
namespace {

using std::chrono::milliseconds;

// After a failure: at once, then twice as long each time up to a second.
constexpr milliseconds kRetryFirst{20};
constexpr milliseconds kRetryMax{1000};
constexpr milliseconds kIdleWait{60'000};
// As long as somebody waits in a state whose time is not over: see model/timing.h.
constexpr milliseconds kTimeWait{500};

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
      const bool waits = model::awaits_programming(*done);
      core_.world().wait_newer(done, waits ? kTimeWait : kIdleWait, stopping_);
      if (waits && core_.snapshot() == done && !stopping_) {
        report(done);
      }
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

}  // namespace postern::core
