// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/forward_action.h"

namespace postern::api::elbv2 {
namespace {

Result<> check_only_forward(const ActionInput& action) {
  TRY(check_enum("defaultActions.1.member.type", action.Type,
                 {"forward", "authenticate-oidc", "authenticate-cognito", "redirect",
                  "fixed-response", "jwt-validation"}));
  const bool has_other = action.AuthenticateOidcConfig || action.AuthenticateCognitoConfig ||
                         action.RedirectConfig || action.FixedResponseConfig ||
                         action.JwtValidationConfig;
  if (action.Type != "forward" || has_other) {
    return refuse(faults::InvalidLoadBalancerAction,
                  "Listeners of load balancers with type 'network' support actions of type "
                  "'forward' only");
  }
  return check_number("defaultActions.1.member.order", action.Order, {1, 50000});
}

// Weights and stickiness choose among several groups; there is one.
Result<std::optional<std::string>> group_of(const ForwardConfig& config) {
  if (config.TargetGroups.empty()) {
    return std::nullopt;
  }
  if (config.TargetGroups.size() > 1) {
    return refuse(faults::InvalidLoadBalancerAction,
                  "An action of a Network Load Balancer's listener forwards to one target group");
  }
  const TargetGroupTuple& group = config.TargetGroups.front();
  TRY(check_number("defaultActions.1.member.forwardConfig.targetGroups.1.member.weight",
                   group.Weight, {0, 999}));
  if (group.Weight == 0) {
    return refuse(faults::InvalidLoadBalancerAction,
                  "The only target group of an action cannot have the weight 0");
  }
  const auto& stickiness = config.TargetGroupStickinessConfig_;
  if (stickiness && stickiness->Enabled.value_or(false)) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Target group stickiness needs several target groups in one action, which are "
                  "not supported");
  }
  return group.TargetGroupArn;
}

}  // namespace

Result<Forward> forward_of(const std::vector<ActionInput>& actions) {
  if (actions.size() != 1) {
    return refuse(faults::ValidationError, "Exactly one default action must be specified");
  }
  const ActionInput& action = actions.front();
  TRY(check_only_forward(action));
  std::optional<std::string> configured;
  if (action.ForwardConfig_) {
    TRY_ASSIGN(configured, group_of(*action.ForwardConfig_));
  }
  if (!configured && !action.TargetGroupArn) {
    return refuse(faults::ValidationError,
                  "A target group ARN must be specified for an action of type 'forward'");
  }
  // [API reference, Action: "must be the same"]
  if (configured && action.TargetGroupArn && *configured != *action.TargetGroupArn) {
    return refuse(faults::ValidationError,
                  "The target group ARNs of an action and of its ForwardConfig must be the same");
  }
  return Forward{.target_group_arn = configured ? *configured : *action.TargetGroupArn,
                 .order = action.Order.value_or(0)};
}

ActionItem action_item(const model::Listener& listener) {
  ActionItem item{.Type = "forward",
                  .TargetGroupArn = listener.target_group.value,
                  .ForwardConfig = {.TargetGroups = {{listener.target_group.value}}}};
  if (listener.action_order != 0) {
    item.Order = listener.action_order;
  }
  return item;
}

}  // namespace postern::api::elbv2
