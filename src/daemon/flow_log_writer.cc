// SPDX-License-Identifier: Apache-2.0
#include "daemon/flow_log_writer.h"

#include <algorithm>
#include <atomic>
#include <stop_token>

#include "base/log.h"
#include "model/flow_log_delivery.h"

namespace postern::daemon {
namespace {

// The kernel's table of flows is emptied so often, however long the windows are.
constexpr std::chrono::milliseconds kEvery{1000};
constexpr std::chrono::milliseconds kAtLeast{10};
constexpr std::chrono::seconds kKeepHouseEvery{60};

// When CLOCK_MONOTONIC was 0. The clocks are read again if the thread was held up between the two:
// packets would seem to be of another time, and a log be younger than what it has seen.
TimePoint boot_time(const Clock& clock) {
  SteadyPoint::duration narrowest = SteadyPoint::duration::max();
  TimePoint boot;
  for (int tries = 0; tries < 10 && narrowest > std::chrono::milliseconds(1); ++tries) {
    const SteadyPoint before = clock.steady_now();
    const TimePoint now = clock.now();
    if (const auto held_up = clock.steady_now() - before; held_up < narrowest) {
      narrowest = held_up;
      boot = now - std::chrono::duration_cast<TimePoint::duration>(before.time_since_epoch());
    }
  }
  return boot;
}

}  // namespace

void FlowLogWriter::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { loop(stop); });
}

void FlowLogWriter::loop(const std::stop_token& stop) {
  std::atomic<bool> stopping = false;
  const std::stop_callback wake(stop, [&] {
    stopping = true;
    parts_.core.world().wake();
  });
  while (!stopping) {
    auto seen = parts_.core.snapshot();
    const SteadyPoint next = parts_.clock.steady_now() + step();
    do {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(next - parts_.clock.steady_now());
      seen = parts_.core.world().wait_newer(seen, left, stopping);
      // The first flow log's window begins when it is made; later ones begin with the others'.
    } while (!recorder_.is_idle() && !stopping && parts_.clock.steady_now() < next);
  }
  finish();
}

void FlowLogWriter::finish() {
  if (is_counting_) {
    gather();
  }
  write_out(recorder_.close_early(*parts_.core.snapshot()));
  send_to_buckets();
}

std::chrono::milliseconds FlowLogWriter::step() {
  const TimePoint now = parts_.clock.now();
  if (is_counting_ || !parts_.core.snapshot()->all<model::FlowLog>().empty()) {
    gather();
    is_counting_ = !recorder_.is_idle();
  }
  const auto world = parts_.core.snapshot();
  if (const auto lines = recorder_.close(*world, now); !lines.empty()) {
    write_out(lines);
  }
  if (!objects_.empty()) {
    send_to_buckets();
  }
  if (now - kept_house_ >= kKeepHouseEvery) {
    kept_house_ = now;
    keep_house(*world);
  }
  if (recorder_.is_idle()) {
    return kEvery;
  }
  return std::clamp(recorder_.next_end() - parts_.clock.now(), kAtLeast, kEvery);
}

void FlowLogWriter::gather() {
  const auto batch = parts_.read();
  const auto world = parts_.core.snapshot();
  // What was read may have been counted for a log that is younger than the step.
  recorder_.follow(*world, parts_.clock.now());
  if (!batch) {
    log::warn("traffic not read", {{"error", batch.error().message()}});
    recorder_.skip();
    return;
  }
  if (batch->lost > 0) {
    log::warn("traffic lost for flow logs: too many flows at once", {{"packets", batch->lost}});
    recorder_.skip();
  }
  const flow_logs::Interfaces interfaces(before_ ? *before_ : *world, *world);
  before_ = world;
  const TimePoint boot = boot_time(parts_.clock);
  for (const auto& [key, traffic] : batch->rows) {
    recorder_.add(flow_logs::passages_of(interfaces, key, traffic, boot));
  }
}

// The group is made if it is not there. [VPC user guide, "Publish flow logs to CloudWatch Logs"]
Result<std::string> FlowLogWriter::group_key(const model::FlowLog& log) {
  const auto id = model::log_group_of(log);
  if (parts_.core.snapshot()->find(id) == nullptr) {
    TRY(parts_.core.run([&](model::Transaction& tx) -> Result<> {
      if (tx.world().find(id) == nullptr) {
        tx.put(model::LogGroup{.id = id,
                               .owner = log.owner,
                               .region = log.region,
                               .name = log.log_group,
                               .created_at = tx.now()});
      }
      return {};
    }));
  }
  const auto world = parts_.core.snapshot();
  const auto* group = world->find(id);
  return group != nullptr ? Result<std::string>(model::log_key(*group))
                          : unavailable("the log group {} is gone", log.log_group);
}

