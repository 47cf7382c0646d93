// SPDX-License-Identifier: Apache-2.0
#include "health/prober/prober.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <tuple>
#include <vector>

#include "base/log.h"
#include "health/prober/check.h"
#include "health/state/plan.h"
#include "sockets/asio.h"

namespace postern::health {
namespace {

using boost::asio::awaitable;
using boost::asio::steady_timer;
using model::HealthVerdict;
using model::World;
using std::chrono::milliseconds;

// How often the loop looks for a newer World.
constexpr auto kFollowEvery = milliseconds(50);
// When a check could not be made, or too many are being made.
constexpr auto kTryAgainAfter = milliseconds(100);
// A VPC's namespace is made within moments; after this many tries someone should know.
constexpr unsigned kTriesBeforeWarning = 100;
// Sockets open at once; each waits for its timeout at most.
constexpr std::size_t kChecksAtOnceMax = 512;
// First checks are spread over this time, so that many new targets do not come in one burst.
constexpr unsigned kSpreadMilliseconds = 100;

// A registration of a target: it is another one after registering again.
struct Registration {
  model::Id<model::Target> target;
  std::uint32_t number = 0;
  auto operator<=>(const Registration&) const = default;
};

Registration registration_of(const Probe& probe) {
  return {probe.target, probe.registration};
}

// The checks that one node makes of one target, over and over.
struct Task {
  Task(boost::asio::io_context& io, Probe first)
      : probe(std::move(first)), finding{.verdict = probe.stored}, timer(io) {}

  Probe probe;
  Finding finding;
  steady_timer timer;  // until the next check
  unsigned tries_in_vain = 0;
  bool stopped = false;
};
using TaskPtr = std::shared_ptr<Task>;

// A target and the nodes that check it, by zone.
struct Watched {
  HealthVerdict stored = HealthVerdict::None;  // in the newest World
  HealthVerdict found = HealthVerdict::None;   // the nodes' consensus
  std::map<std::string, TaskPtr> nodes;
};

HealthVerdict agreed(const Watched& watched) {
  std::vector<HealthVerdict> verdicts;
  for (const auto& [zone, task] : watched.nodes) {
    verdicts.push_back(task->finding.verdict);
  }
  return consensus(watched.found, verdicts);
}

// Whether `next` asks for something else than `now`; what is stored meanwhile does not count.
bool is_changed(const Probe& now, Probe next) {
  next.stored = now.stored;
  return next != now;
}

std::string_view word(HealthVerdict verdict) {
  switch (verdict) {
    case HealthVerdict::Healthy:
      return "healthy";
    case HealthVerdict::Unhealthy:
      return "unhealthy";
    case HealthVerdict::Unavailable:
      return "unavailable";
    case HealthVerdict::None:
      break;
  }
  return "not known";
}

void stop(Task& task) {
  task.stopped = true;
  task.timer.cancel();
}

milliseconds first_delay(const Probe& probe) {
  return milliseconds(std::hash<std::string>()(probe.target.value + probe.zone) %
                      kSpreadMilliseconds);
}

}  // namespace

class Prober::Loop {
 public:
  Loop(const Published<World>& world, sockets::VpcSockets& sockets, Report report)
      : world_(world), sockets_(sockets), report_(std::move(report)) {
    boost::asio::co_spawn(io_, follow(), boost::asio::detached);
  }

  void run() { io_.run(); }
  void stop_running() { io_.stop(); }

 private:
  using Tasks = std::map<Registration, Watched>;

  awaitable<void> follow();
  void take(const World& world);
  void stop_missing(const std::vector<Probe>& probes);
  void take_probe(const Probe& probe);
  void report_again();

  awaitable<void> run_task(TaskPtr task);
  awaitable<void> wait(Task& task, steady_timer::time_point until);
  awaitable<CheckResult> check_in_turn(const Probe& probe);
  bool note_result(Task& task, CheckResult result);  // false: there is none
  void agree(const Registration& registration);
  void report_difference(const Registration& registration, const Watched& watched);

