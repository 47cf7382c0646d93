// SPDX-License-Identifier: Apache-2.0
// [VPC user guide, "Flow log records", "Flow log record examples"]
#include "flow_logs/recorder.h"

#include <gtest/gtest.h>

#include "flow_logs/test_world.h"
#include "model/flow_log_format.h"

namespace postern::flow_logs {
namespace {

using Texts = std::vector<std::string>;

TimePoint at(int seconds) {
  return TimePoint(std::chrono::seconds(seconds));
}

class RecorderTest : public testing::Test {
 protected:
  void log(const std::string& resource, const std::string& type = "ALL",
           const std::string& format = std::string(model::kDefaultFlowLogFormat)) {
    model::WorldBuilder builder;
    for (const auto& [id, vpc] : world_.all<model::Vpc>()) {
      builder.put(*vpc);
    }
    for (const auto& [id, subnet] : world_.all<model::Subnet>()) {
      builder.put(*subnet);
    }
    for (const auto& [id, interface] : world_.all<model::NetworkInterface>()) {
      builder.put(*interface);
    }
    builder.put(model::FlowLog{.id = model::Id<model::FlowLog>("fl-1"),
                               .resource_id = resource,
                               .traffic_type = type,
                               .format = format,
                               .interval_seconds = 60,
                               .created_at = at(990)});
    world_ = builder.build();
    recorder_.follow(world_, at(1000));
  }
  void add(const Counted& row) { recorder_.add(passages(world_, row)); }

  // "<stream>: <text>"
  Texts close(int second) {
    Texts out;
    for (const Line& line : recorder_.close(world_, at(second))) {
      out.push_back(line.stream + ": " + line.text);
    }
    return out;
  }

  model::World world_ = test_world();
  Recorder recorder_{std::nullopt};
};

TEST_F(RecorderTest, A_window_ends_at_a_multiple_of_its_length_and_its_records_are_made_then) {
  log("eni-endpoint");
  EXPECT_FALSE(recorder_.is_idle());
  EXPECT_EQ(recorder_.next_end(), at(1020));
  add(through_endpoint(kPnVerdictFlowForwarded));
  EXPECT_EQ(close(1019), Texts());
  EXPECT_EQ(close(1020),
            Texts{"eni-endpoint-all: 2 111111111111 eni-endpoint 10.0.1.10 10.0.1.100 40000 80 6 5 "
                  "300 1010 1012 ACCEPT OK"});
  EXPECT_EQ(recorder_.next_end(), at(1080));
}

TEST_F(RecorderTest, What_is_read_of_a_flow_several_times_is_one_record) {
  log("eni-endpoint");
  Counted row = through_endpoint(kPnVerdictFlowForwarded);
  add(row);
  row.traffic.first = 15'000'000'000;
  row.traffic.last = 16'000'000'000;
  row.traffic.tcp_flags = 1;
  add(row);
  EXPECT_EQ(
      close(1020),
      Texts{"eni-endpoint-all: 2 111111111111 eni-endpoint 10.0.1.10 10.0.1.100 40000 80 6 10 "
            "600 1010 1016 ACCEPT OK"});
}

TEST_F(RecorderTest, A_vpcs_and_a_subnets_log_is_of_all_their_interfaces) {
  for (const char* resource : {"vpc-a", "subnet-vpc-a"}) {
    SCOPED_TRACE(resource);
    log(resource);
    Recorder recorder(std::nullopt);
    recorder.follow(world_, at(1000));
    recorder.add(passages(world_, through_endpoint(kPnVerdictFlowForwarded)));
    const auto lines = recorder.close(world_, at(1020));
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].stream, "eni-client-all");
    EXPECT_EQ(lines[1].stream, "eni-endpoint-all");
  }
}

TEST_F(RecorderTest, Only_the_type_of_traffic_that_is_wanted_is_told) {
  log("vpc-a", "REJECT");
  add(through_endpoint(kPnVerdictFlowForwarded));
  Counted denied = counted(kConsumer, kClient, "10.0.1.10", 40001, "10.0.1.100", 81,
                           kPnVerdictEndpointIngressDenied);
  add(denied);
  EXPECT_EQ(
      close(1020),
      Texts{"eni-endpoint-reject: 2 111111111111 eni-endpoint 10.0.1.10 10.0.1.100 40001 81 6 "
            "5 300 1010 1012 REJECT OK"});
}

TEST_F(RecorderTest, A_custom_format_has_its_fields) {
  log("eni-client", "ALL",
      "${version} ${vpc-id} ${subnet-id} ${instance-id} ${tcp-flags} ${type} ${pkt-srcaddr} "
      "${pkt-dstaddr} ${region} ${az-id} ${sublocation-type} ${pkt-dst-aws-service} "
      "${flow-direction} ${traffic-path} ${action}");
  Counted row = through_endpoint(kPnVerdictFlowForwarded);
  row.traffic.tcp_flags = 3;
  add(row);
  EXPECT_EQ(close(1020),
            Texts{"eni-client-all: 5 vpc-a subnet-vpc-a i-client 3 IPv4 10.0.1.10 10.0.1.100 "
                  "ap-northeast-1 apne1-az4 - - egress 1 ACCEPT"});
  log("eni-endpoint", "ALL", "${instance-id} ${flow-direction} ${traffic-path}");
  add(row);
  EXPECT_EQ(close(2000), Texts{"eni-endpoint-all: - ingress -"});
}

