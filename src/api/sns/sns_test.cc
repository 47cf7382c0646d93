// SPDX-License-Identifier: Apache-2.0
// SNS's actions by their form text. [SNS API reference 2010-03-31; recorded answers for the words]
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/action/test_run.h"
#include "api/sns/link.h"
#include "api/sns/service.h"
#include "api/wire/sigv4_text.h"
#include "model/chosen.h"
#include "model/topics.h"

namespace postern::api::sns {
namespace {

using testing::HasSubstr;

class SnsTest : public testing::Test {
 protected:
  // The answer, or the fault's code and words.
  std::string run(std::string_view action, const std::string& parameters = "") {
    static const Service kService = sns_service();
    return words(run_form(call(), kService, action, parameters));
  }
  // What somebody who follows a link does.
  Result<std::string> visit(const Write& write) { return commit(call(), write); }
  TestCall call() { return {world_, caller_, now_, ids_, machine_}; }

  std::string make_topic(const std::string& name = "t") {
    EXPECT_EQ(run("CreateTopic", "Name=" + name), "<TopicArn>" + arn_ + "</TopicArn>");
    return arn_;
  }
  // The only subscription there is.
  const model::TopicSubscription& subscription() const {
    return *world_.all<model::TopicSubscription>().begin()->second;
  }
  std::string subscribe(const std::string& more = "&Protocol=http&Endpoint=http://127.0.0.1/") {
    return run("Subscribe", "TopicArn=" + arn_ + more);
  }
  std::string confirm() {
    return run("ConfirmSubscription", "TopicArn=" + arn_ + "&Token=" + subscription().token);
  }

