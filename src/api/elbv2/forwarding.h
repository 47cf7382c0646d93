// SPDX-License-Identifier: Apache-2.0
// Whether target groups can be behind a listener.
#pragma once

#include "base/result.h"
#include "model/world.h"

namespace postern::api::elbv2 {

// All that its rules forward to. IncompatibleProtocols, InvalidConfigurationRequest,
// TargetGroupAssociationLimit, TooManyUniqueTargetGroupsPerLoadBalancer.
Result<> check_groups(const model::World& world, const model::Listener& listener);

// InvalidConfigurationRequest if a listener shares connections among the group and others, one of
// them is sticky and the action is not. [API reference, TargetGroupStickinessConfig]
Result<> check_stickiness_behind(const model::World& world,
                                 const model::Id<model::TargetGroup>& group);

}  // namespace postern::api::elbv2
