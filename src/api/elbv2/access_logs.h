// SPDX-License-Identifier: Apache-2.0
// Access logs of Network Load Balancers. "Access logs are created only if the load balancer has a
// TLS listener, and they contain information about TLS requests only." [NLB guide, "Access logs"]
// So to switch them on means nothing to one without such a listener, and is refused to one with:
// none are written here.
#pragma once

#include "base/result.h"
#include "model/world.h"

namespace postern::api::elbv2 {

// Whether there is a bucket in the load balancer's region that log delivery may write to, where
// they are switched on. InvalidConfigurationRequest.
Result<> check_access_log_bucket(const model::World& world, const model::LoadBalancer& balancer);

// That they are not switched on where there is a TLS listener. InvalidConfigurationRequest.
Result<> check_nothing_to_log(const model::World& world, const model::LoadBalancer& balancer);

}  // namespace postern::api::elbv2
