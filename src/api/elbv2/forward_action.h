// SPDX-License-Identifier: Apache-2.0
// DefaultActions of a listener: on a Network Load Balancer one `forward` to one target group.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/elbv2/constraint.h"
#include "base/result.h"
#include "model/load_balancer.h"

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

// An action of a request.
struct ActionInput {
  std::string Type;
  std::optional<std::string> TargetGroupArn;
  std::optional<int> Order;
  std::optional<ForwardConfig> ForwardConfig_;
  std::optional<Unserved> AuthenticateOidcConfig;
  std::optional<Unserved> AuthenticateCognitoConfig;
  std::optional<Unserved> RedirectConfig;
  std::optional<Unserved> FixedResponseConfig;
  std::optional<Unserved> JwtValidationConfig;
};
BOOST_DESCRIBE_STRUCT(ActionInput, (),
                      (Type, TargetGroupArn, Order, ForwardConfig_, AuthenticateOidcConfig,
                       AuthenticateCognitoConfig, RedirectConfig, FixedResponseConfig,
                       JwtValidationConfig))

// What the actions of a request come to.
struct Forward {
  std::string target_group_arn;
  int order = 0;  // 0: not given
};
Result<Forward> forward_of(const std::vector<ActionInput>& actions);

// The listener's action in an answer. TargetGroupArn and ForwardConfig both name the group: clients
// look at one or the other.
struct ForwardedGroup {
  std::string TargetGroupArn;
};
BOOST_DESCRIBE_STRUCT(ForwardedGroup, (), (TargetGroupArn))

struct ForwardDescription {
  std::vector<ForwardedGroup> TargetGroups;
};
BOOST_DESCRIBE_STRUCT(ForwardDescription, (), (TargetGroups))

struct ActionItem {
  std::string Type;
  std::string TargetGroupArn;
  std::optional<int> Order;
  ForwardDescription ForwardConfig;
};
BOOST_DESCRIBE_STRUCT(ActionItem, (), (Type, TargetGroupArn, Order, ForwardConfig))

ActionItem action_item(const model::Listener& listener);

}  // namespace postern::api::elbv2
