// SPDX-License-Identifier: Apache-2.0
#include "daemon/event_log.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "dataplane/compile/test_world.h"
#include "dataplane/compile/words.h"

namespace postern::daemon {
namespace {

namespace json = boost::json;

class ManualClock final : public Clock {
 public:
  TimePoint now() const override { return TimePoint(std::chrono::seconds(1000)); }
  SteadyPoint steady_now() const override { return SteadyPoint(std::chrono::seconds(50)); }
};

class EventLogTest : public testing::Test {
 protected:
  json::object ask(const std::string& target) {
    return json::parse(log.answer(world.world(), target).json).as_object();
  }
  void tell(dataplane::Verdict verdict) {
    pn_event event{};
    event.nanoseconds = 40'000'000'000;
    event.verdict = static_cast<std::uint32_t>(verdict);
    event.port = world.get<model::NetworkInterface>("eni-i-client").port;
    event.key.vpc = world.get<model::Vpc>("vpc-a").number;
    event.key.protocol = 6;
    event.key.source = dataplane::addr_word(*IpAddress::parse("10.0.1.10"));
    event.key.destination = dataplane::addr_word(*IpAddress::parse("10.0.1.100"));
    event.key.source_port_be = htons(40000);
    event.key.destination_port_be = htons(80);
    told.push_back(event);
  }

  dataplane::TestWorld world = dataplane::tutorial();
  ManualClock clock;
  std::vector<pn_event> told;
  std::uint64_t lost = 0;
  EventLog log{[this]() -> Result<std::pair<std::vector<pn_event>, std::uint64_t>> {
                 return std::pair(std::exchange(told, {}), lost);
               },
               clock};
};

TEST_F(EventLogTest, An_event_has_names_for_what_it_is_about) {
  tell(dataplane::Verdict::EndpointNotAccepted);
  const json::object answer = ask("/events");
  ASSERT_EQ(answer.at("events").as_array().size(), 1U);
  const json::object& event = answer.at("events").at(0).as_object();
  EXPECT_EQ(event.at("time"), "1970-01-01T00:16:30.000Z");  // ten seconds ago
  EXPECT_EQ(event.at("verdict"), "EndpointNotAccepted");
  EXPECT_EQ(event.at("action"), "Drop");
  EXPECT_EQ(event.at("protocol"), "tcp");
  EXPECT_EQ(event.at("source"), "10.0.1.10");
  EXPECT_EQ(event.at("source_port"), 40000);
  EXPECT_EQ(event.at("destination"), "10.0.1.100");
  EXPECT_EQ(event.at("destination_port"), 80);
  EXPECT_EQ(event.at("interface"), "eni-i-client");
  EXPECT_EQ(event.at("instance"), "i-client");
  EXPECT_EQ(event.at("vpc"), "vpc-a");
  EXPECT_EQ(event.at("to"), "vpce-1");
  EXPECT_EQ(event.at("to_interface"), "eni-vpce-1-subnet-a1");
}

TEST_F(EventLogTest, What_has_the_address_in_the_senders_VPC_is_named) {
  const auto receiver = [&](const char* vpc, const char* address) {
    tell(dataplane::Verdict::NoRoute);
    told.back().key.vpc = world.get<model::Vpc>(vpc).number;
    told.back().key.destination = dataplane::addr_word(*IpAddress::parse(address));
    const json::object event = ask("/events").at("events").at(0).as_object();
    return event.contains("to") ? std::string(event.at("to").as_string()) : "nothing";
  };
  EXPECT_EQ(receiver("vpc-a", "10.0.1.100"), "vpce-1");
  EXPECT_EQ(receiver("vpc-b", "10.0.1.100"), "nothing");
  EXPECT_EQ(receiver("vpc-b", "10.0.1.20"), "nlb");
  EXPECT_EQ(receiver("vpc-b", "10.0.1.10"), "i-web1");
  EXPECT_EQ(receiver("vpc-a", "10.0.1.10"), "i-client");
}

TEST_F(EventLogTest, A_fault_is_named_behind_a_drop_in_either_family) {
  world.add_ipv6();
  world.put(model::Fault{.id = model::Id<model::Fault>("fault-1"),
                         .subject = "eni-vpce-1-subnet-a1",
                         .about = "the endpoint's interface"});
  for (const char* address : {"10.0.1.100", "2600:1f00:0:1::64"}) {
    tell(dataplane::Verdict::DestinationUnknown);
    told.back().key.destination = dataplane::addr_word(*IpAddress::parse(address));
    const json::object event = ask("/events").at("events").at(0).as_object();
    EXPECT_EQ(event.at("to"), "vpce-1") << address;
    ASSERT_TRUE(event.contains("fault")) << address;
    EXPECT_EQ(event.at("fault"), "fault-1");
  }
}

TEST_F(EventLogTest, Everybody_who_watches_is_told_of_every_event_once) {
  tell(dataplane::Verdict::NoRoute);
  EXPECT_EQ(ask("/events").at("next"), 1);
  EXPECT_EQ(ask("/events?after=0").at("events").as_array().size(), 1U);
  EXPECT_EQ(ask("/events?after=1").at("events").as_array().size(), 0U);
  tell(dataplane::Verdict::NoRoute);
  EXPECT_EQ(ask("/events?after=1").at("events").at(0).at("number"), 2);
  EXPECT_EQ(ask("/events?after=0").at("events").as_array().size(), 2U);
}

TEST_F(EventLogTest, Who_asks_too_seldom_is_told_how_much_was_missed) {
  for (int i = 0; i < 20000; ++i) {
    tell(dataplane::Verdict::NoRoute);
  }
  lost = 3;
  EXPECT_EQ(ask("/events").at("lost"), 20000 - 16384 + 3);
}

}  // namespace
}  // namespace postern::daemon
