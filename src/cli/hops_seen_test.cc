// SPDX-License-Identifier: Apache-2.0
#include "cli/hops_seen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::cli {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::StartsWith;

constexpr std::uint64_t kSecond = 1'000'000'000;

// A client asks an endpoint, whose node sends to port 8080 of one target.
CapturePlan plan() {
  return *capture_plan(json::parse(R"({
      "from": "eni-client", "instance": "i-client", "account": "111", "address": "10.0.1.10",
      "protocol": "tcp", "port": 80, "to": "vpce-1",
      "paths": [{"passages": [
          {"interface": "eni-e", "address": "10.0.1.100", "resource": "vpce-1", "account": "111"},
          {"interface": "eni-n", "address": "10.0.1.20", "resource": "nlb", "account": "222"}],
        "targets": [{"target": "i-web", "port": 8080, "passages": [
          {"interface": "eni-web", "address": "10.0.2.10", "resource": "i-web",
           "account": "222"}]}]}]})")
                           .as_object());
}

struct Ports {
  std::uint16_t from;
  std::uint16_t to;
};

SeenAtEnd seen(std::size_t end, bool sent, const char* from, const char* to, Ports ports,
               std::uint64_t at, std::uint8_t protocol = 6) {
  std::vector<std::uint8_t> bytes(54, 0);
  const auto put = [&](std::size_t place, std::uint32_t value, int count) {
    for (int n = 0; n < count; ++n) {
      bytes[place + static_cast<std::size_t>(n)] =
          static_cast<std::uint8_t>(value >> 8 * (count - 1 - n));
    }
  };
  put(12, 0x0800, 2);
  put(14, 0x45, 1);
  put(23, protocol, 1);
  put(26, IpAddress::parse(from)->v4_value(), 4);
  put(30, IpAddress::parse(to)->v4_value(), 4);
  put(34, ports.from, 2);
  put(36, ports.to, 2);
  return {.end = end, .frame = {.nanoseconds = at, .bytes = bytes, .size = 54, .sent = sent}};
}

json::array event(const char* verdict, const char* action, std::uint64_t at) {
  return {json::object{{"nanoseconds", at},
                       {"interface", "eni-client"},
                       {"source", "10.0.1.10"},
                       {"destination", "10.0.1.100"},
                       {"source_port", 50000},
                       {"destination_port", 80},
                       {"verdict", verdict},
                       {"action", action},
                       {"meaning", "why"}}};
}

std::vector<std::string> at_hops(const std::vector<CapturedPacket>& packets) {
  std::vector<std::string> made;
  for (const CapturedPacket& packet : packets) {
    made.push_back(std::to_string(packet.interface) + " " + packet.comment);
  }
  return made;
}

TEST(HopsSeen, The_interfaces_are_named_as_AWS_names_them) {
  std::vector<std::string> names;
  for (const CapturedInterface& interface : interfaces_of(plan())) {
    names.push_back(interface.name);
  }
  EXPECT_THAT(names, ElementsAre("eni-client", "eni-e", "eni-n", "eni-web"));
  EXPECT_EQ(interfaces_of(plan())[1].description, "vpce-1 at 10.0.1.100, account 111");
}

TEST(HopsSeen, A_packet_is_at_every_hop_there_and_back) {
  const auto packets =
      packets_at_hops(plan(),
                      {seen(1, false, "10.0.1.20", "10.0.2.10", {2000, 8080}, kSecond + 2),
                       seen(0, true, "10.0.1.10", "10.0.1.100", {50000, 80}, kSecond + 1),
                       seen(1, true, "10.0.2.10", "10.0.1.20", {8080, 2000}, kSecond + 3),
                       seen(0, false, "10.0.1.100", "10.0.1.10", {80, 50000}, kSecond + 4)},
                      event("EndpointAdmitted", "Pass", 1), static_cast<std::int64_t>(kSecond));
  EXPECT_THAT(
      at_hops(packets),
      ElementsAre("0 i-client sends: EndpointAdmitted: why", "1 it reaches vpce-1 (account 111)",
                  "2 nlb (account 222) sends it on to i-web", "3 i-web receives it",
                  StartsWith("3 i-web answers: FlowForwarded"), "2 it reaches nlb (account 222)",
                  "1 vpce-1 (account 111) answers", "0 i-client receives it"));
}

TEST(HopsSeen, What_is_dropped_gets_no_further) {
  const auto packets = packets_at_hops(
      plan(), {seen(0, true, "10.0.1.10", "10.0.1.100", {50000, 80}, kSecond)},
      event("EndpointIngressDenied", "Drop", 0), static_cast<std::int64_t>(kSecond));
  EXPECT_THAT(at_hops(packets), ElementsAre("0 i-client sends: EndpointIngressDenied: why"));
}

TEST(HopsSeen, What_is_not_of_the_flow_is_left_out) {
  const auto packets =
      packets_at_hops(plan(),
                      {seen(0, true, "10.0.1.10", "10.0.1.100", {50000, 81}, 1),
                       seen(0, true, "10.0.1.10", "10.0.1.99", {50000, 80}, 2),
                       seen(0, true, "10.0.1.10", "10.0.1.100", {50000, 80}, 3, 17),
                       seen(1, false, "10.0.3.3", "10.0.2.10", {2000, 8080}, 4),
                       // A health check and its answer.
                       seen(1, false, "10.0.1.20", "10.0.2.10", {61024, 8080}, 5),
                       seen(1, true, "10.0.2.10", "10.0.1.20", {8080, 65535}, 6)},
                      {}, 0);
  EXPECT_TRUE(packets.empty());
}

TEST(HopsSeen, An_end_that_is_no_instance_is_refused) {
  EXPECT_FALSE(capture_plan(json::parse(R"({"from": "eni-1", "instance": "", "account": "111",
      "address": "10.0.1.10", "protocol": "tcp", "port": 80, "to": "x", "paths": []})")
                                .as_object()));
}

}  // namespace
}  // namespace postern::cli
