// SPDX-License-Identifier: Apache-2.0
#include "cli/capture.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>

#include <fstream>
#include <thread>

#include "cli/hops_seen.h"

namespace postern::cli {
namespace {

namespace json = boost::json;

// What is on its way when the time is over is still told.
constexpr std::chrono::milliseconds kAfterwards{600};

std::int64_t nanoseconds_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// Asks for what becomes of packets, on a thread of its own.
class EventReader {
 public:
  // Returns once the daemon has been asked: from then on it tells.
  static Result<EventReader> start(const AskDaemon& ask);

  // Ends once all that was told up to now has been read.
  json::array stop() {
    thread_.request_stop();
    thread_.join();
    return std::move(*events_);
  }

 private:
  std::unique_ptr<json::array> events_ = std::make_unique<json::array>();
  std::jthread thread_;
};

Result<EventReader> EventReader::start(const AskDaemon& ask) {
  TRY_ASSIGN(const json::object first, ask("GET", "/events", {}));
  EventReader made;
  made.thread_ = std::jthread([&ask, next = json::serialize(first.at("next")),
                               events = made.events_.get()](const std::stop_token& stop) mutable {
    while (true) {
      const bool last = stop.stop_requested();
      const auto answer = ask("GET", "/events?after=" + next, {});
      if (answer) {
        for (const json::value& event : answer->at("events").as_array()) {
          events->push_back(event);
        }
        next = json::serialize(answer->at("next"));
      }
      if (last || !answer) {
        return;
      }
    }
  });
  return made;
}

Result<std::vector<GuestTap>> open_taps(const CapturePlan& plan, const AskDaemon& ask) {
  std::vector<GuestTap> taps;
  for (const FlowEnd& end : plan.ends) {
    TRY_ASSIGN(const json::object answer, ask("GET", "/instances/" + end.instance, {}));
    const json::value* pid = answer.if_contains("pid");
    if (pid == nullptr) {
      return unavailable("the instance {} does not run", end.instance);
    }
    TRY_ASSIGN(GuestTap tap,
               GuestTap::open({.pid = pid->to_number<pid_t>(),
                               .start_time = answer.at("start_time").to_number<std::uint64_t>()}));
    taps.push_back(std::move(tap));
  }
  return taps;
}

// SIGINT and SIGTERM end it in good order.
Result<Fd> open_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  Fd fd(signalfd(-1, &set, SFD_CLOEXEC));
  if (!fd) {
    return unavailable_errno("waiting for signals");
  }
  return fd;
}

// Until the time is over or somebody ends it.
void listen(const std::vector<GuestTap>& taps, const Fd& signals,
            std::chrono::duration<double> lasts, std::vector<SeenAtEnd>& seen) {
  std::vector<pollfd> polled = {{.fd = signals.get(), .events = POLLIN, .revents = 0}};
  for (const GuestTap& tap : taps) {
    polled.push_back({.fd = tap.fd(), .events = POLLIN, .revents = 0});
  }
  const auto begin = std::chrono::steady_clock::now();
  while (polled.front().revents == 0) {
    int patience = -1;
    if (lasts.count() > 0) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(
          lasts - (std::chrono::steady_clock::now() - begin));
      if (left.count() <= 0) {
        return;
      }
      patience = static_cast<int>(left.count());
    }
    poll(polled.data(), polled.size(), patience);
    for (std::size_t end = 0; end < taps.size(); ++end) {
      for (SeenFrame& frame : taps[end].read()) {
        seen.push_back({.end = end, .frame = std::move(frame)});
      }
    }
  }
}

}  // namespace

Result<std::size_t> capture(const json::object& explanation, const CaptureWish& wish,
                            const AskDaemon& ask) {
  TRY_ASSIGN(const CapturePlan plan, capture_plan(explanation));
  TRY_ASSIGN(const Fd signals, open_signals());
  TRY_ASSIGN(EventReader events, EventReader::start(ask));
  TRY_ASSIGN(const auto taps, open_taps(plan, ask));
  fmt::print(stderr, "listening\n");
  std::vector<SeenAtEnd> seen;
  listen(taps, signals, wish.lasts, seen);
  std::this_thread::sleep_for(kAfterwards);
  const json::array told = events.stop();
  const auto packets =
      packets_at_hops(plan, std::move(seen), told,
                      nanoseconds_of(CLOCK_REALTIME) - nanoseconds_of(CLOCK_MONOTONIC));
  std::ofstream file(wish.file, std::ios::binary);
  file << pcapng(interfaces_of(plan), packets);
  if (!file.flush()) {
    return unavailable("{} cannot be written", wish.file);
  }
  return packets.size();
}

}  // namespace postern::cli
