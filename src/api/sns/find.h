// SPDX-License-Identifier: Apache-2.0
// Topics and subscriptions by ARN, in SNS's words.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/world.h"

namespace postern::api::sns {

// "Invalid parameter: <what>".
std::unexpected<Error> invalid(std::string_view what);
// "Invalid parameter: <parameter> Reason: <reason>".
std::unexpected<Error> invalid(std::string_view parameter, std::string_view reason);

// The topic of that ARN, whoever owns it.
Result<const model::Topic*> find_topic(const model::World& world, const std::string& arn,
                                       std::string_view parameter = "TopicArn");
// The caller's own.
Result<const model::Topic*> own_topic(const model::World& world, const model::Caller& caller,
                                      const std::string& arn, std::string_view action);
Result<const model::TopicSubscription*> own_subscription(const model::World& world,
                                                         const model::Caller& caller,
                                                         const std::string& arn,
                                                         std::string_view action);

std::unexpected<Error> not_authorized(const model::Caller& caller, std::string_view action,
                                      const std::string& arn);

}  // namespace postern::api::sns
