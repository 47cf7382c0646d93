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

// arn:aws:elasticloadbalancing:<region>:<account>:loadbalancer/net/<name>/<hex>, and of an ALB app
// instead of net, here as below.
model::Id<model::LoadBalancer> load_balancer_arn(const model::LoadBalancer& load_balancer);
// net or app
std::string_view arn_word(const model::LoadBalancer& load_balancer);
// …:targetgroup/<name>/<hex>
model::Id<model::TargetGroup> target_group_arn(const model::Caller& caller, std::string_view name,
                                               std::string_view hex);
// …:listener/net/<name>/<hex>/<hex of the listener>
model::Id<model::Listener> listener_arn(const model::LoadBalancer& load_balancer,
                                        std::string_view hex);
// …:listener-rule/net/<name>/<hex>/<hex of the listener>/<hex>
std::string rule_arn(const model::Listener& listener, std::string_view hex);
// The listener's default rule: a function of the listener, since each has one.
std::string default_rule_arn(const model::Listener& listener);
// The listener that a rule is of, by its ARN.
model::Id<model::Listener> listener_of_rule(std::string_view rule_arn);

}  // namespace postern::api::elbv2