// [Flow log records, srcaddr, type]
TEST_F(RecorderTest, A_record_of_IPv6_has_the_interfaces_IPv6_address) {
  log("vpc-a", "ALL", "${interface-id} ${srcaddr} ${dstaddr} ${action} ${type}");
  add(counted(kConsumer, kClient, "2600:1f00::10", 40000, "2600:1f00::11", 22,
              kPnVerdictDestinationIngressDenied));
  EXPECT_EQ(close(1020),
            (Texts{"eni-client-all: eni-client 2600:1f00::10 2600:1f00::11 ACCEPT IPv6",
                   "eni-neighbour-all: eni-neighbour 2600:1f00::10 2600:1f00::11 REJECT IPv6"}));
}

// A load balancer that keeps the client's address: the interface's own stands in srcaddr, the
// packet's in pkt-srcaddr. [Flow log records, srcaddr and pkt-srcaddr]
TEST_F(RecorderTest, An_interface_that_sends_from_anothers_address_says_both) {
  log("eni-node", "ALL", "${srcaddr} ${dstaddr} ${pkt-srcaddr} ${pkt-dstaddr} ${flow-direction}");
  Counted row = through_endpoint(kPnVerdictFlowForwarded);
  row.traffic.flags = kPnFlowTranslate | kPnFlowTarget;
  row.traffic.source = word("10.0.1.77");
  add(row);
  EXPECT_EQ(close(1020), (Texts{"eni-node-all: 10.0.1.10 10.0.1.20 10.0.1.10 10.0.1.100 ingress",
                                "eni-node-all: 10.0.1.20 10.0.1.10 10.0.1.77 10.0.1.10 egress"}));
}

TEST_F(RecorderTest, What_began_after_the_windows_end_is_in_the_next) {
  log("eni-client");
  Counted row = through_endpoint(kPnVerdictFlowForwarded);
  row.traffic.first = row.traffic.last = 20'000'000'000;  // at 1020
  add(row);
  EXPECT_EQ(close(1020), Texts());
  EXPECT_EQ(close(1080).size(), 1U);
}

// "you won't see flow log data until there is active traffic for the network interface"
TEST_F(RecorderTest, Silence_is_told_once_there_was_traffic) {
  log("vpc-a");
  EXPECT_EQ(close(1020), Texts());
  add(counted(kConsumer, kNeighbour, "10.0.1.11", 1, "10.0.9.9", 2, kPnVerdictDestinationUnknown));
  EXPECT_EQ(close(1080).size(), 1U);
  EXPECT_EQ(close(1140),
            Texts{"eni-neighbour-all: 2 111111111111 eni-neighbour - - - - - - - 1080 1140 - "
                  "NODATA"});
}

TEST_F(RecorderTest, What_was_not_gathered_is_told_as_skipped) {
  log("eni-client");
  add(through_endpoint(kPnVerdictFlowForwarded));
  recorder_.skip();
  const Texts lines = close(1020);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0],
            "eni-client-all: 2 111111111111 eni-client - - - - - - - 960 1020 - SKIPDATA");
}

TEST_F(RecorderTest, Nothing_from_before_the_log_was_made_is_told) {
  log("eni-client");
  Counted row = through_endpoint(kPnVerdictFlowForwarded);
  row.traffic.first = row.traffic.last = 0;  // at 1000: before, it was made at 990
  add(row);
  EXPECT_EQ(close(1020).size(), 1U);
  recorder_.add(passages_of(Interfaces(model::World(), world_), row.key, row.traffic, at(100)));
  EXPECT_EQ(close(1080), (Texts{"eni-client-all: 2 111111111111 eni-client - - - - - - - 1020 1080 "
                                "- NODATA"}));
}

TEST_F(RecorderTest, Without_a_log_there_is_nothing_to_do) {
  recorder_.follow(world_, at(1000));
  EXPECT_TRUE(recorder_.is_idle());
  EXPECT_EQ(close(5000), Texts());
}

TEST(RecorderLength, May_be_cut_by_who_runs_it) {
  Recorder recorder(std::chrono::seconds(2));
  model::World world =
      model::WorldBuilder()
          .put(model::FlowLog{.id = model::Id<model::FlowLog>("fl-1"), .interval_seconds = 600})
          .build();
  recorder.follow(world, at(1001));
  EXPECT_EQ(recorder.next_end(), at(1002));
}

}  // namespace
}  // namespace postern::flow_logs
