// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/rule_action.h"

#include <algorithm>
#include <charconv>

#include "api/elbv2/find.h"

namespace postern::api::elbv2 {
namespace {

Result<> check_type(std::string_view parameter, const ActionInput& action) {
  return check_enum(parameter, action.Type,
                    {"forward", "authenticate-oidc", "authenticate-cognito", "redirect",
                     "fixed-response", "jwt-validation"});
}

Result<> check_only_forward(const ActionInput& action) {
  TRY(check_type("defaultActions.1.member.type", action));
  const bool has_other = action.AuthenticateOidcConfig || action.AuthenticateCognitoConfig ||
                         action.RedirectConfig_ || action.FixedResponseConfig_ ||
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

// ---- Application Load Balancers -----------------------------------------------------------------

constexpr std::size_t kGroupsMax = 5;  // of one action [ALB guide, "Quotas"]

Result<std::vector<model::WeightedGroup>> weighted_groups(const model::World& world,
                                                          const model::Caller& caller,
                                                          const ActionInput& action) {
  std::vector<TargetGroupTuple> tuples;
  if (action.ForwardConfig_) {
    tuples = action.ForwardConfig_->TargetGroups;
    const auto& stickiness = action.ForwardConfig_->TargetGroupStickinessConfig_;
    if (stickiness && stickiness->Enabled.value_or(false)) {
      return refuse(faults::InvalidConfigurationRequest,
                    "Target group stickiness is not supported: each request is forwarded by the "
                    "weights of the target groups");
    }
  }
  if (tuples.empty() && action.TargetGroupArn) {
    tuples = {{.TargetGroupArn = action.TargetGroupArn, .Weight = std::nullopt}};
  }
  if (tuples.empty()) {
    return refuse(faults::ValidationError,
                  "A target group ARN must be specified for an action of type 'forward'");
  }
  // [API reference, Action: "must be the same"]
  if (action.TargetGroupArn &&
      (tuples.size() > 1 || tuples.front().TargetGroupArn != action.TargetGroupArn)) {
    return refuse(faults::ValidationError,
                  "The target group ARNs of an action and of its ForwardConfig must be the same");
  }
  if (tuples.size() > kGroupsMax) {
    return refuse(faults::InvalidLoadBalancerAction,
                  "An action can forward to at most {} target groups", kGroupsMax);
  }
  std::vector<model::WeightedGroup> groups;
  for (const TargetGroupTuple& tuple : tuples) {
    TRY(check_number("actions.1.member.forwardConfig.targetGroups.1.member.weight", tuple.Weight,
                     {0, 999}));
    TRY_ASSIGN(const auto* const group,
               find_action_group(world, caller, tuple.TargetGroupArn.value_or("")));
    if (std::ranges::find(groups, group->id, &model::WeightedGroup::group) != groups.end()) {
      return refuse(faults::ValidationError, "Target group '{}' is specified more than once",
                    group->id);
    }
    groups.push_back({.group = group->id, .weight = tuple.Weight.value_or(1)});
  }
  return groups;
}

bool is_port(const std::string& text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

// What goes into a header of an answer.
bool fits_into_a_url(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

// [API reference, RedirectActionConfig]
Result<model::Redirect> redirect_of(const RedirectConfig& config) {
  model::Redirect redirect{.protocol = config.Protocol.value_or("#{protocol}"),
                           .host = config.Host.value_or("#{host}"),
                           .port = config.Port.value_or("#{port}"),
                           .path = config.Path.value_or("/#{path}"),
                           .query = config.Query.value_or("#{query}"),
                           .status_code = config.StatusCode.value_or("")};
  TRY(check_enum("actions.1.member.redirectConfig.statusCode", redirect.status_code,
                 {"HTTP_301", "HTTP_302"}));
  if (redirect.protocol != "HTTP" && redirect.protocol != "HTTPS" &&
      redirect.protocol != "#{protocol}") {
    return refuse(faults::ValidationError,
                  "Redirect protocol '{}' must be one of 'HTTP, HTTPS, #{{protocol}}'",
                  redirect.protocol);
  }
  if (redirect.port != "#{port}" && !is_port(redirect.port)) {
    return refuse(faults::ValidationError,
                  "Redirect port '{}' must be a port from 1 to 65535 or '#{{port}}'",
                  redirect.port);
  }
  if (!redirect.path.starts_with('/')) {
    return refuse(faults::ValidationError, "Redirect path '{}' must begin with '/'", redirect.path);
  }
  for (const std::string* part : {&redirect.host, &redirect.path, &redirect.query}) {
    if (part->size() > 128 || !fits_into_a_url(*part)) {
      return refuse(faults::ValidationError,
                    "A redirect's host, path and query must be at most 128 printable characters");
    }
  }
  if (redirect.host.empty()) {
    return refuse(faults::ValidationError, "A redirect's host cannot be empty");
  }
  // A loop otherwise.
  if (redirect.protocol == "#{protocol}" && redirect.host == "#{host}" &&
      redirect.port == "#{port}" && redirect.path == "/#{path}") {
    return refuse(faults::InvalidLoadBalancerAction,
                  "The redirect action must change the protocol, the host, the port or the path");
  }
  return redirect;
}

// [API reference, FixedResponseActionConfig]
Result<model::FixedResponse> fixed_response_of(const FixedResponseConfig& config) {
  model::FixedResponse response{.status_code = config.StatusCode.value_or(""),
                                .content_type = config.ContentType.value_or(""),
                                .message_body = config.MessageBody.value_or("")};
  const std::string& code = response.status_code;
  const bool is_code = code.size() == 3 && std::string_view("245").contains(code[0]) &&
                       std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_code) {
    return refuse(faults::ValidationError,
                  "Fixed response status code '{}' must be within '2XX, 4XX, 5XX'", code);
  }
  if (response.message_body.size() > 1024) {
    return refuse(faults::ValidationError,
                  "A fixed response's message body cannot be longer than '1024' characters");
  }
  if (!response.content_type.empty()) {
    TRY(check_enum(
        "actions.1.member.fixedResponseConfig.contentType", response.content_type,
        {"text/plain", "text/css", "text/html", "application/javascript", "application/json"}));
  }
  return response;
}

Result<model::RuleAction> one_action(const model::World& world, const model::Caller& caller,
                                     const ActionInput& input) {
  model::RuleAction action{.type = input.Type, .order = input.Order.value_or(0)};
  const bool forwards = input.TargetGroupArn || input.ForwardConfig_;
  if (forwards != (input.Type == "forward") ||
      input.RedirectConfig_.has_value() != (input.Type == "redirect") ||
      input.FixedResponseConfig_.has_value() != (input.Type == "fixed-response")) {
    return refuse(faults::InvalidLoadBalancerAction,
                  "An action of type '{}' must have its own configuration and no other",
                  input.Type);
  }
  if (input.Type == "redirect") {
    TRY_ASSIGN(action.redirect, redirect_of(*input.RedirectConfig_));
  } else if (input.Type == "fixed-response") {
    TRY_ASSIGN(action.fixed_response, fixed_response_of(*input.FixedResponseConfig_));
  } else {
    TRY_ASSIGN(action.groups, weighted_groups(world, caller, input));
  }
  return action;
}

}  // namespace

Result<model::RuleAction> action_of(const model::World& world, const model::Caller& caller,
                                    const std::vector<ActionInput>& actions) {
  for (const ActionInput& action : actions) {
    TRY(check_type("actions.1.member.type", action));
    TRY(check_number("actions.1.member.order", action.Order, {1, 50000}));
    if (action.AuthenticateOidcConfig || action.AuthenticateCognitoConfig ||
        action.JwtValidationConfig ||
        (action.Type != "forward" && action.Type != "redirect" &&
         action.Type != "fixed-response")) {
      return refuse(faults::InvalidLoadBalancerAction,
                    "Actions of type '{}' are not supported: use 'forward', 'redirect' or "
                    "'fixed-response'",
                    action.Type);
    }
  }
  if (actions.size() != 1) {
    return refuse(faults::ValidationError,
                  "Exactly one action of type 'forward', 'redirect' or 'fixed-response' must be "
                  "specified");
  }
  return one_action(world, caller, actions.front());
}

Result<const model::TargetGroup*> find_action_group(const model::World& world,
                                                    const model::Caller& caller,
                                                    const std::string& arn) {
  TRY_ASSIGN(const auto* const group, find_if_any<model::TargetGroup>(world, caller, arn));
  if (group == nullptr) {
    return refuse(faults::TargetGroupNotFound, "Target group '{}' not found", arn);
  }
  return group;
}

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

ActionItem action_item(const model::RuleAction& action) {
  ActionItem item{.Type = action.type,
                  .TargetGroupArn = std::nullopt,
                  .Order = std::nullopt,
                  .ForwardConfig = std::nullopt,
                  .RedirectConfig_ = std::nullopt,
                  .FixedResponseConfig_ = std::nullopt};
  if (action.order != 0) {
    item.Order = action.order;
  }
  if (action.type == "redirect") {
    const model::Redirect& to = action.redirect;
    item.RedirectConfig_ =
        RedirectConfig{to.protocol, to.port, to.host, to.path, to.query, to.status_code};
  } else if (action.type == "fixed-response") {
    const model::FixedResponse& fixed = action.fixed_response;
    item.FixedResponseConfig_ = FixedResponseConfig{
        .MessageBody = std::nullopt, .StatusCode = fixed.status_code, .ContentType = std::nullopt};
    if (!fixed.message_body.empty()) {
      item.FixedResponseConfig_->MessageBody = fixed.message_body;
    }
    if (!fixed.content_type.empty()) {
      item.FixedResponseConfig_->ContentType = fixed.content_type;
    }
  } else {
    ForwardDescription config{.TargetGroups = {},
                              .TargetGroupStickinessConfig_ = TargetGroupStickinessConfig{
                                  .Enabled = false, .DurationSeconds = std::nullopt}};
    for (const model::WeightedGroup& group : action.groups) {
      config.TargetGroups.push_back({group.group.value, group.weight});
    }
    if (action.groups.size() == 1) {
      item.TargetGroupArn = action.groups.front().group.value;
    }
    item.ForwardConfig = std::move(config);
  }
  return item;
}

ActionItem action_item(const model::Listener& listener) {
  if (!listener.default_action.type.empty()) {
    return action_item(listener.default_action);
  }
  ActionItem item{
      .Type = "forward",
      .TargetGroupArn = listener.target_group.value,
      .Order = std::nullopt,
      .ForwardConfig =
          ForwardDescription{.TargetGroups = {{.TargetGroupArn = listener.target_group.value,
                                               .Weight = std::nullopt}},
                             .TargetGroupStickinessConfig_ = std::nullopt},
      .RedirectConfig_ = std::nullopt,
      .FixedResponseConfig_ = std::nullopt};
  if (listener.action_order != 0) {
    item.Order = listener.action_order;
  }
  return item;
}

}  // namespace postern::api::elbv2
