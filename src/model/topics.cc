// SPDX-License-Identifier: Apache-2.0
#include "model/topics.h"

#include <fmt/format.h>

#include "model/permissions.h"
#include "model/policy.h"

namespace postern::model {
namespace {

// To be read back. AWS keeps none.
constexpr std::size_t kMessagesKept = 100;

// [SNS guide, "Amazon SNS message delivery retries": HTTP and HTTPS, the default policy has three
// retries, 20 seconds apart]
constexpr int kAttempts = 4;
constexpr std::chrono::seconds kBetweenAttempts{20};

std::string default_policy(const Topic& topic) {
  return fmt::format(
      R"({{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{{"Sid":"__default_statement_ID",)"
      R"("Effect":"Allow","Principal":{{"AWS":"*"}},"Action":["SNS:GetTopicAttributes",)"
      R"("SNS:SetTopicAttributes","SNS:AddPermission","SNS:RemovePermission","SNS:DeleteTopic",)"
      R"("SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish"],"Resource":"{}",)"
      R"("Condition":{{"StringEquals":{{"AWS:SourceOwner":"{}"}}}}}}]}})",
      topic.id, topic.owner);
}

PolicyQuestion may_publish(const Topic& topic) {
  return {.action = "SNS:Publish", .resource = topic.id.value};
}

template <class T, class Wanted>
void erase_where(Transaction& tx, Wanted wanted) {
  const Table<T> all = tx.world().all<T>();
  for (const auto& [id, record] : all) {
    if (wanted(*record)) {
      tx.erase(id);
    }
  }
}

// The messages of a topic, oldest first.
std::map<std::uint32_t, Id<TopicMessage>> messages_of(const World& world, const Id<Topic>& topic) {
  std::map<std::uint32_t, Id<TopicMessage>> found;
  for (const auto& [id, message] : world.all<TopicMessage>()) {
    if (message->topic == topic) {
      found[message->number] = id;
    }
  }
  return found;
}

void put_delivery(Transaction& tx, const TopicSubscription& subscription, TopicMessage message,
                  DeliveryKind kind) {
  if (const auto own = message.texts.find(subscription.protocol); own != message.texts.end()) {
    message.text = own->second;
  }
  message.texts.clear();
  tx.put(TopicDelivery{.id = Id<TopicDelivery>(fmt::format("{}|{}", subscription.id, message.id)),
                       .subscription = subscription.id,
                       .message = std::move(message),
                       .kind = kind,
                       .due_at = tx.now()});
}

}  // namespace

std::string topic_policy(const Topic& topic) {
  const auto set = topic.attributes.find("Policy");
  return set != topic.attributes.end() && !set->second.empty() ? set->second
                                                               : default_policy(topic);
}

bool service_may_publish(const Topic& topic, std::string_view service,
                         const std::string& source_arn, const Id<Account>& source_account) {
  const auto policy = parse_resource_policy(topic_policy(topic));
  PolicyQuestion question = may_publish(topic);
  question.context = {{"aws:sourcearn", source_arn}, {"aws:sourceaccount", source_account.value}};
  return policy && ask_service(*policy, question, service) == PolicyAnswer::Allowed;
}

bool caller_may_publish(const World& world, const Topic& topic, const Caller& caller) {
  if (topic.owner == caller.account) {
    return true;  // its own policies were asked already
  }
  const auto policy = parse_resource_policy(topic_policy(topic));
  PolicyQuestion question = may_publish(topic);
  question.context = caller_context(world, caller);
  question.context["aws:sourceowner"] = caller.account.value;
  const Role* role = world.find(caller.role);
  const Trust trust =
      policy ? ask_trust(*policy, question, caller, role != nullptr ? arn_of(*role) : "")
             : Trust::Denied;
  return trust == Trust::Account || trust == Trust::Caller;
}

std::string publish(Transaction& tx, const Topic& topic, TopicMessage message) {
  auto kept = messages_of(tx.world(), topic.id);
  message.id = Id<TopicMessage>(tx.ids().uuid());
  message.owner = topic.owner;
  message.region = topic.region;
  message.topic = topic.id;
  message.number = kept.empty() ? 1 : kept.rbegin()->first + 1;
  message.published_at = tx.now();
  while (kept.size() >= kMessagesKept) {
    tx.erase(kept.begin()->second);
    kept.erase(kept.begin());
  }
  tx.put(message);
  const Table<TopicSubscription> subscriptions = tx.world().all<TopicSubscription>();
  for (const auto& [id, subscription] : subscriptions) {
    if (subscription->topic == topic.id && subscription->confirmed) {
      put_delivery(tx, *subscription, message, DeliveryKind::Notification);
    }
  }
  return message.id.value;
}

void ask_to_confirm(Transaction& tx, const TopicSubscription& subscription) {
  put_delivery(
      tx, subscription,
      {.id = Id<TopicMessage>(tx.ids().uuid()),
       .owner = subscription.owner,
       .region = subscription.region,
       .topic = subscription.topic,
       .text = fmt::format("You have chosen to subscribe to the topic {}.\nTo confirm the "
                           "subscription, visit the SubscribeURL included in this message.",
                           subscription.topic),
       .published_at = tx.now()},
      DeliveryKind::Confirmation);
}

bool is_last_attempt(const TopicDelivery& delivery) {
  return delivery.attempts + 1 >= kAttempts;
}

void end_attempt(Transaction& tx, const Id<TopicDelivery>& id, DeliveryOutcome outcome) {
  const TopicDelivery* found = tx.world().find(id);
  if (found == nullptr) {
    return;  // its subscription went meanwhile
  }
  if (outcome != DeliveryOutcome::Failed || is_last_attempt(*found)) {
    tx.erase(id);
    return;
  }
  TopicDelivery delivery = *found;
  ++delivery.attempts;
  delivery.due_at = tx.now() + kBetweenAttempts;
  tx.put(std::move(delivery));
}

void erase_subscription(Transaction& tx, const Id<TopicSubscription>& id) {
  erase_where<TopicDelivery>(
      tx, [&](const TopicDelivery& delivery) { return delivery.subscription == id; });
  tx.erase(id);
}

void erase_topic(Transaction& tx, const Id<Topic>& id) {
  const Table<TopicSubscription> subscriptions = tx.world().all<TopicSubscription>();
  for (const auto& [subscription_id, subscription] : subscriptions) {
    if (subscription->topic == id) {
      erase_subscription(tx, subscription_id);
    }
  }
  erase_where<TopicMessage>(tx, [&](const TopicMessage& message) { return message.topic == id; });
  tx.erase(id);
}

}  // namespace postern::model
