// SPDX-License-Identifier: Apache-2.0
// Whether target groups can be behind a listener.
#pragma once

#include "base/result.h"
#include "model/world.h"

namespace postern::api::elbv2 {

// All that its rules forward to. IncompatibleProtocols, InvalidConfigurationRequest,
// TargetGroupAssociationLimit, TooManyUniqueTargetGroupsPerLoadBalancer.
Result<> check_groups(const model::World& world, const model::Listener& listener);

// InvalidConfigurationRequest if its default action forwards to several groups, of which one is
// sticky and the action is not. [API reference, TargetGroupStickinessConfig]
Result<> check_shared_stickiness(const model::World& world, const model::Listener& listener);

}  // namespace postern::api::elbv2