void FlowLogWriter::write_out(const std::vector<flow_logs::Line>& lines) {
  const auto world = parts_.core.snapshot();
  std::vector<flow_logs::Line> of_groups;
  std::map<std::pair<model::Id<model::FlowLog>, TimePoint>, std::vector<std::string>> of_buckets;
  for (const flow_logs::Line& line : lines) {
    const auto* log = world->find(line.log);
    if (log != nullptr && model::is_to_bucket(*log)) {
      of_buckets[{line.log, line.window}].push_back(line.text);
    } else {
      of_groups.push_back(line);
    }
  }
  if (!of_groups.empty()) {
    write_to_groups(of_groups);
  }
  for (const auto& [of, records] : of_buckets) {
    for (auto& object : flow_logs::objects_of(*world->find(of.first), of.second, records)) {
      if (const std::size_t given_up = objects_.add(std::move(object)); given_up > 0) {
        log::warn("flow logs' files given up: too many wait for their buckets",
                  {{"files", given_up}});
      }
    }
  }
}

// What has become of a log's newest file is in its record, for DescribeFlowLogs.
void FlowLogWriter::send_to_buckets() {
  const auto world = parts_.core.snapshot();
  std::map<model::Id<model::FlowLog>, std::string> changed;
  for (const auto& [id, end] : objects_.send(*world, parts_.put)) {
    const bool access = !end && end.error().kind() == ErrorKind::Refusal;
    const std::string words = end ? "" : access ? model::kAccessError : model::kUnknownError;
    if (world->find(id)->bucket_error == words) {
      continue;
    }
    changed[id] = words;
    if (end) {
      log::info("flow log delivered again", {{"flow_log", id}});
    } else {
      log::warn("flow log not delivered", {{"flow_log", id}, {"error", end.error().message()}});
    }
  }
  if (changed.empty()) {
    return;
  }
  const auto done = parts_.core.run([&](model::Transaction& tx) -> Result<> {
    for (const auto& [id, words] : changed) {
      if (const auto* found = tx.world().find(id)) {
        model::FlowLog log = *found;
        log.bucket_error = words;
        tx.put(std::move(log));
      }
    }
    return {};
  });
  if (!done) {
    log::warn("a flow log's delivery was not noted", {{"error", done.error().message()}});
  }
}

void FlowLogWriter::write_to_groups(const std::vector<flow_logs::Line>& lines) {
  const auto world = parts_.core.snapshot();
  const TimePoint now = parts_.clock.now();
  std::map<model::Id<model::FlowLog>, std::string> groups;  // empty: not to be written to
  std::vector<model::LogEvent> events;
  for (const flow_logs::Line& line : lines) {
    const auto [at, is_new] = groups.try_emplace(line.log);
    const auto* log = world->find(line.log);
    // Who may not write says so in DescribeFlowLogs.
    if (is_new && log != nullptr && model::delivery_error(*world, *log).empty()) {
      const auto key = group_key(*log);
      at->second = key.value_or("");
      if (!key) {
        log::warn("no log group for a flow log",
                  {{"flow_log", line.log}, {"error", key.error().message()}});
      }
    }
    if (!at->second.empty()) {
      events.push_back({.group = at->second,
                        .stream = line.stream,
                        .time = line.time,
                        .ingested = now,
                        .message = line.text});
    }
  }
  if (const auto done = parts_.write(events); !done) {
    log::warn("flow logs not written", {{"error", done.error().message()}});
  }
}

void FlowLogWriter::keep_house(const model::World& world) {
  std::map<std::string, std::optional<TimePoint>> kept;
  for (const auto& [id, group] : world.all<model::LogGroup>()) {
    const std::chrono::hours age(24 * group->retention_days);
    kept[model::log_key(*group)] =
        group->retention_days > 0 ? std::optional(parts_.clock.now() - age) : std::nullopt;
  }
  if (const auto done = parts_.keep(kept); !done) {
    log::warn("old log events not removed", {{"error", done.error().message()}});
  }
}

}  // namespace postern::daemon
