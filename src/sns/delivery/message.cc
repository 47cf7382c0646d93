// SPDX-License-Identifier: Apache-2.0
#include "sns/delivery/message.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/time.h"

namespace postern::sns {
namespace {

namespace json = boost::json;
using api::wire::HttpRequest;
using model::DeliveryKind;
using model::TopicDelivery;
using model::TopicSubscription;

bool is_raw(const TopicDelivery& delivery, const TopicSubscription& subscription) {
  return delivery.kind == DeliveryKind::Notification &&
         subscription.attributes.contains("RawMessageDelivery");
}

json::object attributes_object(const model::TopicMessage& message) {
  json::object out;
  for (const auto& [name, attribute] : message.attributes) {
    out[name] = json::object{{"Type", attribute.type}, {"Value", attribute.value}};
  }
  return out;
}

std::string body_of(const TopicDelivery& delivery, const TopicSubscription& subscription,
                    const Links& links) {
  const model::TopicMessage& message = delivery.message;
  const bool confirmation = delivery.kind == DeliveryKind::Confirmation;
  json::object body = {{"Type", confirmation ? "SubscriptionConfirmation" : "Notification"},
                       {"MessageId", message.id.value}};
  if (confirmation) {
    body["Token"] = subscription.token;
  }
  body["TopicArn"] = message.topic.value;
  if (!message.subject.empty()) {
    body["Subject"] = message.subject;
  }
  body["Message"] = message.text;
  if (confirmation) {
    body["SubscribeURL"] = links.subscribe;
  }
  body["Timestamp"] = format_iso8601(message.published_at);
  if (!confirmation) {
    body["UnsubscribeURL"] = links.unsubscribe;
  }
  if (!message.attributes.empty()) {
    body["MessageAttributes"] = attributes_object(message);
  }
  return json::serialize(body);
}

}  // namespace

HttpRequest request_of(const TopicDelivery& delivery, const TopicSubscription& subscription,
                       const Links& links) {
  const bool confirmation = delivery.kind == DeliveryKind::Confirmation;
  HttpRequest request{.method = "POST",
                      .target = "",
                      .headers = {{"x-amz-sns-message-type",
                                   confirmation ? "SubscriptionConfirmation" : "Notification"},
                                  {"x-amz-sns-message-id", delivery.message.id.value},
                                  {"x-amz-sns-topic-arn", delivery.message.topic.value},
                                  {"Content-Type", "text/plain; charset=UTF-8"},
                                  {"User-Agent", "Amazon Simple Notification Service Agent"}}};
  if (!confirmation) {
    request.headers.push_back({"x-amz-sns-subscription-arn", subscription.id.value});
  }
  if (is_raw(delivery, subscription)) {
    request.headers.push_back({"x-amz-sns-rawdelivery", "true"});
    request.body = delivery.message.text;
  } else {
    request.body = body_of(delivery, subscription, links);
  }
  return request;
}

bool is_taken(int status) {
  return status >= 200 && status < 300;
}

bool is_refused(int status) {
  return status >= 400 && status < 500 && status != 429;
}

}  // namespace postern::sns