  const std::string arn_ = "arn:aws:sns:us-east-1:111111111111:t";
  Machine machine_;
  SeededIds ids_{1};
  TimePoint now_{std::chrono::seconds(1'000'000)};
  model::Caller caller_{.account = model::Id<model::Account>("111111111111"),
                        .region = "us-east-1",
                        .principal_arn = "arn:aws:iam::111111111111:root",
                        .user_id = "111111111111"};
  model::World world_ = [this] {
    model::Transaction tx({}, now_, ids_);
    model::set_subscriber_networks(tx, {*Cidr::parse("127.0.0.0/8")});
    return tx.world();
  }();
};

TEST_F(SnsTest, Nobody_subscribes_outside_the_networks_that_the_operator_has_named) {
  make_topic();
  EXPECT_EQ(subscribe("&Protocol=http&Endpoint=http://10.0.0.1/"),
            "InvalidParameter: Invalid parameter: Endpoint Reason: 10.0.0.1 is in no network that "
            "the operator has named with posternd --subscriber-network");
  EXPECT_EQ(subscribe("&Protocol=https&Endpoint=https://[::1]:8443/"),
            "InvalidParameter: Invalid parameter: Endpoint Reason: ::1 is in no network that the "
            "operator has named with posternd --subscriber-network");
  // What a name stands for may be another address tomorrow: it is judged at each delivery.
  EXPECT_THAT(subscribe("&Protocol=http&Endpoint=http://hooks.example/"),
              HasSubstr("pending confirmation"));
  world_ = model::World();
  make_topic();
  EXPECT_THAT(subscribe(), HasSubstr("messages are delivered to nobody here"));
}

TEST_F(SnsTest, A_topic_is_made_once_and_listed_and_deleted) {
  make_topic();
  make_topic();
  EXPECT_EQ(run("ListTopics"),
            "<Topics><member><TopicArn>" + arn_ + "</TopicArn></member></Topics>");
  EXPECT_EQ(run("CreateTopic", "Name=t&Tags.member.1.Key=a&Tags.member.1.Value=b"),
            "InvalidParameter: Invalid parameter: Tags Reason: Topic already exists with different "
            "tags");
  EXPECT_EQ(
      run("CreateTopic", "Name=t&Attributes.entry.1.key=DisplayName&Attributes.entry.1.value=x"),
      "InvalidParameter: Invalid parameter: Attributes Reason: Topic already exists with "
      "different attributes");
  EXPECT_EQ(run("DeleteTopic", "TopicArn=" + arn_), "");
  EXPECT_EQ(run("DeleteTopic", "TopicArn=" + arn_), "");
  EXPECT_EQ(run("GetTopicAttributes", "TopicArn=" + arn_), "NotFound: Topic does not exist");
  EXPECT_EQ(run("ListTopics"), "<Topics/>");
}

TEST_F(SnsTest, Names_and_attributes_that_are_none_are_refused) {
  make_topic();
  struct Case {
    std::string action;
    std::string parameters;
    std::string error;
  };
  const std::string set = "TopicArn=" + arn_ + "&AttributeName=";
  // As Terraform's provider says it when nobody has asked for any.
  EXPECT_EQ(run("SetTopicAttributes", set + "SQSSuccessFeedbackSampleRate&AttributeValue=0"), "");
  for (const Case& c : {
           Case{"CreateTopic", "Name=", "Invalid parameter: Topic Name"},
           Case{"CreateTopic", "Name=a.fifo", "Invalid parameter: Topic Name"},
           Case{"CreateTopic", "Name=" + std::string(257, 'a'), "Invalid parameter: Topic Name"},
           Case{"CreateTopic",
                "Name=f&Attributes.entry.1.key=FifoTopic&Attributes.entry.1.value=true",
                "Invalid parameter: FifoTopic Reason: the value true is not supported"},
           Case{"SetTopicAttributes", set + "Colour&AttributeValue=red",
                "Invalid parameter: AttributeName"},
           Case{"SetTopicAttributes", set + "KmsMasterKeyId&AttributeValue=alias/x",
                "Invalid parameter: KmsMasterKeyId Reason: the value alias/x is not supported"},
           Case{"SetTopicAttributes", set + "LambdaSuccessFeedbackSampleRate&AttributeValue=5",
                "Invalid parameter: LambdaSuccessFeedbackSampleRate Reason: delivery status is not "
                "supported"},
           Case{"SetTopicAttributes", set + "HTTPFailureFeedbackRoleArn&AttributeValue=arn",
                "Invalid parameter: HTTPFailureFeedbackRoleArn Reason: delivery status is not "
                "supported"},
           Case{"SetTopicAttributes", set + "Policy&AttributeValue=no",
                "Invalid parameter: Policy Reason: Policy statement must have the form of IAM's "
                "policies"},
           Case{"GetTopicAttributes", "TopicArn=t",
                "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1"},
       }) {
    EXPECT_EQ(run(c.action, c.parameters), "InvalidParameter: " + c.error);
  }
}

TEST_F(SnsTest, Attributes_read_back_as_they_were_set) {
  make_topic();
  const std::string policy =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"vpce.amazonaws.com"},"Action":"SNS:Publish","Resource":"*"}})";
  EXPECT_THAT(run("GetTopicAttributes", "TopicArn=" + arn_), HasSubstr("__default_policy_ID"));
  EXPECT_EQ(run("SetTopicAttributes", "TopicArn=" + arn_ + "&AttributeName=Policy&AttributeValue=" +
                                          wire::percent_encoded(policy)),
            "");
  run("SetTopicAttributes", "TopicArn=" + arn_ + "&AttributeName=DisplayName&AttributeValue=d");
  const std::string all = run("GetTopicAttributes", "TopicArn=" + arn_);
  for (const char* entry :
       {"<key>DisplayName</key><value>d</value>", "<key>Owner</key><value>111111111111</value>",
        "<key>SubscriptionsPending</key><value>0</value>", "\"Service\":\"vpce.amazonaws.com\""}) {
    EXPECT_THAT(all, HasSubstr(entry));
  }
  const std::string of_it = "ResourceArn=" + arn_;
  run("TagResource", of_it + "&Tags.member.1.Key=a&Tags.member.1.Value=b");
  EXPECT_EQ(run("ListTagsForResource", of_it),
            "<Tags><member><Key>a</Key><Value>b</Value></member></Tags>");
  run("UntagResource", of_it + "&TagKeys.member.1=a");
  EXPECT_EQ(run("ListTagsForResource", of_it), "<Tags/>");
  EXPECT_EQ(run("ListTagsForResource", of_it + "x"), "ResourceNotFound: Resource does not exist");
}

