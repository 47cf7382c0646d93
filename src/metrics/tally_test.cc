// SPDX-License-Identifier: Apache-2.0
// [NLB guide, "CloudWatch metrics for your Network Load Balancer"; AWS PrivateLink guide,
// "CloudWatch metrics for AWS PrivateLink"]
#include "metrics/tally.h"

#include <gtest/gtest.h>

#include "metrics/test_world.h"

namespace postern::metrics {
namespace {

using std::chrono::seconds;

const TimePoint kBegin{seconds(1'000'020)};
constexpr seconds kMinute{60};
using Texts = std::map<std::string, std::string>;

const Texts kWholeEndpoint = {{"Endpoint Type", "Interface"},
                              {"Service Name", "com.service"},
                              {"VPC Endpoint Id", "vpce-1"},
                              {"VPC Id", "vpc-a"}};
const Texts kWholeService = {{"Service Id", "vpce-svc-1"}};
const Texts kWholeBalancer = {{"LoadBalancer", "net/nlb/0123456789abcdef"}};

class TallyTest : public testing::Test {
 protected:
  void count(const std::vector<Counted>& counted) { tally_.count(places_, counted, seconds(10)); }

  void close(TimePoint begin = kBegin) {
    found_.clear();
    for (const model::Measured& one : tally_.close(world_, begin, kMinute)) {
      EXPECT_TRUE(found_.emplace(one.metric, one).second) << one.metric.name;
      EXPECT_EQ(one.metric.region, "r-1");
    }
  }

  std::optional<model::Statistics> value(std::string_view name_space, const std::string& name,
                                         const Texts& dimensions) const {
    const auto at = found_.find({.owner = name_space == kOfEndpoints ? kConsumer : kProvider,
                                 .region = "r-1",
                                 .name_space = std::string(name_space),
                                 .name = name,
                                 .dimensions = dimensions});
    return at == found_.end() ? std::nullopt : std::optional(at->second.point.value);
  }
  // -1: none.
  double sum(std::string_view name_space, const std::string& name, const Texts& dimensions) const {
    const auto found = value(name_space, name, dimensions);
    return found ? found->sum : -1;
  }

