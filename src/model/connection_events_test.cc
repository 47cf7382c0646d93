// SPDX-License-Identifier: Apache-2.0
#include "model/connection_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ConnectionEventsTest : public testing::Test {
 protected:
  ConnectionEventsTest() {
    tx_.put(Topic{.id = Id<Topic>("arn:open"),
                  .owner = kOwner,
                  .attributes = {{"Policy", R"({"Version": "2012-10-17", "Statement": {
                      "Effect": "Allow", "Principal": {"Service": "vpce.amazonaws.com"},
                      "Action": "SNS:Publish", "Resource": "*", "Condition": {
                      "StringEquals": {"aws:SourceAccount": "111111111111"}}}})"}}});
    tx_.put(Topic{.id = Id<Topic>("arn:closed"), .owner = kOwner});
    tx_.put(VpcEndpoint{.id = kEndpoint,
                        .owner = Id<Account>("222222222222"),
                        .service_name = "com.amazonaws.vpce.r.vpce-svc-1",
                        .service = kService,
                        .state = EndpointState::PendingAcceptance});
  }
  void notify(const std::string& id, const std::string& topic, bool of_service,
              std::vector<std::string> events) {
    ConnectionNotification notification{.id = Id<ConnectionNotification>(id),
                                        .owner = kOwner,
                                        .topic_arn = topic,
                                        .events = std::move(events)};
    (of_service ? notification.service.value : notification.endpoint.value) =
        of_service ? kService.value : kEndpoint.value;
    tx_.put(notification);
  }
  std::vector<std::string> subjects() {
    std::map<std::uint32_t, std::string> in_order;
    for (const auto& [id, message] : tx_.world().all<TopicMessage>()) {
      in_order[message->number] = message->subject;
    }
    std::vector<std::string> out;
    for (const auto& [number, subject] : in_order) {
      out.push_back(subject);
    }
    return out;
  }
  std::string problem(const std::string& id) {
    return tx_.world().find(Id<ConnectionNotification>(id))->problem;
  }

  const Id<Account> kOwner{"111111111111"};
  const Id<EndpointService> kService{"vpce-svc-1"};
  const Id<VpcEndpoint> kEndpoint{"vpce-1"};
  SeededIds ids_{1};
  Transaction tx_{World(), TimePoint(std::chrono::seconds(60)), ids_};
};

// [PrivateLink guide, "Receive alerts for endpoint service events"]
TEST_F(ConnectionEventsTest, Are_told_to_who_wants_them_of_the_service_or_of_the_endpoint) {
  notify("vpce-nfn-1", "arn:open", true, {"Accept", "Connect"});
  tell_connection(tx_, kEndpoint, ConnectionEvent::Connect);
  tell_connection(tx_, kEndpoint, ConnectionEvent::Reject);
  tell_connection(tx_, kEndpoint, ConnectionEvent::Accept);
  EXPECT_THAT(subjects(),
              ElementsAre("VPC endpoint connection: Connect", "VPC endpoint connection: Accept"));
  const auto& message = *tx_.world().all<TopicMessage>().begin()->second;
  for (const char* part :
       {R"("vpcEndpointId":"vpce-1")", R"("serviceId":"vpce-svc-1")",
        R"("vpcEndpointOwner":"222222222222")", R"("vpcEndpointState":"pendingAcceptance")"}) {
    EXPECT_THAT(message.text, HasSubstr(part));
  }
  notify("vpce-nfn-2", "arn:open", false, {"Delete"});
  tell_connection(tx_, kEndpoint, ConnectionEvent::Delete);
  EXPECT_EQ(subjects().back(), "VPC endpoint connection: Delete");
  tell_connection(tx_, Id<VpcEndpoint>("vpce-2"), ConnectionEvent::Delete);
  EXPECT_EQ(subjects().size(), 3U);
}

TEST_F(ConnectionEventsTest, What_cannot_be_published_says_why_in_its_notification) {
  notify("vpce-nfn-1", "arn:closed", true, {"Accept"});
  notify("vpce-nfn-2", "arn:none", true, {"Accept"});
  tell_connection(tx_, kEndpoint, ConnectionEvent::Accept);
  EXPECT_TRUE(subjects().empty());
  EXPECT_EQ(problem("vpce-nfn-1"),
            "1970-01-01T00:01:00.000Z Accept: the topic's policy does not let vpce.amazonaws.com "
            "publish to it");
  EXPECT_EQ(problem("vpce-nfn-2"), "1970-01-01T00:01:00.000Z Accept: there is no such topic");
  notify("vpce-nfn-1", "arn:open", true, {"Accept"});
  tell_connection(tx_, kEndpoint, ConnectionEvent::Accept);
  EXPECT_EQ(problem("vpce-nfn-1"), "");
}

}  // namespace
}  // namespace postern::model
