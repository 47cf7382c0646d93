// SPDX-License-Identifier: Apache-2.0
#include "daemon/metric_collector.h"

#include <algorithm>
#include <stop_token>

#include "base/log.h"

namespace postern::daemon {
namespace {

// The highest rates of a period are those of parts so long. [NLB guide, PeakBytesPerSecond]
constexpr std::chrono::seconds kPart{10};
constexpr std::chrono::milliseconds kAtLeast{10};
constexpr std::chrono::hours kKeepHouseEvery{1};

TimePoint floor_to(TimePoint time, std::chrono::seconds step) {
  return TimePoint(time.time_since_epoch() / step * step);
}

}  // namespace

MetricCollector::MetricCollector(MetricCollectorParts parts)
    : parts_(std::move(parts)),
      look_every_(std::min(parts_.period, kPart)),
      baseline_(parts_.progress),
      period_begin_(floor_to(parts_.clock.now(), parts_.period)),
      looked_(parts_.clock.now()),
      kept_house_(parts_.clock.now()) {}

void MetricCollector::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { loop(stop); });
}

void MetricCollector::loop(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::chrono::milliseconds wait = step();
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop, wait, [] { return false; });
  }
}

void MetricCollector::sample(metrics::Connections connections) {
  const std::scoped_lock lock(mutex_);
  samples_.push_back(std::move(connections));
}

std::chrono::milliseconds MetricCollector::step() {
  const TimePoint now = parts_.clock.now();
  if (now >= looked_ && now < next_look(looked_)) {
    return std::max<std::chrono::milliseconds>(next_look(looked_) - now, kAtLeast);
  }
  const auto world = parts_.core.snapshot();
  gather(*world, now);
  const TimePoint end = floor_to(now, parts_.period);
  if (end != period_begin_) {
    close(*world, end);
  }
  if (now - kept_house_ >= kKeepHouseEvery) {
    kept_house_ = now;
    if (const auto done = parts_.keep_house(now); !done) {
      log::warn("old metrics not removed", {{"error", done.error().message()}});
    }
  }
  return std::max<std::chrono::milliseconds>(next_look(now) - parts_.clock.now(), kAtLeast);
}

TimePoint MetricCollector::next_look(TimePoint now) const {
  return floor_to(now, look_every_) + look_every_;
}

void MetricCollector::gather(const model::World& world, TimePoint now) {
  std::vector<metrics::Connections> samples;
  {
    const std::scoped_lock lock(mutex_);
    samples.swap(samples_);
  }
  const auto totals = parts_.read();
  if (!totals) {
    log::warn("metrics not read", {{"error", totals.error().message()}});
    return;
  }
  const metrics::Places places(before_ ? *before_ : world, world);
  tally_.count(places, baseline_.advance(*totals), now - looked_);
  for (const metrics::Connections& sample : samples) {
    tally_.sample(places, sample);
  }
  tally_.sample_health(world, now);
  const auto over = baseline_.forget([&](const auto& key) { return !places.knows(key); });
  if (const auto done = parts_.forget(over); !done) {
    log::warn("counts of what is no more not removed", {{"error", done.error().message()}});
  }
  before_ = parts_.core.snapshot();
  looked_ = now;
}

// A period that nobody looked at, or that a clock has jumped over, has no points.
void MetricCollector::close(const model::World& world, TimePoint end) {
  const auto measured = tally_.close(world, end - parts_.period, parts_.period);
  if (const auto done = parts_.write(measured, baseline_.saved()); !done) {
    log::warn("metrics not written", {{"error", done.error().message()}});
  }
  period_begin_ = end;
}

}  // namespace postern::daemon
