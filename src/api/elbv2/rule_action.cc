// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/rule_action.h"

#include <algorithm>
#include <charconv>

#include "api/elbv2/find.h"

namespace postern::api::elbv2 {
namespace {

Result<> check_type(const ActionPlace& place, const ActionInput& action) {
  TRY(check_enum(fmt::format("{}.1.member.type", place.parameter), action.Type,
                 {"forward", "authenticate-oidc", "authenticate-cognito", "redirect",
                  "fixed-response", "jwt-validation"}));
  const bool is_served =
      action.Type == "forward" || action.Type == "redirect" || action.Type == "fixed-response";
  if (!place.is_application && action.Type != "forward") {
    return refuse(faults::InvalidLoadBalancerAction,
                  "Listeners of load balancers with type 'network' support actions of type "
                  "'forward' only");
  }
  if (!is_served || action.AuthenticateOidcConfig || action.AuthenticateCognitoConfig ||
      action.JwtValidationConfig) {
    return refuse(faults::InvalidLoadBalancerAction,
                  "Actions of type '{}' are not supported: use 'forward', 'redirect' or "
                  "'fixed-response'",
                  action.Type);
  }
  return check_number(fmt::format("{}.1.member.order", place.parameter), action.Order, {1, 50000});
}

// ---- Forwards -----------------------------------------------------------------------------------

constexpr Between kStickySeconds{1, 604800};

// For how long a client keeps to the group that it was sent to; 0: for no time.
// [API reference, TargetGroupStickinessConfig]
Result<int> sticky_seconds(const ActionPlace& place, const ActionInput& action) {
  const auto config =
      action.ForwardConfig_ ? action.ForwardConfig_->TargetGroupStickinessConfig_ : std::nullopt;
  if (!config || !config->Enabled.value_or(false)) {
    return 0;
  }
  if (place.is_application) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Target group stickiness is not supported: each request is forwarded by the "
                  "weights of the target groups");
  }
  if (!config->DurationSeconds) {
    return refuse(faults::ValidationError,
                  "DurationSeconds must be specified if target group stickiness is enabled");
  }
  TRY(check_number(
      fmt::format("{}.1.member.forwardConfig.targetGroupStickinessConfig.durationSeconds",
                  place.parameter),
      config->DurationSeconds, kStickySeconds));
  return *config->DurationSeconds;
}

// One group by either parameter, or several by ForwardConfig.
Result<std::vector<TargetGroupTuple>> tuples_of(const ActionInput& action) {
  std::vector<TargetGroupTuple> tuples;
  if (action.ForwardConfig_) {
    tuples = action.ForwardConfig_->TargetGroups;
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
  if (tuples.size() > kActionGroupsMax) {
    return refuse(faults::InvalidLoadBalancerAction,
                  "An action can forward to at most {} target groups", kActionGroupsMax);
  }
  return tuples;
}

// TargetGroupNotFound for one that the caller does not have.
Result<const model::TargetGroup*> find_action_group(const model::World& world,
                                                    const model::Caller& caller,
                                                    const std::string& arn) {
  TRY_ASSIGN(const auto* const group, find_if_any<model::TargetGroup>(world, caller, arn));
  if (group == nullptr) {
    return refuse(faults::TargetGroupNotFound, "Target group '{}' not found", arn);
  }
  return group;
}

Result<std::vector<model::WeightedGroup>> weighted_groups(
    const ActionPlace& place, const std::vector<TargetGroupTuple>& tuples) {
  std::vector<model::WeightedGroup> groups;
  for (const TargetGroupTuple& tuple : tuples) {
    TRY(check_number(
        fmt::format("{}.1.member.forwardConfig.targetGroups.1.member.weight", place.parameter),
        tuple.Weight, {0, 999}));
    TRY_ASSIGN(const auto* const group,
               find_action_group(place.world, place.caller, tuple.TargetGroupArn.value_or("")));
    if (std::ranges::find(groups, group->id, &model::WeightedGroup::group) != groups.end()) {
      return refuse(faults::ValidationError, "Target group '{}' is specified more than once",
                    group->id);
    }
    groups.push_back({.group = group->id, .weight = tuple.Weight.value_or(1)});
  }
  // An Application Load Balancer answers 503 then. What a Network Load Balancer would do is
  // nowhere said.
  if (!place.is_application &&
      std::ranges::all_of(groups, [](const auto& group) { return group.weight == 0; })) {
    return refuse(faults::InvalidLoadBalancerAction,
                  "One target group of an action at least must have a weight greater than 0");
  }
  return groups;
}

// ---- Redirects and fixed responses --------------------------------------------------------------

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

Result<model::RuleAction> one_action(const ActionPlace& place, const ActionInput& input) {
  model::RuleAction action{.type = input.Type, .order = input.Order.value_or(0)};
  const bool forwards = input.TargetGroupArn || input.ForwardConfig_;
  if ((forwards && input.Type != "forward") ||
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
    TRY_ASSIGN(action.sticky_seconds, sticky_seconds(place, input));
    TRY_ASSIGN(const auto tuples, tuples_of(input));
    TRY_ASSIGN(action.groups, weighted_groups(place, tuples));
    action.says_weights = std::ranges::any_of(
        tuples, [](const TargetGroupTuple& tuple) { return tuple.Weight.has_value(); });
  }
  return action;
}

}  // namespace

Result<model::RuleAction> action_of(const ActionPlace& place,
                                    const std::vector<ActionInput>& actions) {
  for (const ActionInput& action : actions) {
    TRY(check_type(place, action));
  }
  if (actions.size() != 1) {
    return refuse(faults::ValidationError, "{}",
                  place.is_application
                      ? "Exactly one action of type 'forward', 'redirect' or 'fixed-response' must "
                        "be specified"
                      : "Exactly one default action must be specified");
  }
  return one_action(place, actions.front());
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
    ForwardDescription config{
        .TargetGroups = {},
        .TargetGroupStickinessConfig_ = TargetGroupStickinessConfig{
            .Enabled = action.sticky_seconds != 0, .DurationSeconds = std::nullopt}};
    if (action.sticky_seconds != 0) {
      config.TargetGroupStickinessConfig_->DurationSeconds = action.sticky_seconds;
    }
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
  const model::RuleAction& action = listener.default_action;
  ActionItem item = action_item(action);
  // Of a Network Load Balancer's one group nothing is said but which it is, unless more was given.
  if (!is_application(listener) && action.groups.size() == 1 && action.sticky_seconds == 0) {
    if (!action.says_weights) {
      item.ForwardConfig->TargetGroups.front().Weight.reset();
    }
    item.ForwardConfig->TargetGroupStickinessConfig_.reset();
  }
  return item;
}

}  // namespace postern::api::elbv2