  boost::asio::io_context io_{1};
  const Published<World>& world_;
  sockets::VpcSockets& sockets_;
  Report report_;
  Tasks watched_;
  std::size_t checks_at_once_ = 0;
};

awaitable<void> Prober::Loop::follow() {
  std::shared_ptr<const World> seen;
  steady_timer timer(io_);
  for (;;) {
    const auto newest = world_.get();
    if (newest != seen) {
      take(*newest);
      seen = newest;
    }
    timer.expires_after(kFollowEvery);
    co_await timer.async_wait(sockets::kAwait);
  }
}

void Prober::Loop::take(const World& world) {
  const std::vector<Probe> probes = plan(world);
  stop_missing(probes);
  for (const Probe& probe : probes) {
    take_probe(probe);
  }
  report_again();
  for (const Observation& outdated : outdated_verdicts(world)) {
    report_(outdated);
  }
}

void Prober::Loop::stop_missing(const std::vector<Probe>& probes) {
  std::map<Registration, std::vector<std::string>> wanted;
  for (const Probe& probe : probes) {
    wanted[registration_of(probe)].push_back(probe.zone);
  }
  for (auto& [registration, watched] : watched_) {
    const std::vector<std::string>& zones = wanted[registration];
    std::erase_if(watched.nodes, [&](const auto& row) {
      const bool missing = std::ranges::find(zones, row.first) == zones.end();
      if (missing) {
        stop(*row.second);
      }
      return missing;
    });
  }
  std::erase_if(watched_, [](const auto& row) { return row.second.nodes.empty(); });
}

void Prober::Loop::take_probe(const Probe& probe) {
  const auto [at, is_new] = watched_.try_emplace(registration_of(probe));
  Watched& watched = at->second;
  watched.stored = probe.stored;
  if (is_new) {
    watched.found = probe.stored;
  }
  TaskPtr& task = watched.nodes[probe.zone];
  if (task == nullptr) {
    task = std::make_shared<Task>(io_, probe);
    boost::asio::co_spawn(io_, run_task(task), boost::asio::detached);
  } else if (is_changed(task->probe, probe)) {
    task->probe = probe;
    task->timer.cancel();  // the new settings are tried at once
  }
}

void Prober::Loop::report_again() {
  for (const auto& [registration, watched] : watched_) {
    report_difference(registration, watched);
  }
}

awaitable<void> Prober::Loop::run_task(TaskPtr task) {
  co_await wait(*task, steady_timer::clock_type::now() + first_delay(task->probe));
  while (!task->stopped) {
    const auto begun = steady_timer::clock_type::now();
    const CheckResult result = co_await check_in_turn(task->probe);
    if (!task->stopped) {
      co_await wait(*task, note_result(*task, result) ? begun + task->probe.interval
                                                      : begun + kTryAgainAfter);
    }
  }
}

awaitable<void> Prober::Loop::wait(Task& task, steady_timer::time_point until) {
  task.timer.expires_at(until);
  co_await task.timer.async_wait(sockets::kAwait);
}

awaitable<CheckResult> Prober::Loop::check_in_turn(const Probe& probe) {
  if (checks_at_once_ >= kChecksAtOnceMax) {
    co_return CheckResult::NotMade;
  }
  ++checks_at_once_;
  const CheckResult result = co_await check(io_, sockets_, probe);
  --checks_at_once_;
  co_return result;
}

bool Prober::Loop::note_result(Task& task, CheckResult result) {
  if (result == CheckResult::NotMade) {
    if (++task.tries_in_vain == kTriesBeforeWarning) {
      log::warn("target cannot be checked; trying on",
                {{"target", task.probe.target}, {"zone", task.probe.zone}});
      task.finding = after_no_check(task.finding);
      agree(registration_of(task.probe));
    }
    return false;
  }
  task.tries_in_vain = 0;
  task.finding = after_check(task.finding, result == CheckResult::Passed, task.probe.thresholds);
  agree(registration_of(task.probe));
  return true;
}

void Prober::Loop::agree(const Registration& registration) {
  Watched& watched = watched_.at(registration);
  const HealthVerdict found = agreed(watched);
  if (found != watched.found) {
    log::info("target health changed", {{"target", registration.target}, {"verdict", word(found)}});
  }
  watched.found = found;
  report_difference(registration, watched);
}

void Prober::Loop::report_difference(const Registration& registration, const Watched& watched) {
  if (watched.found != HealthVerdict::None && watched.found != watched.stored) {
    report_({registration.target, registration.number, watched.found});
  }
}

Prober::Prober(const Published<World>& world, sockets::VpcSockets& sockets, Report report)
    : loop_(std::make_unique<Loop>(world, sockets, std::move(report))),
      thread_([this] { loop_->run(); }) {}

Prober::~Prober() {
  loop_->stop_running();
  thread_.join();
}

}  // namespace postern::health
