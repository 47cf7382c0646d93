// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/forwarding.h"

#include <string_view>

#include "api/elbv2/tls.h"
#include "base/check.h"
#include "model/attributes.h"
#include "model/target_health.h"

namespace postern::api::elbv2 {
namespace {

constexpr std::size_t kGroupsMax = 100;  // of one Application Load Balancer [ALB guide, "Quotas"]

// [NLB guide, "Listener configuration"; ALB guide, "Target groups": protocols of both]
bool fit_together(std::string_view listener, std::string_view group) {
  const bool is_http = listener == "HTTP" || listener == "HTTPS";
  return listener == group || (is_http && (group == "HTTP" || group == "HTTPS")) ||
         (group == "TCP_UDP" && (listener == "TCP" || listener == "UDP")) ||
         (group == "TCP" && listener == "TLS");
}

// The group can be behind the listener: its protocol fits, it is in the load balancer's VPC, and
// behind no other load balancer. [the words are recorded]
Result<> check_group(const model::World& world, const model::Listener& listener,
                     const model::TargetGroup& group) {
  if (!fit_together(listener.protocol, group.protocol)) {
    return refuse(faults::IncompatibleProtocols,
                  "The listener and its associated target group '{}' have incompatible protocols: "
                  "'{}' and '{}'",
                  group.id, listener.protocol, group.protocol);
  }
  if (listener.protocol == "TLS") {
    TRY(check_behind_tls(group));
  }
  const auto* load_balancer = world.find(listener.load_balancer);
  POSTERN_CHECK(load_balancer != nullptr, "a listener's load balancer is there");
  if (group.vpc != load_balancer->vpc) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Target group '{}' is in a different VPC than load balancer '{}'", group.id,
                  load_balancer->id);
  }
  const bool dualstack = load_balancer->ip_address_type == "dualstack";
  if (group.ip_address_type == "ipv6" && !dualstack) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Target group '{}' with IP address type 'ipv6' needs a load balancer with IP "
                  "address type 'dualstack'",
                  group.id);
  }
  if (group.ip_address_type == "ipv4" && dualstack && listener.protocol.contains("UDP")) {
    return refuse(faults::InvalidConfigurationRequest,
                  "A listener with the {} protocol on a load balancer with IP address type "
                  "'dualstack' needs a target group with IP address type 'ipv6'",
                  listener.protocol);
  }
  // [NLB guide, "Application Load Balancers as targets"]
  if (group.target_type == "alb" && listener.protocol != "TCP") {
    return refuse(faults::InvalidConfigurationRequest,
                  "Target group '{}' with target type 'alb' needs a listener with the TCP protocol",
                  group.id);
  }
  const auto* other = model::load_balancer_of(world, group.id);
  if (other != nullptr && other->id != load_balancer->id) {
    return refuse(faults::TargetGroupAssociationLimit,
                  "The following target groups cannot be associated with more than one load "
                  "balancer: {}",
                  group.id);
  }
  return {};
}

// Whether a Network Load Balancer's listener shares connections among several groups.
bool is_shared(const model::Listener& listener) {
  return !is_application(listener) && listener.default_action.groups.size() > 1;
}

// Each of several groups that share connections may be sticky only if the action is, by which a
// client keeps to one of them. [API reference, TargetGroupStickinessConfig]
Result<> check_shared_stickiness(const model::World& world, const model::Listener& listener) {
  const model::RuleAction& action = listener.default_action;
  if (!is_shared(listener) || action.sticky_seconds != 0) {
    return {};
  }
  for (const model::WeightedGroup& weighted : action.groups) {
    const auto* group = world.find(weighted.group);
    if (group != nullptr && model::is_on(group->attributes, "stickiness.enabled", false)) {
      return refuse(faults::InvalidConfigurationRequest,
                    "Target group '{}' has stickiness enabled: an action that forwards to it and "
                    "to others must have target group stickiness enabled too",
                    weighted.group);
    }
  }
  return {};
}

// What several groups of a Network Load Balancer's action must have in common.
// [NLB guide, "Listener rules": weighted target groups]
Result<> check_several(const model::World& world, const model::Listener& listener) {
  const auto& groups = listener.default_action.groups;
  if (!is_shared(listener)) {
    return {};
  }
  // The relay does not know which group a connection is for.
  if (listener.protocol == "TLS") {
    return refuse(faults::InvalidLoadBalancerAction,
                  "Forwarding to several target groups is not supported for listeners with the TLS "
                  "protocol");
  }
  const auto family = [&](const model::WeightedGroup& weighted) {
    const auto* group = world.find(weighted.group);
    return group != nullptr ? group->ip_address_type : std::string();
  };
  for (const model::WeightedGroup& weighted : groups) {
    if (family(weighted) != family(groups.front())) {
      return refuse(faults::InvalidConfigurationRequest,
                    "The target groups of an action must have the same IP address type: '{}' and "
                    "'{}'",
                    groups.front().group, weighted.group);
    }
  }
  return check_shared_stickiness(world, listener);
}

}  // namespace

Result<> check_stickiness_behind(const model::World& world,
                                 const model::Id<model::TargetGroup>& group) {
  for (const auto& [id, listener] : world.all<model::Listener>()) {
    if (model::forwards_to(*listener, group)) {
      TRY(check_shared_stickiness(world, *listener));
    }
  }
  return {};
}

Result<> check_groups(const model::World& world, const model::Listener& listener) {
  const auto groups = model::groups_of(listener);
  TRY(check_several(world, listener));
  for (const model::Id<model::TargetGroup>& id : groups) {
    const auto* group = world.find(id);
    POSTERN_CHECK(group != nullptr, "a listener's target group is there");
    TRY(check_group(world, listener, *group));
  }
  if (groups.size() > kGroupsMax) {
    return refuse(faults::TooManyUniqueTargetGroupsPerLoadBalancer,
                  "The maximum number of {} target groups of load balancer '{}' has been reached",
                  kGroupsMax, listener.load_balancer);
  }
  return {};
}

}  // namespace postern::api::elbv2
