// SPDX-License-Identifier: Apache-2.0
#include "model/target_health.h"

#include <algorithm>
#include <charconv>

#include "model/addresses.h"
#include "model/attributes.h"
#include "model/faults.h"

namespace postern::model {
namespace {

// [ELBv2 API, TargetHealth: reason codes; NLB guide, "Target health status"]
constexpr TargetHealth kInUseByNoListener = {
    TargetState::Unused, "Target.NotInUse",
    "Target group is not configured to receive traffic from the load balancer"};
constexpr TargetHealth kZoneNotEnabled = {
    TargetState::Unused, "Target.NotInUse",
    "Target is in an Availability Zone that is not enabled for the load balancer"};
constexpr TargetHealth kNotRegistered = {TargetState::Unused, "Target.NotRegistered",
                                         "Target is not registered to the target group"};
constexpr TargetHealth kStopped = {TargetState::Unused, "Target.InvalidState",
                                   "Target is in the stopped state"};
constexpr TargetHealth kTerminated = {TargetState::Unused, "Target.InvalidState",
                                      "Target is in the terminated state"};
constexpr TargetHealth kInvalidState = {TargetState::Unused, "Target.InvalidState",
                                        "Target is in an invalid state"};
constexpr TargetHealth kIpUnusable = {
    TargetState::Unused, "Target.IpUnusable",
    "The IP address cannot be used as a target, as it is in use by a load balancer"};
constexpr TargetHealth kDeregistering = {TargetState::Draining, "Target.DeregistrationInProgress",
                                         "Target deregistration is in progress"};
constexpr TargetHealth kRegistering = {TargetState::Initial, "Elb.RegistrationInProgress",
                                       "Target registration is in progress"};
constexpr TargetHealth kFirstChecks = {TargetState::Initial, "Elb.InitialHealthChecking",
                                       "Initial health checks in progress"};
constexpr TargetHealth kHealthy = {TargetState::Healthy, "", ""};
constexpr TargetHealth kUnhealthy = {TargetState::Unhealthy, "Target.FailedHealthChecks",
                                     "Health checks failed"};
constexpr TargetHealth kUnhealthyDraining = {TargetState::UnhealthyDraining,
                                             "Target.FailedHealthChecks", "Health checks failed"};
constexpr TargetHealth kUnavailable = {TargetState::Unavailable, "Elb.InternalError",
                                       "Health checks failed due to an internal error"};

const Instance* instance_of(const World& world, const Target& target) {
  return world.find(Id<Instance>(target.target_id));
}

const Subnet* subnet_holding(const World& world, const Id<Vpc>& vpc, const IpAddress& address) {
  for (const auto& [id, subnet] : world.all<Subnet>()) {
    const bool holds = subnet->cidr.contains(address) ||
                       (subnet->ipv6_block && subnet->ipv6_block->cidr.contains(address));
    if (subnet->vpc == vpc && holds) {
      return subnet.get();
    }
  }
  return nullptr;
}

// Whether a load balancer's node has the address, or an endpoint: the data plane leads from a node
// to neither, and a check could meet Postern itself there.
bool is_of_a_service(const World& world, const Id<Vpc>& vpc, const IpAddress& address) {
  return std::ranges::any_of(world.all<NetworkInterface>(), [&](const auto& row) {
    const NetworkInterface& interface = *row.second;
    return interface.vpc == vpc &&
           (interface.type == InterfaceType::NetworkLoadBalancer ||
            interface.type == InterfaceType::VpcEndpoint) &&
           address_like(interface, address) == address;
  });
}

// Why the target could not be reached whatever its checks said; nullopt when it could.
std::optional<TargetHealth> unreachable(const World& world, const TargetGroup& group,
                                        const Target& target) {
  if (group.target_type == "alb") {
    const LoadBalancer* alb = world.find(Id<LoadBalancer>(target.target_id));
    return alb != nullptr && alb->state == LoadBalancerState::Active &&
                   target_address(world, target)
               ? std::nullopt
               : std::optional(kInvalidState);
  }
  if (group.target_type != "instance") {
    const auto address = target_address(world, target);
    return address && is_of_a_service(world, group.vpc, *address) ? std::optional(kIpUnusable)
                                                                  : std::nullopt;
  }
  const Instance* instance = instance_of(world, target);
  if (instance == nullptr) {
    return kTerminated;  // its record is kept for an hour only
  }
  switch (instance->state) {
    case InstanceState::Running:
      return std::nullopt;
    case InstanceState::Stopping:
    case InstanceState::Stopped:
      return kStopped;
    case InstanceState::ShuttingDown:
    case InstanceState::Terminated:
      return kTerminated;
    case InstanceState::Pending:
      break;
  }
  return kInvalidState;
}

// Why the target's NLB does not send to it; nullopt when it does, as far as its checks allow.
std::optional<TargetHealth> unused(const World& world, const TargetGroup& group,
                                   const Target& target) {
  const LoadBalancer* load_balancer = load_balancer_of(world, target.target_group);
  if (load_balancer == nullptr) {
    return kInUseByNoListener;
  }
  const auto zone = target_zone(world, target);
  if (zone && *zone != kAllZones && zone_named(*load_balancer, *zone) == nullptr) {
    return kZoneNotEnabled;
  }
  return unreachable(world, group, target);
}

TargetHealth as_checked(const World& world, const Target& target) {
  const LoadBalancer* load_balancer = load_balancer_of(world, target.target_group);
  if (load_balancer->state != LoadBalancerState::Active) {
    return kRegistering;
  }
  switch (target.verdict) {
    case HealthVerdict::Healthy:
      return kHealthy;
    case HealthVerdict::Unhealthy:
      return kUnhealthy;
    case HealthVerdict::Unavailable:
      return kUnavailable;
    case HealthVerdict::None:
      break;
  }
  return kFirstChecks;
}

// The registered targets that a node may send to, and how many of them are healthy.
struct Candidates {
  std::vector<const Target*> all;
  std::vector<const Target*> healthy;
};

bool is_in_zone(const World& world, const Target& target, const std::string& zone) {
  const auto own = target_zone(world, target);
  return own == zone || own == kAllZones;
}

Candidates candidates(const World& world, const TargetGroup& group, const std::string* only_zone) {
  Candidates found;
  for (const Target* target : targets_of(world, group.id)) {
    if ((only_zone != nullptr && !is_in_zone(world, *target, *only_zone)) || is_draining(*target) ||
        unused(world, group, *target)) {
      continue;
    }
    found.all.push_back(target);
    if (as_checked(world, *target).state == TargetState::Healthy) {
      found.healthy.push_back(target);
    }
  }
  return found;
}

Candidates candidates(const World& world, const LoadBalancer& load_balancer,
                      const TargetGroup& group, const LoadBalancerZone& zone) {
  return candidates(world, group, is_cross_zone(load_balancer, group) ? nullptr : &zone.zone);
}

// Whether the healthy among `found` reach both thresholds of `purpose`. One is needed unless the
// group says otherwise.
bool has_enough(const TargetGroup& group, const std::string& purpose, const Candidates& found) {
  const std::string prefix = "target_group_health." + purpose + ".minimum_healthy_targets.";
  const auto threshold = [&](const char* unit, int otherwise) {
    return static_cast<std::size_t>(number(group.attributes, prefix + unit, otherwise));
  };
  return found.healthy.size() >= threshold("count", 1) &&
         found.healthy.size() * 100 >= threshold("percentage", 0) * found.all.size();
}

bool can_route(const World& world, const LoadBalancer& load_balancer, const TargetGroup& group,
               const LoadBalancerZone& zone) {
  return has_enough(group, "unhealthy_state_routing",
                    candidates(world, load_balancer, group, zone));
}

}  // namespace

std::string_view text(TargetState state) {
  switch (state) {
    case TargetState::Initial:
      return "initial";
    case TargetState::Healthy:
      return "healthy";
    case TargetState::Unhealthy:
      return "unhealthy";
    case TargetState::UnhealthyDraining:
      return "unhealthy.draining";
    case TargetState::Unavailable:
      return "unavailable";
    case TargetState::Unused:
      return "unused";
    case TargetState::Draining:
      break;
  }
  return "draining";
}

TargetHealth target_health(const World& world, const Target& target, TimePoint now) {
  if (is_draining(target)) {
    return now < target.draining_until ? kDeregistering : kNotRegistered;
  }
  const TargetGroup* group = world.find(target.target_group);
  if (group == nullptr) {
    return kNotRegistered;
  }
  if (const auto reason = unused(world, *group, target)) {
    return *reason;
  }
  const TargetHealth health = as_checked(world, target);
  return health.state == TargetState::Unhealthy && now < target.unhealthy_draining_until
             ? kUnhealthyDraining
             : health;
}

TargetHealth not_registered() {
  return kNotRegistered;
}

std::vector<Share> shares_of(const World& world, const RuleAction& action) {
  std::vector<Share> shares;
  for (const WeightedGroup& weighted : action.groups) {
    const TargetGroup* group = world.find(weighted.group);
    if (group != nullptr && weighted.weight > 0) {
      shares.push_back({group, weighted.weight});
    }
  }
  return shares;
}

const Listener* listener_of(const World& world, const Id<TargetGroup>& group) {
  for (const auto& [id, listener] : world.all<Listener>()) {
    if (forwards_to(*listener, group)) {
      return listener.get();
    }
  }
  return nullptr;
}

const LoadBalancer* load_balancer_of(const World& world, const Id<TargetGroup>& group) {
  const Listener* listener = listener_of(world, group);
  return listener == nullptr ? nullptr : world.find(listener->load_balancer);
}

std::vector<const Target*> targets_of(const World& world, const Id<TargetGroup>& group) {
  // A target's id begins with its group's: its rows stand together.
  const std::string prefix = group.value + "|";
  const auto& table = world.all<Target>();
  std::vector<const Target*> found;
  for (auto at = table.lower_bound(Id<Target>(prefix));
       at != table.end() && at->first.value.starts_with(prefix); ++at) {
    found.push_back(at->second.get());
  }
  return found;
}

std::vector<const TargetGroup*> groups_of(const World& world, const LoadBalancer& load_balancer) {
  std::vector<const TargetGroup*> found;
  for (const auto& [id, listener] : world.all<Listener>()) {
    if (listener->load_balancer != load_balancer.id) {
      continue;
    }
    for (const Id<TargetGroup>& forwarded : groups_of(*listener)) {
      const TargetGroup* group = world.find(forwarded);
      if (group != nullptr && std::ranges::find(found, group) == found.end()) {
        found.push_back(group);
      }
    }
  }
  return found;
}

const LoadBalancerZone* zone_of(const LoadBalancer& load_balancer, std::string_view zone_id) {
  const auto at = std::ranges::find(load_balancer.zones, zone_id, &LoadBalancerZone::zone_id);
  return at == load_balancer.zones.end() ? nullptr : &*at;
}

const LoadBalancerZone* zone_named(const LoadBalancer& load_balancer, std::string_view zone) {
  const auto at = std::ranges::find(load_balancer.zones, zone, &LoadBalancerZone::zone);
  return at == load_balancer.zones.end() ? nullptr : &*at;
}

std::optional<std::string> target_zone(const World& world, const Target& target) {
  const TargetGroup* group = world.find(target.target_group);
  if (group == nullptr) {
    return std::nullopt;
  }
  if (group->target_type == "instance") {
    const Instance* instance = instance_of(world, target);
    return instance == nullptr ? std::nullopt : std::optional(instance->zone);
  }
  if (!target.zone.empty()) {
    return target.zone;
  }
  const auto address = IpAddress::parse(target.target_id);
  const Subnet* subnet = address ? subnet_holding(world, group->vpc, *address) : nullptr;
  return subnet == nullptr ? std::nullopt : std::optional(subnet->zone);
}

std::optional<IpAddress> target_address(const World& world, const Target& target) {
  const TargetGroup* group = world.find(target.target_group);
  if (group == nullptr) {
    return std::nullopt;
  }
  if (group->target_type == "alb") {
    const NetworkInterface* node = alb_node(world, target);
    return node == nullptr ? std::nullopt : std::optional(node->address);
  }
  if (group->target_type != "instance") {
    return IpAddress::parse(target.target_id);
  }
  const Instance* instance = instance_of(world, target);
  if (instance == nullptr) {
    return std::nullopt;
  }
  if (group->ip_address_type == "ipv4") {
    return instance->address;
  }
  const NetworkInterface* interface = world.find(instance->network_interface);
  return interface == nullptr ? std::nullopt : address_like(*interface, IpAddress());
}

const NetworkInterface* alb_node(const World& world, const Target& target) {
  const LoadBalancer* alb = world.find(Id<LoadBalancer>(target.target_id));
  const LoadBalancerZone* zone = alb != nullptr ? zone_named(*alb, target.zone) : nullptr;
  return zone != nullptr ? world.find(zone->network_interface) : nullptr;
}

int health_check_port(const TargetGroup& group, const Target& target) {
  int port = 0;
  const std::string& text = group.health_check.port;
  std::from_chars(text.data(), text.data() + text.size(), port);
  return port != 0 ? port : target.port;
}

bool terminates_unhealthy(const TargetGroup& group) {
  return is_on(group.attributes, "target_health_state.unhealthy.connection_termination.enabled",
               true);
}

std::chrono::seconds unhealthy_draining_interval(const TargetGroup& group) {
  return std::chrono::seconds(
      number(group.attributes, "target_health_state.unhealthy.draining_interval_seconds", 0));
}

bool has_ended_connections(const TargetGroup& group, const Target& target) {
  if (target.verdict != HealthVerdict::Unhealthy || is_draining(target)) {
    return false;
  }
  return terminates_unhealthy(group) || (unhealthy_draining_interval(group).count() > 0 &&
                                         target.unhealthy_draining_until == TimePoint{});
}

bool is_cross_zone(const LoadBalancer& load_balancer, const TargetGroup& group) {
  const std::string key = "load_balancing.cross_zone.enabled";
  const std::string_view own = attribute(group.attributes, key, "use_load_balancer_configuration");
  if (own != "use_load_balancer_configuration") {
    return own == "true";
  }
  // [ALB guide, "Cross-zone load balancing": always on at the load balancer]
  return is_application(load_balancer) || is_on(load_balancer.attributes, key, false);
}

bool is_zone_healthy(const World& world, const LoadBalancer& load_balancer,
                     const LoadBalancerZone& zone) {
  const NetworkInterface* node = world.find(zone.network_interface);
  if (node != nullptr && darkening(world, *node) != nullptr) {
    return false;
  }
  return std::ranges::all_of(groups_of(world, load_balancer), [&](const TargetGroup* group) {
    return has_enough(*group, "dns_failover", candidates(world, load_balancer, *group, zone));
  });
}

std::vector<const Target*> routed_targets(const World& world, const LoadBalancer& load_balancer,
                                          const TargetGroup& group, const LoadBalancerZone& zone) {
  Candidates own = candidates(world, load_balancer, group, zone);
  if (has_enough(group, "unhealthy_state_routing", own)) {
    return std::move(own.healthy);
  }
  const bool others_can = std::ranges::any_of(load_balancer.zones, [&](const auto& other) {
    return can_route(world, load_balancer, group, other);
  });
  return others_can ? std::move(own.all) : candidates(world, group, nullptr).all;
}

}  // namespace postern::model
