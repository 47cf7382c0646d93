// SPDX-License-Identifier: Apache-2.0
#include "console/live_streams.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>

namespace postern::console {
namespace {

namespace json = boost::json;

constexpr std::string_view kFromNow = "/events";
// How much waits to be read, as far as the kernel gives it: some thousands of events.
constexpr int kRoom = 1 << 20;
constexpr std::chrono::seconds kAfterFailure{1};
// How often the way of a packet is asked for: what takes long, more rarely.
constexpr std::chrono::seconds kAskEvery{1};
constexpr int kPauseFactor = 4;

std::string message(std::string_view event, std::string_view data) {
  return fmt::format("event: {}\ndata: {}\n\n", event, data);
}

}  // namespace

// Only the thread that takes turns writes to it.
class LiveStreams::Stream {
 public:
  Stream(Watch watch, Fd to) : watch_(std::move(watch)), to_(std::move(to)) {}

  const Watch& watch() const { return watch_; }

  // False when nobody reads it any more.
  bool tell(const json::object& events, const LiveParts& parts) {
    tell_packets(events);
    if (!watch_.question.empty() && parts.clock.steady_now() >= ask_at_) {
      ask(parts);
    }
    tell_path();
    const SteadyPoint now = parts.clock.steady_now();
    if (said_something_ || !said_at_) {
      said_at_ = now;
    } else if (now - *said_at_ >= kBeat) {
      say(":\n\n");
      said_at_ = now;
    }
    said_something_ = false;
    return !gone_;
  }

 private:
  // Whether `text` was taken: then all of it is said, now or later.
  bool say(std::string text) {
    if (!flush()) {
      return false;
    }
    rest_ = std::move(text);
    said_something_ = true;
    flush();
    return true;
  }

  // Whether nothing is left to be said.
  bool flush() {
    while (!rest_.empty()) {
      const ssize_t count = write(to_.get(), rest_.data(), rest_.size());
      if (count < 0) {
        gone_ = gone_ || errno != EAGAIN;
        return false;
      }
      rest_.erase(0, static_cast<std::size_t>(count));
    }
    return true;
  }

  void tell_packets(const json::object& events) {
    for (const json::value& event : events.at("events").as_array()) {
      missed_ += say(message("packet", json::serialize(event))) ? 0 : 1;
    }
    tell_lost(events.if_contains("lost"));
  }

  // `count`: what the kernel had no room for so far; null when it does not say.
  void tell_lost(const json::value* count) {
    if (count != nullptr) {
      const auto now = count->to_number<std::uint64_t>();
      // It goes back to zero when the kernel's maps are made anew.
      lost_before_ = std::min(lost_before_.value_or(now), now);
      lost_ = now - *lost_before_;
    }
    const std::uint64_t all = lost_ + missed_;
    if (all != told_lost_ && say(message("lost", fmt::format(R"({{"lost":{}}})", all)))) {
      told_lost_ = all;
    }
  }

  void ask(const LiveParts& parts) {
    const SteadyPoint began = parts.clock.steady_now();
    const auto answer = parts.explain(watch_);
    const SteadyPoint now = parts.clock.steady_now();
    ask_at_ = now + std::max<SteadyPoint::duration>(kAskEvery, kPauseFactor * (now - began));
    path_ = message(answer.status == 200 ? "path" : "refused", answer.json);
  }

  void tell_path() {
    if (path_ != told_path_ && say(path_)) {
      told_path_ = path_;
    }
  }

  Watch watch_;
  Fd to_;
  std::string rest_;  // of what was begun to be said
  bool gone_ = false;
  bool said_something_ = false;
  std::optional<SteadyPoint> said_at_;
  std::uint64_t missed_ = 0;  // here
  std::uint64_t lost_ = 0;    // in the kernel
  std::uint64_t told_lost_ = 0;
  std::optional<std::uint64_t> lost_before_;
  SteadyPoint ask_at_ = SteadyPoint::min();
  std::string path_;
  std::string told_path_;
};

LiveStreams::LiveStreams(LiveParts parts) : parts_(std::move(parts)), target_(kFromNow) {}
LiveStreams::~LiveStreams() = default;

Result<Fd> LiveStreams::open(Watch watch) {
  int ends[2];
  const std::scoped_lock lock(mutex_);
  if (streams_.size() >= kOpenMax) {
    return unavailable("{} pages watch already, and there may be no more", streams_.size());
  }
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return unavailable_errno("opening a stream");
  }
  Fd from(ends[0]);
  Fd to(ends[1]);
  if (fcntl(to.get(), F_SETFL, O_NONBLOCK) != 0) {
    return unavailable_errno("opening a stream");
  }
  fcntl(to.get(), F_SETPIPE_SZ, kRoom);
  streams_.push_back(std::make_shared<Stream>(std::move(watch), std::move(to)));
  opened_.notify_all();
  return from;
}

bool LiveStreams::wait(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  if (failing_) {
    opened_.wait_for(lock, stop, kAfterFailure, [] { return false; });
  }
  opened_.wait(lock, stop, [this] { return !streams_.empty(); });
  return !stop.stop_requested();
}

// The events since the last turn. Without the data plane there are none.
json::object LiveStreams::read() {
  const auto answer = parts_.events(target_);
  failing_ = answer.status != 200;
  if (failing_) {
    target_ = kFromNow;
    return {{"events", json::array()}};
  }
  json::object read = json::parse(answer.json).as_object();
  target_ = fmt::format("{}?after={}", kFromNow, read.at("next").to_number<std::uint64_t>());
  return read;
}

void LiveStreams::turn() {
  const json::object events = read();
  std::vector<std::shared_ptr<Stream>> open;
  {
    const std::scoped_lock lock(mutex_);
    open = streams_;
  }
  std::vector<std::shared_ptr<Stream>> ended;
  for (const auto& stream : open) {
    const auto seen = parts_.view(stream->watch(), events);
    if (!seen || !stream->tell(*seen, parts_)) {
      ended.push_back(stream);
    }
  }
  const std::scoped_lock lock(mutex_);
  std::erase_if(streams_, [&ended](const auto& stream) {
    return std::ranges::find(ended, stream) != ended.end();
  });
  if (streams_.empty()) {
    target_ = kFromNow;  // what happens while nobody looks is nobody's
  }
}

}  // namespace postern::console
