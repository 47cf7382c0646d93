// SPDX-License-Identifier: Apache-2.0
#include "sns/delivery/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace postern::sns {
namespace {

const model::TopicSubscription kSubscription{
    .id = model::Id<model::TopicSubscription>("arn:aws:sns:r:1:t:s"), .token = "token"};
const Links kLinks{.subscribe = "http://us/?subscribe", .unsubscribe = "http://us/?unsubscribe"};

model::TopicDelivery delivery(model::DeliveryKind kind) {
  return {.subscription = kSubscription.id,
          .message = {.id = model::Id<model::TopicMessage>("m-1"),
                      .topic = model::Id<model::Topic>("arn:aws:sns:r:1:t"),
                      .subject = "s",
                      .text = "hello \"you\"",
                      .attributes = {{"a", {.type = "String", .value = "v"}}},
                      .published_at = TimePoint(std::chrono::milliseconds(1500))},
          .kind = kind};
}

// [SNS guide, "HTTP/HTTPS notification JSON format"]
TEST(SnsMessage, A_notification_is_JSON_with_AWS_s_headers) {
  const auto request =
      request_of(delivery(model::DeliveryKind::Notification), kSubscription, kLinks);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(*request.header("x-amz-sns-message-type"), "Notification");
  EXPECT_EQ(*request.header("x-amz-sns-message-id"), "m-1");
  EXPECT_EQ(*request.header("x-amz-sns-topic-arn"), "arn:aws:sns:r:1:t");
  EXPECT_EQ(*request.header("x-amz-sns-subscription-arn"), "arn:aws:sns:r:1:t:s");
  EXPECT_EQ(boost::json::parse(request.body), boost::json::parse(R"({
      "Type": "Notification", "MessageId": "m-1", "TopicArn": "arn:aws:sns:r:1:t", "Subject": "s",
      "Message": "hello \"you\"", "Timestamp": "1970-01-01T00:00:01.500Z",
      "UnsubscribeURL": "http://us/?unsubscribe",
      "MessageAttributes": {"a": {"Type": "String", "Value": "v"}}})"));
}

// [SNS guide, "HTTP/HTTPS subscription confirmation JSON format"]
TEST(SnsMessage, A_confirmation_has_the_token_and_the_link) {
  const auto request =
      request_of(delivery(model::DeliveryKind::Confirmation), kSubscription, kLinks);
  EXPECT_EQ(*request.header("x-amz-sns-message-type"), "SubscriptionConfirmation");
  EXPECT_EQ(request.header("x-amz-sns-subscription-arn"), nullptr);
  const auto body = boost::json::parse(request.body);
  EXPECT_EQ(body.at("Type").as_string(), "SubscriptionConfirmation");
  EXPECT_EQ(body.at("Token").as_string(), "token");
  EXPECT_EQ(body.at("SubscribeURL").as_string(), "http://us/?subscribe");
}

// [SNS guide, "Raw message delivery"]
TEST(SnsMessage, Raw_is_the_text_alone_but_a_confirmation_never_is) {
  model::TopicSubscription raw = kSubscription;
  raw.attributes["RawMessageDelivery"] = "true";
  const auto request = request_of(delivery(model::DeliveryKind::Notification), raw, kLinks);
  EXPECT_EQ(request.body, "hello \"you\"");
  EXPECT_EQ(*request.header("x-amz-sns-rawdelivery"), "true");
  EXPECT_TRUE(
      request_of(delivery(model::DeliveryKind::Confirmation), raw, kLinks).body.starts_with("{"));
}

TEST(SnsMessage, A_client_s_error_is_for_good) {
  for (const auto& [status, taken, refused] : {std::tuple(200, true, false),
                                               {204, true, false},
                                               {302, false, false},
                                               {400, false, true},
                                               {404, false, true},
                                               {429, false, false},
                                               {503, false, false}}) {
    EXPECT_EQ(is_taken(status), taken) << status;
    EXPECT_EQ(is_refused(status), refused) << status;
  }
}

}  // namespace
}  // namespace postern::sns