TEST_F(SnsTest, A_subscription_waits_until_its_token_comes_back) {
  make_topic();
  EXPECT_EQ(subscribe(), "<SubscriptionArn>pending confirmation</SubscriptionArn>");
  EXPECT_EQ(world_.all<model::TopicDelivery>().size(), 1U);
  EXPECT_EQ(world_.all<model::TopicDelivery>().begin()->second->kind,
            model::DeliveryKind::Confirmation);
  const std::string arn = subscription().id.value;
  EXPECT_EQ(subscribe("&Protocol=http&Endpoint=http://127.0.0.1/&ReturnSubscriptionArn=true"),
            "<SubscriptionArn>" + arn + "</SubscriptionArn>")
      << "the same one";
  EXPECT_THAT(run("ListSubscriptions"),
              HasSubstr("<SubscriptionArn>PendingConfirmation</SubscriptionArn>"));
  EXPECT_EQ(run("Unsubscribe", "SubscriptionArn=" + arn),
            "InvalidParameter: Invalid parameter: SubscriptionArn Reason: Cannot unsubscribe a "
            "subscription that is pending confirmation");
  EXPECT_EQ(run("ConfirmSubscription", "TopicArn=" + arn_ + "&Token=x"),
            "InvalidParameter: Invalid parameter: Token");
  EXPECT_EQ(confirm(), "<SubscriptionArn>" + arn + "</SubscriptionArn>");
  EXPECT_EQ(confirm(), "<SubscriptionArn>" + arn + "</SubscriptionArn>") << "again is no error";
  EXPECT_THAT(run("ListSubscriptionsByTopic", "TopicArn=" + arn_), HasSubstr(arn));
  EXPECT_THAT(run("GetTopicAttributes", "TopicArn=" + arn_),
              HasSubstr("<key>SubscriptionsConfirmed</key><value>1</value>"));
  const std::string of_it = "SubscriptionArn=" + arn;
  run("SetSubscriptionAttributes", of_it + "&AttributeName=RawMessageDelivery&AttributeValue=true");
  const std::string attributes = run("GetSubscriptionAttributes", of_it);
  EXPECT_THAT(attributes, HasSubstr("<key>RawMessageDelivery</key><value>true</value>"));
  EXPECT_THAT(attributes, HasSubstr("<key>PendingConfirmation</key><value>false</value>"));
  EXPECT_EQ(run("Unsubscribe", of_it), "");
  EXPECT_EQ(run("GetSubscriptionAttributes", of_it), "NotFound: Subscription does not exist");
}

TEST_F(SnsTest, Subscriptions_that_cannot_be_served_say_so) {
  make_topic();
  struct Case {
    std::string more;
    std::string error;
  };
  for (const Case& c : {
           Case{"&Protocol=sqs&Endpoint=arn:aws:sqs:r:1:q",
                "Protocol Reason: sqs is not supported; http and https are"},
           Case{"&Protocol=email&Endpoint=a@b.c",
                "Protocol Reason: email is not supported; http and https are"},
           Case{"&Protocol=smoke&Endpoint=x", "Does not support this protocol string: smoke"},
           Case{"&Protocol=http&Endpoint=https://a/", "Endpoint must match the specified protocol"},
           Case{"&Protocol=http", "Endpoint must match the specified protocol"},
           Case{"&Protocol=http&Endpoint=http:///x", "Endpoint must match the specified protocol"},
           Case{"&Protocol=http&Endpoint=http://a:b@c/",
                "Endpoint Reason: a name and password in it are not supported"},
           Case{"&Protocol=http&Endpoint=http://a/&Attributes.entry.1.key=FilterPolicy"
                "&Attributes.entry.1.value=%7B%7D",
                "FilterPolicy Reason: it is not supported"},
       }) {
    EXPECT_EQ(subscribe(c.more), "InvalidParameter: Invalid parameter: " + c.error);
  }
}

TEST_F(SnsTest, Published_messages_go_into_the_outbox) {
  make_topic();
  subscribe();
  confirm();
  const std::string answer = run(
      "Publish", "TopicArn=" + arn_ +
                     "&Subject=s&Message=m&MessageAttributes.entry.1.Name=a&MessageAttributes.entry"
                     ".1.Value.DataType=String&MessageAttributes.entry.1.Value.StringValue=v");
  EXPECT_TRUE(answer.starts_with("<MessageId>")) << answer;
  const auto& message = *world_.all<model::TopicMessage>().begin()->second;
  EXPECT_EQ(message.text, "m");
  EXPECT_EQ(message.subject, "s");
  EXPECT_EQ(message.attributes.at("a").value, "v");
  EXPECT_EQ(world_.all<model::TopicDelivery>().size(), 2U) << "with the confirmation";
  const std::string json = wire::percent_encoded(R"({"default": "d", "http": "h"})");
  run("Publish", "TargetArn=" + arn_ + "&MessageStructure=json&Message=" + json);
  std::size_t own = 0;
  for (const auto& [id, delivery] : world_.all<model::TopicDelivery>()) {
    own += delivery->message.text == "h" ? 1 : 0;
  }
  EXPECT_EQ(own, 1U);
}

