// SPDX-License-Identifier: Apache-2.0
#include "daemon/event_log.h"

#include <arpa/inet.h>

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <map>

#include "daemon/fault_of_event.h"
#include "dataplane/layout/address.h"
#include "model/addresses.h"

namespace postern::daemon {
namespace {

namespace json = boost::json;
using dataplane::address_of;
using dataplane::Verdict;

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
    case 58:
      return "icmpv6";
    default:
      return std::to_string(protocol);
  }
}

// Who sends by a link: the newest interface that has its number.
using Senders = std::map<std::uint32_t, const model::NetworkInterface*>;

Senders senders(const model::World& world) {
  Senders found;
  for (const auto& [id, interface] : world.all<model::NetworkInterface>()) {
    if (interface->port != 0) {
      found[interface->port] = interface.get();
    }
  }
  return found;
}

// Who has an address.
struct Receiver {
  const model::NetworkInterface* interface = nullptr;
  std::string resource;  // that has it: vpce-…, a load balancer's ARN, i-…, eni-…
};

// Who has which address, by the VPC's number.
using Receivers = std::map<std::pair<std::uint32_t, IpAddress>, Receiver>;

Receivers receivers(const model::World& world) {
  std::map<std::string, std::string> holders;  // of an interface
  for (const auto& [id, endpoint] : world.all<model::VpcEndpoint>()) {
    for (const model::EndpointSubnet& subnet : endpoint->subnets) {
      holders[subnet.network_interface.value] = id.value;
    }
  }
  for (const auto& [id, balancer] : world.all<model::LoadBalancer>()) {
    for (const model::LoadBalancerZone& zone : balancer->zones) {
      holders[zone.network_interface.value] = id.value;
    }
  }
  Receivers found;
  for (const auto& [id, interface] : world.all<model::NetworkInterface>()) {
    const model::Vpc* vpc = world.find(interface->vpc);
    const auto holder = holders.find(id.value);
    const bool of_instance = interface->attachment && !interface->attachment->instance_id.empty();
    for (const IpAddress& address : model::addresses_of(*interface)) {
      found[{vpc != nullptr ? vpc->number : 0, address}] = {
          .interface = interface.get(),
          .resource = holder != holders.end() ? holder->second
                      : of_instance           ? interface->attachment->instance_id
                                              : id.value};
    }
  }
  return found;
}

json::object row(const model::World& world, const pn_event& event,
                 const model::NetworkInterface* sender, const Receiver& receiver,
                 std::uint64_t number, TimePoint time) {
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
    made["source"] = address_of(event.key.source).text();
    made["destination"] = address_of(event.key.destination).text();
    made["source_port"] = ntohs(event.key.source_port_be);
    made["destination_port"] = ntohs(event.key.destination_port_be);
  }
  if (sender != nullptr) {
    made["interface"] = sender->id.value;
    made["instance"] = sender->attachment ? sender->attachment->instance_id : "";
    made["account"] = sender->owner.value;
    made["vpc"] = sender->vpc.value;
  }
  if (receiver.interface != nullptr) {
    made["to_interface"] = receiver.interface->id.value;
    made["to"] = receiver.resource;
    made["to_account"] = receiver.interface->owner.value;
  }
  if (const model::Fault* fault =
          fault_of_event(world, static_cast<Verdict>(event.verdict), sender, receiver.interface)) {
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
  const bool has_news = after < first_ + kept_.size() - 1;
  const Senders by_port = has_news ? senders(world) : Senders{};
  const Receivers by_address = has_news ? receivers(world) : Receivers{};
  json::array rows;
  // Whoever asks too seldom has missed what was kept no longer.
  const std::uint64_t missed = after < first_ - 1 ? first_ - 1 - after : 0;
  std::uint64_t next = after + missed;
  for (; next < first_ + kept_.size() - 1; ++next) {
    const pn_event& event = kept_[next + 1 - first_];
    const auto sender = by_port.find(event.port);
    const auto receiver = by_address.find({event.key.vpc, address_of(event.key.destination)});
    rows.push_back(row(world, event, sender == by_port.end() ? nullptr : sender->second,
                       receiver == by_address.end() ? Receiver{} : receiver->second, next + 1,
                       now - std::chrono::duration_cast<TimePoint::duration>(
                                 steady_now - std::chrono::nanoseconds(event.nanoseconds))));
  }
  return {.status = 200,
          .json = json::serialize(
              json::object{{"events", rows}, {"next", next}, {"lost", lost_ + missed}})};
}

}  // namespace postern::daemon
