// SPDX-License-Identifier: Apache-2.0
// What is derived from a target's stored verdict: the state that AWS prints, the zones that DNS may
// name, the targets that a node sends to.
#pragma once

#include <boost/describe/enum.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/world.h"

namespace postern::model {

enum class TargetState {
  Initial,
  Healthy,
  Unhealthy,
  UnhealthyDraining,
  Unused,
  Draining,
  Unavailable
};

// As AWS writes it: initial, healthy, …
std::string_view text(TargetState state);

// Deregistered, with its delay running.
inline bool is_draining(const Target& target) {
  return target.draining_until != TimePoint{};
}

// The TargetHealth of DescribeTargetHealth. Healthy has no reason and no description: both empty.
struct TargetHealth {
  TargetState state = TargetState::Initial;
  std::string_view reason;
  std::string_view description;
};

TargetHealth target_health(const World& world, const Target& target, TimePoint now);

// For a target that DescribeTargetHealth names and that is not registered.
TargetHealth not_registered();

// The listener that forwards to the group, or null: then its targets are unused. (A group belongs
// to one load balancer, but to any number of its listeners and their rules.)
const Listener* listener_of(const World& world, const Id<TargetGroup>& group);

// The groups that a forward sends something to, with their weights.
struct Share {
  const TargetGroup* group;
  int weight;
};
std::vector<Share> shares_of(const World& world, const RuleAction& action);
// The NLB that the group is behind, or null.
const LoadBalancer* load_balancer_of(const World& world, const Id<TargetGroup>& group);
// Every registration in the group, draining ones too.
std::vector<const Target*> targets_of(const World& world, const Id<TargetGroup>& group);
// The groups that the NLB's listeners forward to, each once.
std::vector<const TargetGroup*> groups_of(const World& world, const LoadBalancer& load_balancer);

// The zone of the NLB with that zone id, or null. Zone ids mean the same place for every account.
const LoadBalancerZone* zone_of(const LoadBalancer& load_balancer, std::string_view zone_id);
// The same by the zone's name as the NLB's owner sees it.
const LoadBalancerZone* zone_named(const LoadBalancer& load_balancer, std::string_view zone);

// The zone of an address that nodes in all zones send to.
inline constexpr std::string_view kAllZones = "all";

// The name of the target's zone as its owner sees it, and its address: of the instance, or of the
// subnet that holds the address; else what the address was registered with, which may be kAllZones.
// nullopt when it has none (any more). Of an ALB: its node's.
std::optional<std::string> target_zone(const World& world, const Target& target);
std::optional<IpAddress> target_address(const World& world, const Target& target);

// The node that a registration of an ALB stands for, or null.
const NetworkInterface* alb_node(const World& world, const Target& target);

// The port that the target's health checks go to: `traffic-port` is the registered one.
int health_check_port(const TargetGroup& group, const Target& target);

// target_health_state.unhealthy.connection_termination.enabled, on unless set: connections end when
// their target turns unhealthy. Otherwise they do so after ….draining_interval_seconds; never, if
// that is 0. UDP groups have neither. [NLB guide, "Connection termination for unhealthy targets"]
bool terminates_unhealthy(const TargetGroup& group);
std::chrono::seconds unhealthy_draining_interval(const TargetGroup& group);

// Whether the connections on the target have ended by this, as long as no node has to go on using
// it because too many fail.
bool has_ended_connections(const TargetGroup& group, const Target& target);

// Whether nodes of the NLB send to the group's targets in all zones: the group's own setting, or
// else the NLB's, which is off unless set.
bool is_cross_zone(const LoadBalancer& load_balancer, const TargetGroup& group);

// Whether DNS may give out the node in `zone`: each group that a listener forwards to has enough
// healthy targets among those that the node sends to. When no zone is healthy, all are given out.
// [NLB guide, "Health checks for Network Load Balancer target groups": DNS failover]
bool is_zone_healthy(const World& world, const LoadBalancer& load_balancer,
                     const LoadBalancerZone& zone);

// The targets that the node in `zone` spreads new connections over, in the order of their ids: its
// healthy ones; all of its own when too few of them are healthy; and all in every zone of the NLB
// when no zone has enough. Draining targets and those that could not be reached at all (not
// running, zone not enabled) are never among them.
// [NLB guide, "Target group health": unhealthy state routing failover]
std::vector<const Target*> routed_targets(const World& world, const LoadBalancer& load_balancer,
                                          const TargetGroup& group, const LoadBalancerZone& zone);

}  // namespace postern::model
