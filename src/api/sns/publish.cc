// SPDX-License-Identifier: Apache-2.0
// Publish. [SNS API reference 2010-03-31]
#include <algorithm>
#include <boost/json/parse.hpp>

#include "api/sns/actions.h"
#include "api/sns/find.h"
#include "model/topics.h"

namespace postern::api::sns {
namespace {

constexpr std::size_t kMessageBytesMax = 256 * 1024;
constexpr std::size_t kSubjectMax = 100;

struct AttributeValue {
  std::string DataType;
  std::optional<std::string> StringValue;
  std::optional<std::string> BinaryValue;
};
BOOST_DESCRIBE_STRUCT(AttributeValue, (), (DataType, StringValue, BinaryValue))

struct PublishRequest {
  std::optional<std::string> TopicArn;
  std::optional<std::string> TargetArn;
  std::optional<std::string> PhoneNumber;
  std::string Message;
  std::optional<std::string> Subject;
  std::optional<std::string> MessageStructure;
  std::optional<wire::FormMap<AttributeValue>> MessageAttributes;
  std::optional<std::string> MessageDeduplicationId;
  std::optional<std::string> MessageGroupId;
};
BOOST_DESCRIBE_STRUCT(PublishRequest, (),
                      (TopicArn, TargetArn, PhoneNumber, Message, Subject, MessageStructure,
                       MessageAttributes, MessageDeduplicationId, MessageGroupId))

struct PublishAnswer {
  std::string MessageId;
};
BOOST_DESCRIBE_STRUCT(PublishAnswer, (), (MessageId))

// "Must be ASCII text that begins with a letter, number, or punctuation mark; must not include line
// breaks or control characters; and must be less than 100 characters long."
Result<> check_subject(const std::optional<std::string>& subject) {
  if (!subject) {
    return {};
  }
  const bool plain = std::ranges::all_of(*subject, [](char c) { return c >= 0x20 && c < 0x7f; });
  return plain && !subject->empty() && subject->front() != ' ' && subject->size() <= kSubjectMax
             ? Result<>()
             : invalid("Subject");
}

Result<> check_form(const PublishRequest& request) {
  if (!request.PhoneNumber.value_or("").empty()) {
    return invalid("PhoneNumber", "text messages are not supported");
  }
  for (const auto* fifo : {&request.MessageGroupId, &request.MessageDeduplicationId}) {
    if (!fifo->value_or("").empty()) {
      return invalid(fmt::format(
          "The request includes {} parameter that is not valid for this "
          "topic type",
          fifo == &request.MessageGroupId ? "MessageGroupId" : "MessageDeduplicationId"));
    }
  }
  if (request.Message.empty()) {
    return invalid("Empty message");
  }
  if (request.Message.size() > kMessageBytesMax) {
    return invalid("Message too long");
  }
  return check_subject(request.Subject);
}

// With the structure json, a message has texts for protocols and one for all others.
Result<model::TopicMessage> read_texts(const PublishRequest& request) {
  const std::string structure = request.MessageStructure.value_or("");
  if (structure.empty()) {
    return model::TopicMessage{.text = request.Message};
  }
  if (structure != "json") {
    return invalid("MessageStructure");
  }
  boost::system::error_code wrong;
  const auto value = boost::json::parse(request.Message, wrong);
  if (wrong || !value.is_object()) {
    return invalid("Message Structure - JSON message body failed to parse");
  }
  const auto& texts = value.get_object();
  const auto* otherwise = texts.if_contains("default");
  if (otherwise == nullptr || !otherwise->is_string()) {
    return invalid("Message Structure - No default entry in JSON message body");
  }
  model::TopicMessage message{.text = std::string(otherwise->get_string())};
  for (const char* protocol : {"http", "https"}) {
    const auto* own = texts.if_contains(protocol);
    if (own != nullptr && own->is_string()) {
      message.texts[protocol] = std::string(own->get_string());
    }
  }
  return message;
}

Result<std::map<std::string, model::MessageAttribute>> attributes_of(
    const PublishRequest& request) {
  std::map<std::string, model::MessageAttribute> out;
  if (!request.MessageAttributes) {
    return out;
  }
  for (const auto& [name, given] : request.MessageAttributes->entries) {
    const std::string type = given.DataType.substr(0, given.DataType.find('.'));
    const bool binary = type == "Binary";
    if (!binary && type != "String" && type != "Number") {
      return refuse(faults::InvalidParameterValue,
                    "The message attribute '{}' has an invalid message attribute type, the set of "
                    "supported type prefixes is Binary, Number, and String.",
                    name);
    }
    const auto& value = binary ? given.BinaryValue : given.StringValue;
    if (value.value_or("").empty()) {
      return refuse(faults::InvalidParameterValue,
                    "The message attribute '{}' must contain non-empty message attribute value for "
                    "message attribute type '{}'.",
                    name, given.DataType);
    }
    out[name] = {.type = given.DataType, .value = *value};
  }
  return out;
}

Result<PublishAnswer> publish(model::Transaction& tx, const model::Caller& caller,
                              const PublishRequest& request) {
  TRY(check_form(request));
  const std::string arn = request.TopicArn.value_or(request.TargetArn.value_or(""));
  TRY_ASSIGN(const auto* const topic,
             find_topic(tx.world(), arn, request.TopicArn ? "TopicArn" : "TargetArn"));
  if (!model::caller_may_publish(tx.world(), *topic, caller)) {
    return not_authorized(caller, "Publish", arn);
  }
  TRY_ASSIGN(model::TopicMessage message, read_texts(request));
  message.subject = request.Subject.value_or("");
  TRY_ASSIGN(message.attributes, attributes_of(request));
  return PublishAnswer{model::publish(tx, model::Topic(*topic), std::move(message))};
}

}  // namespace

std::vector<Action> publish_actions() {
  return {write<publish>("Publish")};
}

}  // namespace postern::api::sns
