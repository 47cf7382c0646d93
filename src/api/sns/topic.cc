// SPDX-License-Identifier: Apache-2.0
// CreateTopic, DeleteTopic, ListTopics, GetTopicAttributes, SetTopicAttributes.
// [SNS API reference 2010-03-31]
#include <algorithm>

#include "api/sns/actions.h"
#include "api/sns/find.h"
#include "api/sns/pages.h"
#include "api/sns/tags.h"
#include "model/policy.h"
#include "model/topics.h"

namespace postern::api::sns {
namespace {

using model::Id;
using model::Topic;

// [SNS quotas: standard topics of an account]
constexpr std::size_t kTopicsMax = 100'000;
constexpr std::size_t kNameMax = 256;
constexpr std::size_t kDisplayNameMax = 100;

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameMax && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

// ---- Attributes

// What can be set, and what of it. The rest of AWS's attributes mean nothing here: they are taken
// with the value that is true anyway.
Result<> check_attribute(const std::string& name, const std::string& value) {
  struct Fixed {
    std::string_view name;
    std::string_view value;
  };
  static constexpr Fixed kFixed[] = {
      {"ArchivePolicy", ""},           {"ContentBasedDeduplication", "false"},
      {"DeliveryPolicy", ""},          {"FifoTopic", "false"},
      {"KmsMasterKeyId", ""},          {"SignatureVersion", "1"},
      {"TracingConfig", "PassThrough"}};
  if (name == "Policy") {
    if (!value.empty() && !model::parse_resource_policy(value)) {
      return invalid("Policy", "Policy statement must have the form of IAM's policies");
    }
    return {};
  }
  if (name == "DisplayName") {
    return value.size() <= kDisplayNameMax ? Result<>() : invalid("DisplayName");
  }
  // [SNS guide, "Message delivery status"]: Amazon CloudWatch Logs are told of a share of what was
  // delivered, by a role. Here of none.
  for (const std::string_view protocol : {"Application", "Firehose", "HTTP", "Lambda", "SQS"}) {
    const std::string feedback = name.starts_with(protocol) ? name.substr(protocol.size()) : "";
    if (feedback == "SuccessFeedbackSampleRate") {
      return value.empty() || value == "0" ? Result<>()
                                           : invalid(name, "delivery status is not supported");
    }
    if (feedback == "SuccessFeedbackRoleArn" || feedback == "FailureFeedbackRoleArn") {
      return value.empty() ? Result<>() : invalid(name, "delivery status is not supported");
    }
  }
  for (const Fixed& fixed : kFixed) {
    if (name == fixed.name) {
      return value.empty() || value == fixed.value
                 ? Result<>()
                 : invalid(name, fmt::format("the value {} is not supported", value));
    }
  }
  return invalid("AttributeName");
}

Result<> set_attribute(model::TopicAttributes& attributes, const std::string& name,
                       const std::string& value) {
  TRY(check_attribute(name, value));
  attributes.erase(name);
  if (!value.empty()) {
    attributes[name] = value;
  }
  return {};
}

// ---- CreateTopic

struct CreateTopicRequest {
  std::string Name;
  std::optional<AttributeMap> Attributes;
  std::vector<Tag> Tags;
  std::optional<std::string> DataProtectionPolicy;
};
BOOST_DESCRIBE_STRUCT(CreateTopicRequest, (), (Name, Attributes, Tags, DataProtectionPolicy))

struct TopicArnItem {
  std::string TopicArn;
};
BOOST_DESCRIBE_STRUCT(TopicArnItem, (), (TopicArn))

// "If the requester already owns a topic with the specified name, that topic's ARN is returned
// without creating a new topic."
Result<TopicArnItem> topic_again(const Topic& there, const Topic& wanted) {
  const bool same = std::ranges::all_of(wanted.attributes, [&](const auto& attribute) {
    const auto at = there.attributes.find(attribute.first);
    return at != there.attributes.end() && at->second == attribute.second;
  });
  if (!same) {
    return invalid("Attributes", "Topic already exists with different attributes");
  }
  if (!wanted.tags.empty() && wanted.tags != there.tags) {
    return invalid("Tags", "Topic already exists with different tags");
  }
  return TopicArnItem{there.id.value};
}

Result<TopicArnItem> create_topic(model::Transaction& tx, const model::Caller& caller,
                                  const CreateTopicRequest& request) {
  if (!is_name(request.Name)) {
    return invalid("Topic Name");
  }
  if (!request.DataProtectionPolicy.value_or("").empty()) {
    return invalid("DataProtectionPolicy", "it is not supported");
  }
  Topic topic{.id = Id<Topic>(
                  fmt::format("arn:aws:sns:{}:{}:{}", caller.region, caller.account, request.Name)),
              .owner = caller.account,
              .region = caller.region,
              .name = request.Name,
              .created_at = tx.now()};
  for (const auto& [name, value] : request.Attributes.value_or(AttributeMap{}).entries) {
    TRY(set_attribute(topic.attributes, name, value));
  }
  TRY_ASSIGN(topic.tags, with_tags({}, request.Tags));
  if (const Topic* there = tx.world().find(topic.id)) {
    return topic_again(*there, topic);
  }
  const auto owned = std::ranges::count_if(tx.world().all<Topic>(), [&](const auto& row) {
    return row.second->owner == caller.account;
  });
  if (static_cast<std::size_t>(owned) >= kTopicsMax) {
    return refuse(faults::SnsTopicLimitExceeded, "Topic limit exceeded");
  }
  tx.put(topic);
  return TopicArnItem{topic.id.value};
}

// ---- DeleteTopic

struct TopicRequest {
  std::string TopicArn;
};
BOOST_DESCRIBE_STRUCT(TopicRequest, (), (TopicArn))

// "This action is idempotent, so deleting a topic that does not exist does not result in an error."
Result<Nothing> delete_topic(model::Transaction& tx, const model::Caller& caller,
                             const TopicRequest& request) {
  const auto found = own_topic(tx.world(), caller, request.TopicArn, "DeleteTopic");
  if (found) {
    model::erase_topic(tx, Id<Topic>(request.TopicArn));
  } else if (&found.error().fault() != &faults::SnsNotFound) {
    return std::unexpected(found.error());
  }
  return Nothing{};
}

// ---- ListTopics

struct ListTopicsRequest {
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(ListTopicsRequest, (), (NextToken))

struct ListTopicsAnswer {
  std::vector<TopicArnItem> Topics;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(ListTopicsAnswer, (), (Topics, NextToken))

Result<ListTopicsAnswer> list_topics(const View& view, const ListTopicsRequest& request) {
  ListTopicsAnswer answer;
  for (const auto& [id, topic] : view.world.all<Topic>()) {
    if (model::owns(view.caller, *topic)) {
      answer.Topics.push_back({id.value});
    }
  }
  answer.NextToken = cut_to_page(answer.Topics, request.NextToken,
                                 [](const TopicArnItem& item) { return item.TopicArn; });
  return answer;
}

// ---- GetTopicAttributes

struct AttributesAnswer {
  AttributeMap Attributes;
};
BOOST_DESCRIBE_STRUCT(AttributesAnswer, (), (Attributes))

// What holds for every topic: see topics.cc.
constexpr const char* kDeliveryPolicy =
    R"({"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,)"
    R"("numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,)"
    R"("backoffFunction":"linear"},"disableSubscriptionOverrides":false}})";

Result<AttributesAnswer> get_topic_attributes(const View& view, const TopicRequest& request) {
  TRY_ASSIGN(const Topic* const topic,
             own_topic(view.world, view.caller, request.TopicArn, "GetTopicAttributes"));
  int confirmed = 0;
  int pending = 0;
  for (const auto& [id, subscription] : view.world.all<model::TopicSubscription>()) {
    if (subscription->topic == topic->id) {
      ++(subscription->confirmed ? confirmed : pending);
    }
  }
  AttributesAnswer answer;
  answer.Attributes.entries = {
      {"DisplayName", ""},           {"EffectiveDeliveryPolicy", kDeliveryPolicy},
      {"Owner", topic->owner.value}, {"SubscriptionsConfirmed", fmt::format("{}", confirmed)},
      {"SubscriptionsDeleted", "0"}, {"SubscriptionsPending", fmt::format("{}", pending)},
      {"TopicArn", topic->id.value}};
  for (const auto& [name, value] : topic->attributes) {
    answer.Attributes.entries[name] = value;
  }
  answer.Attributes.entries["Policy"] = model::topic_policy(*topic);
  return answer;
}

// ---- SetTopicAttributes

struct SetTopicAttributesRequest {
  std::string TopicArn;
  std::string AttributeName;
  std::optional<std::string> AttributeValue;
};
BOOST_DESCRIBE_STRUCT(SetTopicAttributesRequest, (), (TopicArn, AttributeName, AttributeValue))

Result<Nothing> set_topic_attributes(model::Transaction& tx, const model::Caller& caller,
                                     const SetTopicAttributesRequest& request) {
  TRY_ASSIGN(const Topic* const found,
             own_topic(tx.world(), caller, request.TopicArn, "SetTopicAttributes"));
  Topic topic = *found;
  TRY(set_attribute(topic.attributes, request.AttributeName, request.AttributeValue.value_or("")));
  tx.put(std::move(topic));
  return Nothing{};
}

}  // namespace

std::vector<Action> topic_actions() {
  return {write<create_topic>("CreateTopic"), write<delete_topic>("DeleteTopic"),
          read<get_topic_attributes>("GetTopicAttributes"), read<list_topics>("ListTopics"),
          write<set_topic_attributes>("SetTopicAttributes")};
}

}  // namespace postern::api::sns
