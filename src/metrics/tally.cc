// SPDX-License-Identifier: Apache-2.0
// [NLB guide, "CloudWatch metrics for your Network Load Balancer"; AWS PrivateLink guide,
// "CloudWatch metrics for AWS PrivateLink": names, dimensions, when what is reported]
#include "metrics/tally.h"

#include <netinet/in.h>

#include <algorithm>
#include <array>

#include "dataplane/layout/verdict.h"
#include "model/target_health.h"

namespace postern::metrics {
namespace {

using dataplane::Verdict;
using dataplane::VerdictAction;
using model::Measured;
using model::Statistics;

constexpr std::array<std::string_view, 7> kAlwaysOfBalancers = {"NewFlowCount",
                                                                "ProcessedBytes",
                                                                "ProcessedPackets",
                                                                "TCP_Client_Reset_Count",
                                                                "TCP_Target_Reset_Count",
                                                                "TCP_ELB_Reset_Count",
                                                                "PortAllocationErrorCount"};
constexpr std::array<std::string_view, 4> kSumsOfEndpoints = {
    "NewConnections", "BytesProcessed", "PacketsDropped", "RstPacketsReceived"};
constexpr std::array<std::string_view, 3> kSumsOfServices = {"NewConnections", "BytesProcessed",
                                                             "RstPacketsSent"};
// EndpointsCount is reported every five minutes.
constexpr int kPeriodsOfEndpointsCount = 5;

std::string_view unit_of(std::string_view name) {
  return name == "PeakBytesPerSecond"                                     ? "Bytes/Second"
         : name == "PeakPacketsPerSecond"                                 ? "Count/Second"
         : name.starts_with("ProcessedBytes") || name == "BytesProcessed" ? "Bytes"
                                                                          : "Count";
}

Measured measured(const Scope& scope, std::string_view name, TimePoint begin,
                  const Statistics& value) {
  return {.metric = {.owner = scope.owner,
                     .region = scope.region,
                     .name_space = std::string(scope.name_space),
                     .name = std::string(name),
                     .dimensions = scope.dimensions},
          .unit = std::string(unit_of(name)),
          .point = {.time = begin, .value = value}};
}

Statistics once(double value) {
  Statistics out;
  out.add(value);
  return out;
}

// Where an endpoint's own rules let nothing in: what never came to it.
bool stopped_before_endpoint(Verdict verdict) {
  return verdict == Verdict::EndpointIngressDenied || verdict == Verdict::EndpointAclDenied;
}

// What an endpoint lets in and does not carry.
bool dropped_by_endpoint(Verdict verdict) {
  constexpr auto kDropped = std::to_array<Verdict>(
      {Verdict::EndpointMissing, Verdict::EndpointNotAccepted, Verdict::ConnectionReplaced,
       Verdict::EndpointIcmp, Verdict::EndpointOversize, Verdict::EndpointWithoutNode,
       Verdict::NodeMissing, Verdict::AwsServiceUnserved, Verdict::AwsServicePort});
  return std::ranges::find(kDropped, verdict) != kDropped.end();
}

std::string_view blocked_name(Verdict verdict, std::uint8_t protocol) {
  const bool tcp = protocol == IPPROTO_TCP;
  if (verdict == Verdict::BalancerIngressDenied) {
    return tcp ? "SecurityGroupBlockedFlowCount_Inbound_TCP"
               : "SecurityGroupBlockedFlowCount_Inbound_UDP";
  }
  return tcp ? "SecurityGroupBlockedFlowCount_Outbound_TCP"
             : "SecurityGroupBlockedFlowCount_Outbound_UDP";
}

// The name of a metric of flows, for one protocol. What has no target is of a TLS listener.
std::string_view of_protocol(const pn_meter_key& key, std::string_view tcp, std::string_view udp,
                             std::string_view tls) {
  return key.protocol != IPPROTO_TCP ? udp : key.target == 0 ? tls : tcp;
}

double value_or_zero(const std::map<std::string_view, double>& sums, std::string_view name) {
  const auto at = sums.find(name);
  return at == sums.end() ? 0 : at->second;
}

}  // namespace

void Tally::add(const std::vector<Scope>& scopes, std::string_view name, double value) {
  if (value == 0) {
    return;
  }
  for (const Scope& scope : scopes) {
    entries_[scope].sums[name] += value;
  }
}

void Tally::add_flows(const Places& places, const Counted& counted) {
  if (places.is_relayed(counted.key)) {
    return;
  }
  const auto flows = static_cast<double>(counted.meter.packets);
  const auto balancer = places.balancer(counted.key);
  add(balancer, "NewFlowCount", flows);
  add(balancer,
      of_protocol(counted.key, "NewFlowCount_TCP", "NewFlowCount_UDP", "NewFlowCount_TLS"), flows);
  add(places.endpoint(counted.key), "NewConnections", flows);
  add(places.service(counted.key), "NewConnections", flows);
}

// `bytes` that are told: those of health checks and of a TLS connection's other half are not.
void Tally::add_processed(const std::vector<Scope>& scopes, const Counted& counted, double bytes) {
  const auto packets = static_cast<double>(counted.meter.packets);
  add(scopes, "ProcessedPackets", packets);
  add(scopes, "ProcessedBytes", bytes);
  add(scopes,
      of_protocol(counted.key, "ProcessedBytes_TCP", "ProcessedBytes_UDP", "ProcessedBytes_TLS"),
      bytes);
  for (const Scope& scope : scopes) {
    entries_[scope].packets += packets;
    entries_[scope].bytes += bytes;
  }
}

void Tally::add_forwarded(const Places& places, const Counted& counted) {
  const auto balancer = places.balancer(counted.key);
  const auto bytes = static_cast<double>(counted.meter.bytes);
  const auto resets = static_cast<double>(counted.meter.resets);
  add_processed(balancer, counted, places.is_relayed(counted.key) ? 0 : bytes);
  add(balancer, counted.key.reply != 0 ? "TCP_Target_Reset_Count" : "TCP_Client_Reset_Count",
      resets);
  const auto endpoint = places.endpoint(counted.key);
  const auto service = places.service(counted.key);
  for (const auto* scopes : {&endpoint, &service}) {
    for (const Scope& scope : *scopes) {
      entries_[scope].is_busy = true;
    }
    add(*scopes, "BytesProcessed", bytes);
  }
  if (counted.key.reply != 0) {
    add(endpoint, "RstPacketsReceived", resets);
    add(service, "RstPacketsSent", resets);
  }
}

void Tally::add_refused(const Places& places, const Counted& counted) {
  const auto verdict = static_cast<Verdict>(counted.key.verdict);
  const auto packets = static_cast<double>(counted.meter.packets);
  const auto resets = static_cast<double>(counted.meter.resets);
  const auto balancer = places.balancer(counted.key);
  add(balancer, "TCP_ELB_Reset_Count", resets);
  if (verdict == Verdict::PortAllocationError) {
    add(balancer, "PortAllocationErrorCount", packets);
  }
  if (verdict == Verdict::BalancerIngressDenied || verdict == Verdict::BalancerEgressDenied) {
    add(balancer, blocked_name(verdict, counted.key.protocol), packets);
  }
  if (stopped_before_endpoint(verdict)) {
    return;
  }
  const auto endpoint = places.endpoint(counted.key);
  for (const Scope& scope : endpoint) {
    entries_[scope].is_busy = true;
  }
  if (dropped_by_endpoint(verdict)) {
    add(endpoint, "PacketsDropped", packets);
    return;
  }
  const auto service = places.service(counted.key);
  for (const Scope& scope : service) {
    entries_[scope].is_busy = true;
  }
  add(endpoint, "RstPacketsReceived", resets);
  add(service, "RstPacketsSent", resets);
}

void Tally::count(const Places& places, const std::vector<Counted>& counted,
                  std::chrono::milliseconds since_last) {
  for (const Counted& one : counted) {
    const auto verdict = static_cast<Verdict>(one.key.verdict);
    if (verdict == Verdict::FlowForwarded) {
      add_forwarded(places, one);
    } else if (verdict == Verdict::ProbeAdmitted) {
      add_processed(places.balancer(one.key), one, 0);
    } else if (dataplane::info(verdict).action == VerdictAction::Pass) {
      add_flows(places, one);
    } else {
      add_refused(places, one);
    }
  }
  end_bucket(since_last);
}

// The highest rates of a period are those of its parts. [NLB guide: "calculated every 10 seconds
// during the sampling window"]
void Tally::end_bucket(std::chrono::milliseconds length) {
  const double seconds = std::chrono::duration<double>(length).count();
  for (auto& [scope, entry] : entries_) {
    if (seconds > 0 && entry.packets > 0) {
      entry.gauges["PeakBytesPerSecond"].add(entry.bytes / seconds);
      entry.gauges["PeakPacketsPerSecond"].add(entry.packets / seconds);
    }
    entry.bytes = 0;
    entry.packets = 0;
  }
}

void Tally::sample(const Places& places, const Connections& connections) {
  std::map<Scope, std::map<std::string_view, double>> found;
  for (const auto& [key, count] : connections) {
    if (places.is_relayed(key)) {
      continue;
    }
    for (const Scope& scope : places.balancer(key)) {
      found[scope]["ActiveFlowCount"] += count;
      found[scope][of_protocol(key, "ActiveFlowCount_TCP", "ActiveFlowCount_UDP",
                               "ActiveFlowCount_TLS")] += count;
    }
    for (const auto& scopes : {places.endpoint(key), places.service(key)}) {
      for (const Scope& scope : scopes) {
        found[scope]["ActiveConnections"] += count;
      }
    }
  }
  ++samples_;
  for (const auto& [scope, values] : found) {
    for (const auto& [name, value] : values) {
      entries_[scope].gauges[name].add(value);
    }
  }
}

void Tally::sample_health(const model::World& world, TimePoint now) {
  std::map<Scope, std::pair<double, double>> found;  // healthy, unhealthy
  std::map<model::Id<model::TargetGroup>, const model::LoadBalancer*> balancers;
  for (const auto& [id, target] : world.all<model::Target>()) {
    const auto* group = world.find(target->target_group);
    const auto [known, is_new] = balancers.try_emplace(target->target_group);
    if (is_new) {
      known->second = model::load_balancer_of(world, target->target_group);
    }
    const model::LoadBalancer* balancer = known->second;
    if (group == nullptr || balancer == nullptr || is_application(*balancer)) {
      continue;
    }
    const model::TargetState state = model::target_health(world, *target, now).state;
    const auto zone = model::target_zone(world, *target);
    const auto add_host = [&](Scope scope) {
      scope.dimensions["TargetGroup"] = dimension_of(*group);
      auto& [healthy, unhealthy] = found[scope];
      healthy += state == model::TargetState::Healthy ? 1 : 0;
      unhealthy +=
          state == model::TargetState::Unhealthy || state == model::TargetState::UnhealthyDraining
              ? 1
              : 0;
    };
    bool is_first = true;
    for (const model::LoadBalancerZone& one : balancer->zones) {
      const auto scopes = scopes_of(*balancer, one);
      if (is_first) {
        add_host(scopes.front());
        is_first = false;
      }
      if (zone == one.zone || zone == model::kAllZones) {
        add_host(scopes.back());
      }
    }
  }
  for (const auto& [scope, hosts] : found) {
    hosts_[scope]["HealthyHostCount"].add(hosts.first);
    hosts_[scope]["UnHealthyHostCount"].add(hosts.second);
  }
}

// Samples that found none are among the period's.
void Tally::put_connections(const Scope& scope, const Entry& entry,
                            const std::vector<std::string_view>& names, TimePoint begin,
                            std::vector<Measured>& out) const {
  for (const std::string_view name : names) {
    const auto at = entry.gauges.find(name);
    Statistics value = at == entry.gauges.end() ? Statistics() : at->second;
    if (value.samples < samples_) {
      value.add(Statistics{.samples = samples_ - value.samples});
    }
    if (value.samples > 0) {
      out.push_back(measured(scope, name, begin, value));
    }
  }
}

void Tally::put_balancer(const Scope& scope, const Entry& entry, TimePoint begin,
                         std::vector<Measured>& out) const {
  for (const std::string_view name : kAlwaysOfBalancers) {
    out.push_back(measured(scope, name, begin, once(value_or_zero(entry.sums, name))));
  }
  for (const auto& [name, value] : entry.sums) {
    if (std::ranges::find(kAlwaysOfBalancers, name) == kAlwaysOfBalancers.end()) {
      out.push_back(measured(scope, name, begin, once(value)));  // there if it is not 0
    }
  }
  for (const std::string_view name : {"PeakBytesPerSecond", "PeakPacketsPerSecond"}) {
    const auto at = entry.gauges.find(name);
    out.push_back(
        measured(scope, name, begin, once(at == entry.gauges.end() ? 0 : at->second.maximum)));
  }
  std::vector<std::string_view> connections = {"ActiveFlowCount"};
  for (const std::string_view name :
       {"ActiveFlowCount_TCP", "ActiveFlowCount_UDP", "ActiveFlowCount_TLS"}) {
    if (entry.gauges.contains(name)) {
      connections.push_back(name);
    }
  }
  put_connections(scope, entry, connections, begin, out);
}

// The endpoints that are connected to each service, if any is.
void Tally::count_endpoints(const model::World& world, TimePoint begin, std::chrono::seconds length,
                            std::vector<Measured>& out) const {
  const auto window = kPeriodsOfEndpointsCount * length;
  const TimePoint end = begin + length;
  if (end.time_since_epoch() % window != std::chrono::milliseconds(0)) {
    return;
  }
  std::map<model::Id<model::EndpointService>, double> counts;
  for (const auto& [id, endpoint] : world.all<model::VpcEndpoint>()) {
    if (endpoint->state == model::EndpointState::Available) {
      ++counts[endpoint->service];
    }
  }
  for (const auto& [id, count] : counts) {
    if (const auto* service = world.find(id)) {
      out.push_back(measured({.owner = service->owner,
                              .region = service->region,
                              .name_space = kOfServices,
                              .dimensions = {{"Service Id", id.value}}},
                             "EndpointsCount", end - window, once(count)));
    }
  }
}

std::vector<Measured> Tally::close(const model::World& world, TimePoint begin,
                                   std::chrono::seconds length) {
  for (const auto& [id, balancer] : world.all<model::LoadBalancer>()) {
    for (const model::LoadBalancerZone& zone : balancer->zones) {
      if (balancer->state == model::LoadBalancerState::Active && !is_application(*balancer)) {
        for (Scope& scope : scopes_of(*balancer, zone)) {
          entries_.try_emplace(std::move(scope));
        }
      }
    }
  }
  std::vector<Measured> out;
  for (const auto& [scope, entry] : entries_) {
    if (scope.name_space == kOfBalancers) {
      put_balancer(scope, entry, begin, out);
      continue;
    }
    if (!entry.is_busy) {
      continue;
    }
    const auto put_sums = [&](const auto& names) {
      for (const std::string_view name : names) {
        out.push_back(measured(scope, name, begin, once(value_or_zero(entry.sums, name))));
      }
    };
    scope.name_space == kOfEndpoints ? put_sums(kSumsOfEndpoints) : put_sums(kSumsOfServices);
    put_connections(scope, entry, {"ActiveConnections"}, begin, out);
  }
  for (const auto& [scope, hosts] : hosts_) {
    for (const auto& [name, value] : hosts) {
      out.push_back(measured(scope, name, begin, value));
    }
  }
  count_endpoints(world, begin, length, out);
  entries_.clear();
  hosts_.clear();
  samples_ = 0;
  return out;
}

}  // namespace postern::metrics
