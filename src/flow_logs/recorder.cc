// SPDX-License-Identifier: Apache-2.0
#include "flow_logs/recorder.h"

#include <algorithm>

#include "base/check.h"
#include "flow_logs/line.h"
#include "model/flow_log_delivery.h"

namespace postern::flow_logs {
namespace {

// The multiple of `length` that `now` is at or behind.
TimePoint begin_at(TimePoint now, std::chrono::seconds length) {
  return now - now.time_since_epoch() % std::chrono::duration_cast<TimePoint::duration>(length);
}

// "eni-1235b8ca123456789-all" [VPC user guide, "Publish flow logs to CloudWatch Logs"]
std::string stream_of(const model::FlowLog& log, const std::string& interface) {
  std::string type = log.traffic_type;
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return static_cast<char>(c - 'A' + 'a'); });
  return interface + "-" + type;
}

bool is_wanted(const model::FlowLog& log, bool accepted) {
  return log.traffic_type == "ALL" || (log.traffic_type == "ACCEPT") == accepted;
}

}  // namespace

std::chrono::seconds Recorder::length_of(const model::FlowLog& log) const {
  const std::chrono::seconds asked(log.interval_seconds);
  return longest_ ? std::min(*longest_, asked) : asked;
}

void Recorder::follow(const model::World& world, TimePoint now) {
  std::set<std::chrono::seconds> lengths;
  for (const auto& [id, log] : world.all<model::FlowLog>()) {
    lengths.insert(length_of(*log));
  }
  std::erase_if(told_, [&](const auto& told) {
    return world.find(model::Id<model::FlowLog>(told.first)) == nullptr;
  });
  std::erase_if(windows_, [&](const auto& window) { return !lengths.contains(window.first); });
  for (const std::chrono::seconds length : lengths) {
    windows_.try_emplace(length, Window{.begin = begin_at(now, length), .flows = {}});
  }
}

TimePoint Recorder::next_end() const {
  TimePoint first = TimePoint::max();
  for (const auto& [length, window] : windows_) {
    first = std::min(first, window.begin + length);
  }
  return first;
}

void Recorder::add(const std::vector<Passage>& passages) {
  for (const Passage& passage : passages) {
    const Key key{.interface = passage.interface->id.value,
                  .egress = passage.egress,
                  .accepted = passage.accepted,
                  .source = passage.source,
                  .destination = passage.destination,
                  .source_port = passage.source_port,
                  .destination_port = passage.destination_port,
                  .protocol = passage.protocol};
    for (auto& [length, window] : windows_) {
      const auto [at, is_new] = window.flows.try_emplace(key, passage);
      if (is_new) {
        continue;
      }
      Passage& all = at->second;
      all.packets += passage.packets;
      all.bytes += passage.bytes;
      all.tcp_flags |= passage.tcp_flags;
      all.first = std::min(all.first, passage.first);
      all.last = std::max(all.last, passage.last);
    }
  }
}

void Recorder::skip() {
  for (auto& [length, window] : windows_) {
    window.skipped = true;
  }
}

// What was read at the end of a window may have begun a moment later.
void Recorder::take_later(TimePoint end, Flows& from, Flows& to) {
  for (auto at = from.begin(); at != from.end();) {
    const auto here = at++;
    if (here->second.first >= end) {
      to.insert(from.extract(here));
    }
  }
}

std::vector<Line> Recorder::close(const model::World& world, TimePoint now) {
  std::vector<Line> out;
  for (auto& [length, window] : windows_) {
    const TimePoint end = window.begin + length;
    if (now < end) {
      continue;
    }
    Window next{.begin = begin_at(now, length), .flows = {}};
    take_later(end, window.flows, next.flows);
    std::ranges::move(lines_of(world, length, window, end), std::back_inserter(out));
    window = std::move(next);
  }
  return out;
}

std::vector<Line> Recorder::close_early(const model::World& world) {
  std::vector<Line> out;
  for (auto& [length, window] : windows_) {
    std::ranges::move(lines_of(world, length, window, std::nullopt), std::back_inserter(out));
    window.flows.clear();
  }
  return out;
}

// Of all logs whose windows are of that length.
std::vector<Line> Recorder::lines_of(const model::World& world, std::chrono::seconds length,
                                     const Window& window, std::optional<TimePoint> end) {
  std::vector<Line> out;
  for (const auto& [id, log] : world.all<model::FlowLog>()) {
    if (length_of(*log) == length) {
      std::ranges::move(lines_of(world, *log, window, end), std::back_inserter(out));
    }
  }
  return out;
}

std::vector<Line> Recorder::lines_of(const model::World& world, const model::FlowLog& log,
                                     const Window& window, std::optional<TimePoint> end) {
  const auto format = model::parse_flow_log_format(log.format);
  POSTERN_CHECK(format.has_value(), "a flow log's format was checked when it was made");
  std::vector<Line> out;
  std::set<std::string> busy;
  for (const auto& [key, passage] : window.flows) {
    if (!model::is_about(log, *passage.interface) || passage.last < log.created_at) {
      continue;
    }
    busy.insert(key.interface);
    if (is_wanted(log, key.accepted)) {
      told_.insert({log.id.value, key.interface});
      out.push_back({log.id, window.begin, stream_of(log, key.interface), passage.first,
                     record_text(world, *format, passage)});
    }
  }
  for (const auto& [id, interface] : world.all<model::NetworkInterface>()) {
    if (!end || !model::is_about(log, *interface) || !told_.contains({log.id.value, id.value})) {
      continue;
    }
    const bool is_quiet = !busy.contains(id.value);
    if (window.skipped || is_quiet) {
      out.push_back({log.id, window.begin, stream_of(log, id.value), window.begin,
                     empty_record_text(world, *format, *interface, window.begin, *end,
                                       window.skipped ? "SKIPDATA" : "NODATA")});
    }
  }
  std::ranges::stable_sort(out, {}, &Line::time);
  return out;
}

}  // namespace postern::flow_logs
