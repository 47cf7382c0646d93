// SPDX-License-Identifier: Apache-2.0
#include "api/sns/find.h"

#include <algorithm>

namespace postern::api::sns {
namespace {

// "An ARN must have at least 6 elements". [recorded answers]
Result<> check_arn(const std::string& arn, std::string_view parameter) {
  const auto elements = std::ranges::count(arn, ':') + 1;
  if (elements < 6) {
    return invalid(parameter,
                   fmt::format("An ARN must have at least 6 elements, not {}", elements));
  }
  return {};
}

}  // namespace

std::unexpected<Error> invalid(std::string_view what) {
  return refuse(faults::InvalidParameter, "Invalid parameter: {}", what);
}

std::unexpected<Error> invalid(std::string_view parameter, std::string_view reason) {
  return refuse(faults::InvalidParameter, "Invalid parameter: {} Reason: {}", parameter, reason);
}

std::unexpected<Error> not_authorized(const model::Caller& caller, std::string_view action,
                                      const std::string& arn) {
  return refuse(faults::SnsAuthorizationError,
                "User: {} is not authorized to perform: SNS:{} on resource: {}",
                caller.principal_arn, action, arn);
}

Result<const model::Topic*> find_topic(const model::World& world, const std::string& arn,
                                       std::string_view parameter) {
  TRY(check_arn(arn, parameter));
  const auto* topic = world.find(model::Id<model::Topic>(arn));
  if (topic == nullptr) {
    return refuse(faults::SnsNotFound, "Topic does not exist");
  }
  return topic;
}

Result<const model::Topic*> own_topic(const model::World& world, const model::Caller& caller,
                                      const std::string& arn, std::string_view action) {
  TRY_ASSIGN(const auto* const topic, find_topic(world, arn));
  if (topic->owner != caller.account) {
    return not_authorized(caller, action, arn);
  }
  return topic;
}

Result<const model::TopicSubscription*> own_subscription(const model::World& world,
                                                         const model::Caller& caller,
                                                         const std::string& arn,
                                                         std::string_view action) {
  TRY(check_arn(arn, "SubscriptionArn"));
  const auto* subscription = world.find(model::Id<model::TopicSubscription>(arn));
  if (subscription == nullptr) {
    return refuse(faults::SnsNotFound, "Subscription does not exist");
  }
  const auto* topic = world.find(subscription->topic);
  if (subscription->owner != caller.account &&
      (topic == nullptr || topic->owner != caller.account)) {
    return not_authorized(caller, action, arn);
  }
  return subscription;
}

}  // namespace postern::api::sns
