// SPDX-License-Identifier: Apache-2.0
#include "daemon/event_log.h"

#include <arpa/inet.h>

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cstring>
#include <map>

#include "daemon/fault_of_event.h"

namespace postern::daemon {
namespace {

namespace json = boost::json;
using dataplane::Verdict;

std::string address_text(const pn_addr& address) {
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &address, bytes.size());
  return IpAddress(bytes).text();
}

std::string protocol_text(std::uint8_t protocol) {
  switch (protocol) {
    case 0:
      return "";
    case 1:
      return "icmp";
    case 6:
      return "tcp";
    case 17:
      return "udp";
    default:
      return std::to_string(protocol);
  }
}

// Who sends by a link: the newest interface that has its number.
std::map<std::uint32_t, const model::NetworkInterface*> senders(const model::World& world) {
  std::map<std::uint32_t, const model::NetworkInterface*> found;
  for (const auto& [id, interface] : world.all<model::NetworkInterface>()) {
    if (interface->port != 0) {
      found[interface->port] = interface.get();
    }
  }
  return found;
}

json::object row(const model::World& world, const pn_event& event,
                 const model::NetworkInterface* sender, std::uint64_t number, TimePoint time) {
  const bool known = event.verdict > 0 && event.verdict < kPnVerdictCount;
  json::object made = {{"number", number},
                       {"time", format_iso8601(time)},
                       {"nanoseconds", event.nanoseconds},
                       {"bytes", event.bytes}};
  if (known) {
    const auto& info = dataplane::info(static_cast<Verdict>(event.verdict));
    made["verdict"] = info.name;
    made["action"] = dataplane::name_of(info.action);
    made["meaning"] = info.meaning;
  }
  if (event.key.vpc != 0) {
    made["protocol"] = protocol_text(event.key.protocol);
    made["source"] = address_text(event.key.source);
    made["destination"] = address_text(event.key.destination);
    made["source_port"] = ntohs(event.key.source_port_be);
    made["destination_port"] = ntohs(event.key.destination_port_be);
  }
  if (sender != nullptr) {
    made["interface"] = sender->id.value;
    made["instance"] = sender->attachment ? sender->attachment->instance_id : "";
    made["account"] = sender->owner.value;
    made["vpc"] = sender->vpc.value;
  }
  if (const model::Fault* fault = fault_of_event(world, event, sender)) {
    made["fault"] = fault->id.value;
    made["fault_about"] = fault->about;
  }
  return made;
}

// The N of "…?after=N"; nullopt without one.
std::optional<std::uint64_t> after_of(const std::string& target) {
  static constexpr std::string_view kAfter = "?after=";
  const std::size_t at = target.find(kAfter);
  if (at == std::string::npos) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  std::from_chars(target.data() + at + kAfter.size(), target.data() + target.size(), number);
  return number;
}

}  // namespace

api::server::OperatorAnswer EventLog::answer(const model::World& world, const std::string& target) {
  const std::scoped_lock lock(mutex_);
  const std::uint64_t newest = first_ + kept_.size() - 1;
  const std::uint64_t after = after_of(target).value_or(newest);
  if (after >= newest) {
    const auto batch = read_();
    if (!batch) {
      return {.status = 500,
              .json = json::serialize(json::object{{"error", batch.error().message()}})};
    }
    lost_ = batch->second;
    kept_.insert(kept_.end(), batch->first.begin(), batch->first.end());
    while (kept_.size() > kKept) {
      kept_.pop_front();
      ++first_;
    }
  }
  const TimePoint now = clock_.now();
  const auto steady_now = clock_.steady_now().time_since_epoch();
  const auto by_port = senders(world);
  json::array rows;
  // Whoever asks too seldom has missed what was kept no longer.
  const std::uint64_t missed = after < first_ - 1 ? first_ - 1 - after : 0;
  std::uint64_t next = after + missed;
  for (; next < first_ + kept_.size() - 1; ++next) {
    const pn_event& event = kept_[next + 1 - first_];
    const auto sender = by_port.find(event.port);
    rows.push_back(row(world, event, sender == by_port.end() ? nullptr : sender->second, next + 1,
                       now - std::chrono::duration_cast<TimePoint::duration>(
                                 steady_now - std::chrono::nanoseconds(event.nanoseconds))));
  }
  return {.status = 200,
          .json = json::serialize(
              json::object{{"events", rows}, {"next", next}, {"lost", lost_ + missed}})};
}

}  // namespace postern::daemon