  model::World world_ = test_world();
  Places places_{world_, world_};
  Tally tally_;
  std::map<model::Metric, model::Measured> found_;
};

TEST_F(TallyTest, What_passes_counts_for_endpoint_service_and_load_balancer) {
  count({counted(kPnVerdictFlowForwarded), counted(kPnVerdictFlowForwarded, true),
         counted(kPnVerdictEndpointAdmitted)});
  close();
  Texts subnet = kWholeEndpoint;
  subnet["Subnet Id"] = "subnet-a";
  for (const Texts& dimensions : {kWholeEndpoint, subnet}) {
    EXPECT_EQ(sum(kOfEndpoints, "BytesProcessed", dimensions), 600);
    EXPECT_EQ(sum(kOfEndpoints, "NewConnections", dimensions), 3);
    EXPECT_EQ(sum(kOfEndpoints, "RstPacketsReceived", dimensions), 1);
    EXPECT_EQ(sum(kOfEndpoints, "PacketsDropped", dimensions), 0);
  }
  for (const Texts& more : {Texts{},
                            {{"Az", "r-1c"}},
                            {{"Load Balancer Arn", "arn:nlb"}},
                            {{"Az", "r-1c"}, {"Load Balancer Arn", "arn:nlb"}},
                            {{"VPC Endpoint Id", "vpce-1"}}}) {
    Texts dimensions = kWholeService;
    dimensions.insert(more.begin(), more.end());
    EXPECT_EQ(sum(kOfServices, "BytesProcessed", dimensions), 600);
    EXPECT_EQ(sum(kOfServices, "NewConnections", dimensions), 3);
    EXPECT_EQ(sum(kOfServices, "RstPacketsSent", dimensions), 1);
  }
  Texts zone = kWholeBalancer;
  zone["AvailabilityZone"] = "r-1c";
  for (const Texts& dimensions : {kWholeBalancer, zone}) {
    EXPECT_EQ(sum(kOfBalancers, "ProcessedBytes", dimensions), 600);
    EXPECT_EQ(sum(kOfBalancers, "ProcessedBytes_TCP", dimensions), 600);
    EXPECT_EQ(sum(kOfBalancers, "ProcessedBytes_UDP", dimensions), -1);
    EXPECT_EQ(sum(kOfBalancers, "ProcessedPackets", dimensions), 6);
    EXPECT_EQ(sum(kOfBalancers, "NewFlowCount", dimensions), 3);
    EXPECT_EQ(sum(kOfBalancers, "NewFlowCount_TCP", dimensions), 3);
    EXPECT_EQ(sum(kOfBalancers, "TCP_Client_Reset_Count", dimensions), 1);
    EXPECT_EQ(sum(kOfBalancers, "TCP_Target_Reset_Count", dimensions), 1);
    EXPECT_EQ(sum(kOfBalancers, "TCP_ELB_Reset_Count", dimensions), 0);
    EXPECT_EQ(sum(kOfBalancers, "PeakBytesPerSecond", dimensions), 60);
  }
  for (const auto& [metric, one] : found_) {
    EXPECT_EQ(one.point.time, kBegin);
  }
}

TEST_F(TallyTest, Of_what_is_refused_each_is_told_what_is_its_own) {
  struct Case {
    const char* name;
    std::uint8_t verdict;
    double dropped;  // -1: the endpoint has no traffic
    double elb_resets;
    const char* of_balancer;
  };
  for (const Case& c : {
           Case{"the endpoint's group", kPnVerdictEndpointIngressDenied, -1, 1, nullptr},
           Case{"too large", kPnVerdictEndpointOversize, 3, 1, nullptr},
           Case{"not accepted", kPnVerdictEndpointNotAccepted, 3, 1, nullptr},
           Case{"no target", kPnVerdictTargetGroupEmpty, 0, 1, nullptr},
           Case{"no port", kPnVerdictPortAllocationError, 0, 1, "PortAllocationErrorCount"},
           Case{"the balancer's group", kPnVerdictBalancerIngressDenied, 0, 1,
                "SecurityGroupBlockedFlowCount_Inbound_TCP"},
           Case{"to the target", kPnVerdictBalancerEgressDenied, 0, 1,
                "SecurityGroupBlockedFlowCount_Outbound_TCP"},
       }) {
    SCOPED_TRACE(c.name);
    count({counted(c.verdict)});
    close();
    EXPECT_EQ(sum(kOfEndpoints, "PacketsDropped", kWholeEndpoint), c.dropped);
    EXPECT_EQ(sum(kOfEndpoints, "BytesProcessed", kWholeEndpoint), c.dropped < 0 ? -1 : 0);
    EXPECT_EQ(sum(kOfServices, "RstPacketsSent", kWholeService), c.dropped == 0 ? 1 : -1);
    EXPECT_EQ(sum(kOfBalancers, "TCP_ELB_Reset_Count", kWholeBalancer), c.elb_resets);
    EXPECT_EQ(sum(kOfBalancers, "ProcessedBytes", kWholeBalancer), 0);
    if (c.of_balancer != nullptr) {
      EXPECT_EQ(sum(kOfBalancers, c.of_balancer, kWholeBalancer), 3);
    }
  }
}

TEST_F(TallyTest, Health_checks_are_packets_of_the_load_balancer_only) {
  Counted probe = counted(kPnVerdictProbeAdmitted);
  probe.key.endpoint = 0;
  probe.key.target = 0;
  count({probe});
  close();
  EXPECT_EQ(sum(kOfBalancers, "ProcessedPackets", kWholeBalancer), 3);
  EXPECT_EQ(sum(kOfBalancers, "ProcessedBytes", kWholeBalancer), 0);
  EXPECT_EQ(sum(kOfBalancers, "NewFlowCount", kWholeBalancer), 0);
}

TEST_F(TallyTest, Connections_are_sampled_and_none_is_a_sample_too) {
  pn_meter_key key = counted(kPnVerdictNone).key;
  count({counted(kPnVerdictFlowForwarded)});
  tally_.sample(places_, {{key, 2}});
  key.target = 99;
  tally_.sample(places_, {{key, 3}, {counted(kPnVerdictNone).key, 4}});
  tally_.sample(places_, {});
  close();
  const model::Statistics expected{.samples = 3, .sum = 9, .minimum = 0, .maximum = 7};
  EXPECT_EQ(value(kOfEndpoints, "ActiveConnections", kWholeEndpoint), expected);
  EXPECT_EQ(value(kOfServices, "ActiveConnections", kWholeService), expected);
  EXPECT_EQ(value(kOfBalancers, "ActiveFlowCount", kWholeBalancer), expected);
  EXPECT_EQ(value(kOfBalancers, "ActiveFlowCount_TCP", kWholeBalancer), expected);
  EXPECT_EQ(value(kOfBalancers, "ActiveFlowCount_UDP", kWholeBalancer), std::nullopt);
}

// The client's half of it has no target. [NLB guide: NewFlowCount_TLS, ProcessedBytes_TLS]
TEST_F(TallyTest, A_connection_that_a_TLS_listener_ends_counts_once) {
  const model::World tls = test_world("TLS");
  const Places places(tls, tls);
  Counted client = counted(kPnVerdictFlowForwarded);
  client.key.target = 0;
  Counted first = client;
  first.key.verdict = kPnVerdictRelayAdmitted;
  Counted relayed = counted(kPnVerdictFlowForwarded);
  relayed.key.endpoint = 0;
  Counted relayed_first = relayed;
  relayed_first.key.verdict = kPnVerdictRelayedAdmitted;
  tally_.count(places, {client, first, relayed, relayed_first}, seconds(10));
  tally_.sample(places, {{client.key, 2}, {relayed.key, 2}});
  close();
  EXPECT_EQ(sum(kOfEndpoints, "BytesProcessed", kWholeEndpoint), 300);
  EXPECT_EQ(sum(kOfEndpoints, "NewConnections", kWholeEndpoint), 3);
  EXPECT_EQ(sum(kOfBalancers, "ProcessedBytes", kWholeBalancer), 300);
  EXPECT_EQ(sum(kOfBalancers, "ProcessedBytes_TLS", kWholeBalancer), 300);
  EXPECT_EQ(sum(kOfBalancers, "ProcessedBytes_TCP", kWholeBalancer), -1);
  EXPECT_EQ(sum(kOfBalancers, "NewFlowCount_TLS", kWholeBalancer), 3);
  EXPECT_EQ(sum(kOfBalancers, "NewFlowCount", kWholeBalancer), 3);
  EXPECT_EQ(sum(kOfBalancers, "ActiveFlowCount_TLS", kWholeBalancer), 2);
  EXPECT_EQ(sum(kOfBalancers, "ActiveFlowCount", kWholeBalancer), 2);
}

// [NLB guide: "Always reported"; PrivateLink guide: "The endpoint received traffic during the
// one-minute period"]
TEST_F(TallyTest, Without_traffic_only_load_balancers_have_points) {
  tally_.sample(places_, {});
  close();
  EXPECT_EQ(sum(kOfBalancers, "NewFlowCount", kWholeBalancer), 0);
  EXPECT_EQ(sum(kOfBalancers, "ActiveFlowCount", kWholeBalancer), 0);
  EXPECT_EQ(sum(kOfBalancers, "NewFlowCount_TCP", kWholeBalancer), -1);
  for (const auto& [metric, one] : found_) {
    EXPECT_EQ(metric.name_space, kOfBalancers) << metric.name;
  }
}

TEST_F(TallyTest, Targets_are_counted_by_health) {
  tally_.sample_health(world_, kBegin);
  close();
  for (const Texts& more : {Texts{}, {{"AvailabilityZone", "r-1c"}}}) {
    Texts dimensions = kWholeBalancer;
    dimensions["TargetGroup"] = "targetgroup/tg/fedcba9876543210";
    dimensions.insert(more.begin(), more.end());
    EXPECT_EQ(sum(kOfBalancers, "HealthyHostCount", dimensions), 1);
    EXPECT_EQ(sum(kOfBalancers, "UnHealthyHostCount", dimensions), 0);
  }
}

TEST_F(TallyTest, Connected_endpoints_are_counted_every_five_minutes) {
  close(TimePoint(seconds(300)) - kMinute);
  EXPECT_EQ(sum(kOfServices, "EndpointsCount", kWholeService), 1);
  close(TimePoint(seconds(300)));
  EXPECT_EQ(sum(kOfServices, "EndpointsCount", kWholeService), -1);
}

TEST_F(TallyTest, What_has_gone_meanwhile_is_still_told) {
  const model::World empty;
  tally_.count(Places(world_, empty), {counted(kPnVerdictFlowForwarded)}, seconds(10));
  close();
  EXPECT_EQ(sum(kOfEndpoints, "BytesProcessed", kWholeEndpoint), 300);
  EXPECT_FALSE(Places(empty, empty).knows(counted(0).key));
  EXPECT_TRUE(places_.knows(counted(0).key));
}

}  // namespace
}  // namespace postern::metrics
