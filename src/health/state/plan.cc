// SPDX-License-Identifier: Apache-2.0
#include "health/state/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "model/addresses.h"
#include "model/faults.h"
#include "model/target_health.h"

namespace postern::health {
namespace {

using model::HealthCheck;
using model::HealthVerdict;
using model::LoadBalancer;
using model::LoadBalancerZone;
using model::NetworkInterface;
using model::Target;
using model::TargetGroup;
using model::World;

CheckProtocol protocol_of(const HealthCheck& check) {
  if (check.protocol == "HTTPS") {
    return CheckProtocol::Https;
  }
  return check.protocol == "HTTP" ? CheckProtocol::Http : CheckProtocol::Tcp;
}

// [NLB guide, "Proxy protocol": health checks have the header too]
bool wants_proxy_header(const TargetGroup& group) {
  const auto set = group.attributes.find("proxy_protocol_v2.enabled");
  return set != group.attributes.end() && set->second == "true";
}

// [NLB guide, "Target health status": an unused or draining target is not checked]
bool is_checked(const World& world, const Target& target) {
  // No time matters here but whether the target drains at all.
  const auto health = model::target_health(world, target, TimePoint{});
  return health.state != model::TargetState::Unused && health.state != model::TargetState::Draining;
}

// What all nodes do alike with the target. nullopt when it is not checked.
std::optional<Probe> probe_of(const World& world, const TargetGroup& group, const Target& target) {
  const auto address = model::target_address(world, target);
  if (!address || !is_checked(world, target)) {
    return std::nullopt;
  }
  const HealthCheck& check = group.health_check;
  return Probe{.target = target.id,
               .registration = target.number,
               .stored = target.verdict,
               .vpc = group.vpc,
               .address = *address,
               .port = static_cast<std::uint16_t>(model::health_check_port(group, target)),
               .protocol = protocol_of(check),
               .path = check.path,
               .matcher = check.matcher,
               .proxy_header = wants_proxy_header(group),
               .interval = std::chrono::seconds(check.interval_seconds),
               .timeout = std::chrono::seconds(check.timeout_seconds),
               .thresholds = {check.healthy_threshold, check.unhealthy_threshold}};
}

// Whether the zone's node can make checks: it is there, and nobody has broken it on purpose.
bool can_check(const World& world, const LoadBalancerZone& zone) {
  const NetworkInterface* node = world.find(zone.network_interface);
  return node != nullptr && model::darkening(world, *node) == nullptr;
}

// `probe` from each node of the NLB that can make checks; if none can, from all, which then find
// that nothing answers.
void add_nodes(const World& world, const LoadBalancer& load_balancer, int listener_port,
               const Probe& probe, std::vector<Probe>& probes) {
  const bool any_can = std::ranges::any_of(
      load_balancer.zones, [&](const LoadBalancerZone& zone) { return can_check(world, zone); });
  for (const LoadBalancerZone& zone : load_balancer.zones) {
    const NetworkInterface* node = world.find(zone.network_interface);
    const auto source = node != nullptr ? model::address_like(*node, probe.address) : std::nullopt;
    if (source && (!any_can || can_check(world, zone))) {
      Probe from_node = probe;
      from_node.zone = zone.zone;
      from_node.source = *source;
      // [NLB guide: the Host header has the node's address and the listener's port]
      from_node.host = with_port(*source, static_cast<unsigned>(listener_port));
      probes.push_back(std::move(from_node));
    }
  }
}

void add_group(const World& world, const TargetGroup& group, std::vector<Probe>& probes) {
  const model::Listener* listener = model::listener_of(world, group.id);
  const LoadBalancer* load_balancer = model::load_balancer_of(world, group.id);
  if (load_balancer == nullptr || load_balancer->state != model::LoadBalancerState::Active) {
    return;
  }
  for (const Target* target : model::targets_of(world, group.id)) {
    if (const auto probe = probe_of(world, group, *target)) {
      add_nodes(world, *load_balancer, listener->port, *probe, probes);
    }
  }
}

}  // namespace

std::vector<Probe> plan(const World& world) {
  std::vector<Probe> probes;
  for (const auto& [id, group] : world.all<TargetGroup>()) {
    add_group(world, *group, probes);
  }
  return probes;
}

std::vector<Observation> outdated_verdicts(const World& world) {
  std::set<model::Id<Target>> checked;
  for (const Probe& probe : plan(world)) {
    checked.insert(probe.target);
  }
  std::vector<Observation> outdated;
  for (const auto& [id, target] : world.all<Target>()) {
    const bool drains = target->draining_until != TimePoint{};
    if (target->verdict != HealthVerdict::None && !drains && !checked.contains(id)) {
      outdated.push_back({id, target->number, HealthVerdict::None});
    }
  }
  return outdated;
}

}  // namespace postern::health
