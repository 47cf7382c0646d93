// SPDX-License-Identifier: Apache-2.0
// GetSubscriptionAttributes, SetSubscriptionAttributes. [SNS API reference 2010-03-31]
#include "api/sns/find.h"
#include "api/sns/subscription.h"

namespace postern::api::sns {
namespace {

constexpr const char* kRaw = "RawMessageDelivery";

struct GetRequest {
  std::string SubscriptionArn;
};
BOOST_DESCRIBE_STRUCT(GetRequest, (), (SubscriptionArn))

struct GetAnswer {
  AttributeMap Attributes;
};
BOOST_DESCRIBE_STRUCT(GetAnswer, (), (Attributes))

std::string yes_no(bool value) {
  return value ? "true" : "false";
}

Result<GetAnswer> get_subscription_attributes(const View& view, const GetRequest& request) {
  TRY_ASSIGN(const auto* const subscription,
             own_subscription(view.world, view.caller, request.SubscriptionArn,
                              "GetSubscriptionAttributes"));
  GetAnswer answer;
  answer.Attributes.entries = {
      {"ConfirmationWasAuthenticated", "false"},
      {"Endpoint", subscription->endpoint},
      {"Owner", subscription->owner.value},
      {"PendingConfirmation", yes_no(!subscription->confirmed)},
      {"Protocol", subscription->protocol},
      {kRaw, yes_no(subscription->attributes.contains(kRaw))},
      {"SubscriptionArn", subscription->id.value},
      {"SubscriptionPrincipal", fmt::format("arn:aws:iam::{}:root", subscription->owner)},
      {"TopicArn", subscription->topic.value}};
  return answer;
}

struct SetRequest {
  std::string SubscriptionArn;
  std::string AttributeName;
  std::optional<std::string> AttributeValue;
};
BOOST_DESCRIBE_STRUCT(SetRequest, (), (SubscriptionArn, AttributeName, AttributeValue))

Result<Nothing> set_subscription_attributes(model::Transaction& tx, const model::Caller& caller,
                                            const SetRequest& request) {
  TRY_ASSIGN(const auto* const found, own_subscription(tx.world(), caller, request.SubscriptionArn,
                                                       "SetSubscriptionAttributes"));
  model::TopicSubscription subscription = *found;
  TRY(set_attribute(subscription, request.AttributeName, request.AttributeValue.value_or("")));
  tx.put(std::move(subscription));
  return Nothing{};
}

}  // namespace

Result<> set_attribute(model::TopicSubscription& subscription, const std::string& name,
                       const std::string& value) {
  if (name == kRaw) {
    if (value != "true" && value != "false") {
      return invalid("RawMessageDelivery", "Invalid value. Must be true or false.");
    }
    subscription.attributes.erase(name);
    if (value == "true") {
      subscription.attributes[name] = value;
    }
    return {};
  }
  for (const char* known : {"DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy",
                            "ReplayPolicy", "SubscriptionRoleArn"}) {
    if (name == known) {
      const bool as_it_is =
          value.empty() || (name == "FilterPolicyScope" && value == "MessageAttributes");
      return as_it_is ? Result<>() : invalid(name, "it is not supported");
    }
  }
  return invalid("AttributeName");
}

std::vector<Action> subscription_attribute_actions() {
  return {read<get_subscription_attributes>("GetSubscriptionAttributes"),
          write<set_subscription_attributes>("SetSubscriptionAttributes")};
}

}  // namespace postern::api::sns
