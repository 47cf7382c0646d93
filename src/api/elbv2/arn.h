// SPDX-License-Identifier: Apache-2.0
// The ARNs of load balancing: how they are made, and what kind of thing one names.
// [Service authorization reference, "Resource types defined by Elastic Load Balancing V2"]
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/load_balancer.h"

namespace postern::api::elbv2 {

enum class ArnKind { LoadBalancer, TargetGroup, Listener, Rule };

// What `arn` names by its form; nullopt for text that is no ARN of load balancing. Says nothing
// about whether the thing exists.
std::optional<ArnKind> arn_kind(std::string_view arn);

// arn:aws:elasticloadbalancing:<region>:<account>:loadbalancer/net/<name>/<hex>
model::Id<model::LoadBalancer> load_balancer_arn(const model::Caller& caller, std::string_view name,
                                                 std::string_view hex);
// …:targetgroup/<name>/<hex>
model::Id<model::TargetGroup> target_group_arn(const model::Caller& caller, std::string_view name,
                                               std::string_view hex);
// …:listener/net/<name>/<hex>/<hex of the listener>
model::Id<model::Listener> listener_arn(const model::LoadBalancer& load_balancer,
                                        std::string_view hex);
// …:listener-rule/net/<name>/<hex>/<hex of the listener>/<hex>: the listener's default rule. A
// function of the listener, since an NLB's listener has this one rule only.
std::string default_rule_arn(const model::Listener& listener);

}  // namespace postern::api::elbv2
