// SPDX-License-Identifier: Apache-2.0
// The actions of rules, a listener's default one among them: in requests and answers. A `forward`
// to one target group or to several by their weights; on an Application Load Balancer also
// `redirect` and `fixed-response`. [API reference, Action]
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/elbv2/constraint.h"
#include "base/result.h"
#include "model/world.h"

namespace postern::api::elbv2 {

struct TargetGroupTuple {
  std::optional<std::string> TargetGroupArn;
  std::optional<int> Weight;
};
BOOST_DESCRIBE_STRUCT(TargetGroupTuple, (), (TargetGroupArn, Weight))

struct TargetGroupStickinessConfig {
  std::optional<bool> Enabled;
  std::optional<int> DurationSeconds;
};
BOOST_DESCRIBE_STRUCT(TargetGroupStickinessConfig, (), (Enabled, DurationSeconds))

struct ForwardConfig {
  std::vector<TargetGroupTuple> TargetGroups;
  std::optional<TargetGroupStickinessConfig> TargetGroupStickinessConfig_;
};
BOOST_DESCRIBE_STRUCT(ForwardConfig, (), (TargetGroups, TargetGroupStickinessConfig_))

struct RedirectConfig {
  std::optional<std::string> Protocol;
  std::optional<std::string> Port;
  std::optional<std::string> Host;
  std::optional<std::string> Path;
  std::optional<std::string> Query;
  std::optional<std::string> StatusCode;
};
BOOST_DESCRIBE_STRUCT(RedirectConfig, (), (Protocol, Port, Host, Path, Query, StatusCode))

struct FixedResponseConfig {
  std::optional<std::string> MessageBody;
  std::optional<std::string> StatusCode;
  std::optional<std::string> ContentType;
};
BOOST_DESCRIBE_STRUCT(FixedResponseConfig, (), (MessageBody, StatusCode, ContentType))

// An action of a request.
struct ActionInput {
  std::string Type;
  std::optional<std::string> TargetGroupArn;
  std::optional<int> Order;
  std::optional<ForwardConfig> ForwardConfig_;
  std::optional<Unserved> AuthenticateOidcConfig;
  std::optional<Unserved> AuthenticateCognitoConfig;
  std::optional<RedirectConfig> RedirectConfig_;
  std::optional<FixedResponseConfig> FixedResponseConfig_;
  std::optional<Unserved> JwtValidationConfig;
};
BOOST_DESCRIBE_STRUCT(ActionInput, (),
                      (Type, TargetGroupArn, Order, ForwardConfig_, AuthenticateOidcConfig,
                       AuthenticateCognitoConfig, RedirectConfig_, FixedResponseConfig_,
                       JwtValidationConfig))

// Target groups of one action. [ALB guide, NLB guide, "Quotas"]
inline constexpr std::size_t kActionGroupsMax = 5;

// Whose actions they are, and which parameter of the request they are.
struct ActionPlace {
  const model::World& world;
  const model::Caller& caller;
  bool is_application = false;
  std::string_view parameter;
};

// What the actions come to. The groups are the caller's own; whether they fit the listener is not
// looked at. TargetGroupNotFound, InvalidLoadBalancerAction, InvalidConfigurationRequest,
// ValidationError.
Result<model::RuleAction> action_of(const ActionPlace& place,
                                    const std::vector<ActionInput>& actions);

// An action in an answer. Of one group, TargetGroupArn and ForwardConfig both name it: clients look
// at one or the other.
struct ForwardedGroup {
  std::string TargetGroupArn;
  std::optional<int> Weight;
};
BOOST_DESCRIBE_STRUCT(ForwardedGroup, (), (TargetGroupArn, Weight))

struct ForwardDescription {
  std::vector<ForwardedGroup> TargetGroups;
  std::optional<TargetGroupStickinessConfig> TargetGroupStickinessConfig_;
};
BOOST_DESCRIBE_STRUCT(ForwardDescription, (), (TargetGroups, TargetGroupStickinessConfig_))

struct ActionItem {
  std::string Type;
  std::optional<std::string> TargetGroupArn;
  std::optional<int> Order;
  std::optional<ForwardDescription> ForwardConfig;
  std::optional<RedirectConfig> RedirectConfig_;
  std::optional<FixedResponseConfig> FixedResponseConfig_;
};
BOOST_DESCRIBE_STRUCT(ActionItem, (),
                      (Type, TargetGroupArn, Order, ForwardConfig, RedirectConfig_,
                       FixedResponseConfig_))

ActionItem action_item(const model::RuleAction& action);
// The listener's default one.
ActionItem action_item(const model::Listener& listener);

}  // namespace postern::api::elbv2
