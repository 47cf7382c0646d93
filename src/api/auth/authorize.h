// SPDX-License-Identifier: Apache-2.0
// Whether a caller may do an action at all, as its policies say, and that of the VPC endpoint which
// the request came through.
#pragma once

#include <string_view>

#include "api/wire/dialect.h"
#include "base/result.h"
#include "model/world.h"

namespace postern::api::auth {

// `service` as it is signed for, which is how actions begin: ec2, elasticloadbalancing, iam, sts.
// Refused in the service's words: UnauthorizedOperation by EC2, AccessDenied by the others.
//
// Of its own policies STS decides for itself: who one is needs no permission, and AssumeRole has
// rules of its own.
Result<> authorize(wire::Dialect dialect, const model::World& world, const model::Caller& caller,
                   std::string_view service, std::string_view action);

// The part of it that is the VPC endpoint's, for services that ask the caller's policies
// themselves: the request may come through the endpoint that it came through, if through any. The
// endpoint is of that service and region, and its policy allows the action.
Result<> authorize_passage(wire::Dialect dialect, const model::World& world,
                           const model::Caller& caller, std::string_view service,
                           std::string_view action);

}  // namespace postern::api::auth
