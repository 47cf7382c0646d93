// SPDX-License-Identifier: Apache-2.0
#include "api/sns/link.h"

#include "api/sns/find.h"
#include "api/sns/subscription.h"

namespace postern::api::sns {
namespace {

struct LinkAnswer {
  std::string SubscriptionArn;
};
BOOST_DESCRIBE_STRUCT(LinkAnswer, (), (SubscriptionArn))

Result<std::string> follow_subscribe(model::Transaction& tx, const wire::Parameter& form) {
  TRY_ASSIGN(std::string arn, confirm(tx, form.text("TopicArn").value_or(""),
                                      form.text("Token").value_or(""), false));
  return wire::encode_answer(wire::Dialect::Query, LinkAnswer{std::move(arn)});
}

// "Only the subscription owner or the topic's owner" may, when it was confirmed so.
Result<std::string> follow_unsubscribe(model::Transaction& tx, const wire::Parameter& form) {
  const auto* subscription = tx.world().find(
      model::Id<model::TopicSubscription>(form.text("SubscriptionArn").value_or("")));
  if (subscription != nullptr && subscription->attributes.contains("AuthenticateOnUnsubscribe")) {
    return refuse(faults::SnsAuthorizationError, "Unsubscribing needs a signature");
  }
  TRY(unsubscribe(tx, subscription));
  return wire::encode_answer(wire::Dialect::Query, Nothing{});
}

}  // namespace

std::string subscribe_url(const std::string& endpoint, const std::string& topic,
                          const std::string& token) {
  return fmt::format("{}/?Action=ConfirmSubscription&TopicArn={}&Token={}", endpoint, topic, token);
}

std::string unsubscribe_url(const std::string& endpoint, const std::string& subscription) {
  return fmt::format("{}/?Action=Unsubscribe&SubscriptionArn={}", endpoint, subscription);
}

std::optional<Link> read_link(const wire::HttpRequest& request) {
  if (request.method != "GET" || request.path() != "/" || request.query().empty() ||
      request.header("Authorization") != nullptr) {
    return std::nullopt;
  }
  const auto form = wire::parse_parameters(request.query());
  if (!form || form->text("X-Amz-Signature")) {
    return std::nullopt;
  }
  const std::string action = form->text("Action").value_or("");
  if (action != "ConfirmSubscription" && action != "Unsubscribe") {
    return std::nullopt;
  }
  return Link{.action = action, .write = [action, given = *form](model::Transaction& tx) {
                return action == "Unsubscribe" ? follow_unsubscribe(tx, given)
                                               : follow_subscribe(tx, given);
              }};
}

}  // namespace postern::api::sns
