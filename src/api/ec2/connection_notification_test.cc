// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/privatelink_test.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;

class ConnectionNotificationTest : public PrivateLinkTest {
 protected:
  std::string make_topic(const std::string& name = "endpoints") {
    const std::string arn =
        fmt::format("arn:aws:sns:{}:{}:{}", caller_.region, caller_.account, name);
    change([&](model::Transaction& tx) {
      tx.put(model::Topic{.id = model::Id<model::Topic>(arn),
                          .owner = caller_.account,
                          .attributes = {{"Policy", R"({"Version": "2012-10-17", "Statement": {
                              "Effect": "Allow", "Principal": {"Service": "vpce.amazonaws.com"},
                              "Action": "SNS:Publish", "Resource": "*"}})"}}});
    });
    return arn;
  }
  // The subjects of what was published, in order.
  std::vector<std::string> told() {
    std::map<std::uint32_t, std::string> in_order;
    for (const auto& [id, message] : world_.all<model::TopicMessage>()) {
      in_order[message->number] = message->subject.substr(message->subject.rfind(' ') + 1);
    }
    std::vector<std::string> out;
    for (const auto& [number, subject] : in_order) {
      out.push_back(subject);
    }
    return out;
  }
  const std::string kAll_ =
      "&ConnectionEvents.1=Reject&ConnectionEvents.2=Connect&ConnectionEvents.3=Accept"
      "&ConnectionEvents.4=Delete";
};

// [EC2 API reference, CreateVpcEndpointConnectionNotification, ConnectionNotification]
TEST_F(ConnectionNotificationTest, Is_made_found_changed_and_deleted) {
  const std::string service = make_service();
  become(kProvider);
  const std::string topic = make_topic();
  const Answer made = must(
      "CreateVpcEndpointConnectionNotification",
      "ServiceId=" + service + "&ConnectionNotificationArn=" + topic + kAll_ + "&ClientToken=t");
  const std::string id = made.text("//connectionNotificationId");
  EXPECT_TRUE(id.starts_with("vpce-nfn-"));
  const std::string item =
      "<connectionNotificationId>" + id + "</connectionNotificationId><serviceId>" + service +
      "</serviceId><connectionNotificationType>Topic</connectionNotificationType>"
      "<connectionNotificationArn>" +
      topic +
      "</connectionNotificationArn><connectionEvents><item>Accept</item><item>Connect</item><item>"
      "Delete</item><item>Reject</item></connectionEvents><connectionNotificationState>Enabled"
      "</connectionNotificationState>";
  EXPECT_EQ(made.xml(), "<connectionNotification>" + item +
                            "</connectionNotification><clientToken>t</clientToken>");
  const std::string of_it = "ConnectionNotificationId=" + id;
  EXPECT_EQ(must("DescribeVpcEndpointConnectionNotifications", of_it).xml(),
            "<connectionNotificationSet><item>" + item + "</item></connectionNotificationSet>");
  for (const auto& [name, value] : {std::pair<std::string, std::string>("service-id", service),
                                    {"connection-notification-arn", topic},
                                    {"connection-notification-id", id},
                                    {"connection-notification-state", "Enabled"},
                                    {"connection-notification-type", "Topic"}}) {
    EXPECT_EQ(must("DescribeVpcEndpointConnectionNotifications",
                   "Filter.1.Name=" + name + "&Filter.1.Value.1=" + value)
                  .count("//connectionNotificationId"),
              1U)
        << name;
  }
  EXPECT_EQ(must("DescribeVpcEndpointConnectionNotifications",
                 "Filter.1.Name=vpc-endpoint-id&Filter.1.Value.1=*")
                .count("//connectionNotificationId"),
            0U);
  const std::string other = make_topic("other");
  must("ModifyVpcEndpointConnectionNotification",
       of_it + "&ConnectionEvents.1=Delete&ConnectionNotificationArn=" + other);
  const Answer changed = must("DescribeVpcEndpointConnectionNotifications", of_it);
  EXPECT_THAT(changed.texts("//connectionEvents/item"), ElementsAre("Delete"));
  EXPECT_EQ(changed.text("//connectionNotificationArn"), other);
  EXPECT_EQ(must("DeleteVpcEndpointConnectionNotifications",
                 "ConnectionNotificationId.1=" + id + "&ConnectionNotificationId.2=vpce-nfn-1")
                .text("//unsuccessful/item/error/code"),
            "InvalidConnectionNotification");
  // Terraform waits for this very code. [spec 1.9]
  EXPECT_EQ(run("DescribeVpcEndpointConnectionNotifications", of_it).code(),
            "InvalidConnectionNotification");
}

TEST_F(ConnectionNotificationTest, Bad_requests_are_refused) {
  const std::string service = make_service();
  become(kProvider);
  const std::string topic = make_topic();
  struct Case {
    std::string parameters;
    std::string error;
  };
  const std::string both = "Exactly one of ServiceId and VpcEndpointId must be specified";
  for (const Case& c : {
           Case{"ConnectionNotificationArn=" + topic + kAll_,
                "InvalidParameterCombination: " + both},
           Case{"ServiceId=" + service +
                    "&VpcEndpointId=vpce-1&ConnectionNotificationArn=" + topic + kAll_,
                "InvalidParameterCombination: " + both},
           Case{"ServiceId=" + service + "&ConnectionNotificationArn=" + topic,
                "MissingParameter: The request must contain the parameter ConnectionEvents"},
           Case{"ServiceId=" + service + "&ConnectionNotificationArn=" + topic +
                    "&ConnectionEvents.1=Expire",
                "InvalidParameterValue: Value (Expire) for parameter ConnectionEvents is invalid."},
           Case{"ServiceId=" + service + "&ConnectionNotificationArn=" + topic + "x" + kAll_,
                "InvalidParameter: The SNS topic '" + topic + "x' does not exist"},
           Case{
               "ServiceId=" + service + "&ConnectionNotificationArn=arn:aws:sqs:r:1:q" + kAll_,
               "InvalidParameter: The connection notification ARN 'arn:aws:sqs:r:1:q' is not of an "
               "SNS topic in ap-northeast-1"},
           Case{"ServiceId=vpce-svc-00000000000000000&ConnectionNotificationArn=" + topic + kAll_,
                "InvalidVpcEndpointServiceId.NotFound: The VpcEndpointService Id "
                "'vpce-svc-00000000000000000' does not exist"},
       }) {
    EXPECT_EQ(refusal("CreateVpcEndpointConnectionNotification", c.parameters), c.error);
  }
}

// [PrivateLink guide, "Receive alerts for endpoint service events"]
TEST_F(ConnectionNotificationTest, The_life_of_a_connection_is_told) {
  const std::string service = make_service();
  become(kProvider);
  must("CreateVpcEndpointConnectionNotification",
       "ServiceId=" + service + "&ConnectionNotificationArn=" + make_topic() + kAll_);
  become(kConsumer);
  const std::string endpoint = make_endpoint(service);
  EXPECT_THAT(told(), ElementsAre("Connect"));
  decide("AcceptVpcEndpointConnections", service, endpoint);
  decide("AcceptVpcEndpointConnections", service, endpoint);  // decided already: nothing happens
  decide("RejectVpcEndpointConnections", service, endpoint);
  must("DeleteVpcEndpoints", "VpcEndpointId.1=" + endpoint);
  EXPECT_THAT(told(), ElementsAre("Connect", "Accept", "Reject", "Delete"));
}

}  // namespace
}  // namespace postern::api::ec2