TEST_F(SnsTest, Messages_that_cannot_be_published_are_refused) {
  make_topic();
  struct Case {
    std::string more;
    std::string error;
  };
  for (const Case& c : {
           Case{"&Message=", "Empty message"},
           Case{"&Message=" + std::string(256 * 1024 + 1, 'm'), "Message too long"},
           Case{"&Message=m&Subject=" + std::string(101, 's'), "Subject"},
           Case{"&Message=m&Subject=a%0Ab", "Subject"},
           Case{"&Message=m&PhoneNumber=1", "PhoneNumber Reason: text messages are not supported"},
           Case{"&Message=m&MessageGroupId=g",
                "The request includes MessageGroupId parameter that is not valid for this topic "
                "type"},
           Case{"&Message=m&MessageStructure=json",
                "Message Structure - JSON message body failed to parse"},
           Case{"&Message=%7B%7D&MessageStructure=json",
                "Message Structure - No default entry in JSON message body"},
       }) {
    EXPECT_EQ(run("Publish", "TopicArn=" + arn_ + c.more),
              "InvalidParameter: Invalid parameter: " + c.error);
  }
  EXPECT_TRUE(world_.all<model::TopicMessage>().empty());
}

TEST_F(SnsTest, Another_account_may_what_the_policy_says) {
  make_topic();
  caller_ = {.account = model::Id<model::Account>("222222222222"),
             .region = "us-east-1",
             .principal_arn = "arn:aws:iam::222222222222:root",
             .user_id = "222222222222"};
  for (const char* action : {"Publish", "SetTopicAttributes", "GetTopicAttributes", "DeleteTopic",
                             "Subscribe", "ListSubscriptionsByTopic"}) {
    EXPECT_EQ(run(action,
                  "TopicArn=" + arn_ +
                      (std::string(action) == "Publish"              ? "&Message=m"
                       : std::string(action) == "SetTopicAttributes" ? "&AttributeName=DisplayName"
                       : std::string(action) == "Subscribe"          ? "&Protocol=http"
                                                                     : "")),
              "AuthorizationError: User: arn:aws:iam::222222222222:root is not authorized to "
              "perform: SNS:" +
                  std::string(action) + " on resource: " + arn_);
  }
  EXPECT_EQ(run("ListTopics"), "<Topics/>");
}

// [SNS guide, "Confirm the subscription": whoever visits the link]
TEST_F(SnsTest, The_links_in_messages_confirm_and_end_a_subscription) {
  make_topic();
  subscribe();
  const auto follow = [&](const std::string& url) {
    const auto link = read_link({.method = "GET", .target = url.substr(url.find("/?"))});
    EXPECT_TRUE(link) << url;
    return visit(link->write);
  };
  EXPECT_TRUE(follow(subscribe_url("http://127.0.0.1:4566", arn_, subscription().token)));
  EXPECT_TRUE(subscription().confirmed);
  EXPECT_TRUE(follow(unsubscribe_url("http://127.0.0.1:4566", subscription().id.value)));
  EXPECT_TRUE(world_.all<model::TopicSubscription>().empty());
  EXPECT_FALSE(follow(subscribe_url("http://127.0.0.1:4566", arn_, "x")));
  for (const wire::HttpRequest& other :
       {wire::HttpRequest{.method = "GET", .target = "/"},
        wire::HttpRequest{.method = "GET", .target = "/?Action=ListTopics"},
        wire::HttpRequest{.method = "POST", .target = "/?Action=Unsubscribe"},
        wire::HttpRequest{.method = "GET",
                          .target = "/?Action=Unsubscribe",
                          .headers = {{"Authorization", "AWS4-HMAC-SHA256 x"}}},
        wire::HttpRequest{.method = "GET", .target = "/?Action=Unsubscribe&X-Amz-Signature=x"}}) {
    EXPECT_FALSE(read_link(other)) << other.target;
  }
}

TEST_F(SnsTest, Who_wants_a_signature_for_it_is_not_unsubscribed_by_a_link) {
  make_topic();
  subscribe();
  run("ConfirmSubscription",
      "AuthenticateOnUnsubscribe=true&TopicArn=" + arn_ + "&Token=" + subscription().token);
  const std::string url = unsubscribe_url("", subscription().id.value);
  const auto ended = visit(read_link({.method = "GET", .target = url})->write);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().fault().code, "AuthorizationError");
}

}  // namespace
}  // namespace postern::api::sns
