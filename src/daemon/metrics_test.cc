// SPDX-License-Identifier: Apache-2.0
#include "daemon/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dataplane/compile/test_world.h"

namespace postern::daemon {
namespace {

using ::testing::HasSubstr;

const model::Id<model::Account> kOwner{"111111111111"};

TEST(Metrics, Packets_and_requests_are_counters_with_their_names) {
  const std::string text = metrics_text(
      model::World(),
      {.version = "1.2",
       .programmed = 7,
       .connections = 12,
       .verdicts =
           {{.verdict = "NoListener", .action = "Drop", .meaning = "", .packets = 3, .bytes = 180}},
       .served = {{"ec2:DescribeVpcs", 5}},
       .unserved = {{"ec2:CreateVolume", 1}}},
      TimePoint{});
  for (const char* line :
       {"postern_build_info{version=\"1.2\"} 1\n", "postern_programmed_revision 7\n",
        "postern_connections 12\n", "# TYPE postern_packets_total counter\n",
        "postern_packets_total{verdict=\"NoListener\",action=\"Drop\"} 3\n",
        "postern_bytes_total{verdict=\"NoListener\",action=\"Drop\"} 180\n",
        "postern_api_requests_total{action=\"ec2:DescribeVpcs\",served=\"true\"} 5\n",
        "postern_api_requests_total{action=\"ec2:CreateVolume\",served=\"false\"} 1\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(Metrics, Resources_are_gauges_by_account_and_state) {
  dataplane::TestWorld made;
  for (const char* id : {"vpce-1", "vpce-2", "vpce-3"}) {
    made.put(model::VpcEndpoint{.id = model::Id<model::VpcEndpoint>(id),
                                .owner = kOwner,
                                .state = id[5] == '3' ? model::EndpointState::PendingAcceptance
                                                      : model::EndpointState::Available});
  }
  const model::Id<model::TargetGroup> group("arn:tg");
  made.put(model::TargetGroup{.id = group, .owner = kOwner, .name = "a \"quoted\" name"});
  made.put(model::Target{.id = model::Id<model::Target>("arn:tg|i-1|80"),
                         .owner = kOwner,
                         .target_group = group,
                         .target_id = "i-1",
                         .port = 80});
  const std::string text = metrics_text(made.world(), {}, TimePoint{});
  EXPECT_THAT(text, HasSubstr("postern_vpc_endpoints{account=\"111111111111\","
                              "state=\"available\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("state=\"pendingAcceptance\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("postern_targets{account=\"111111111111\","
                              "target_group=\"a \\\"quoted\\\" name\",state=\"unused\"} 1\n"));
}

TEST(Metrics, Only_their_own_path_can_be_read) {
  const auto door = metrics_door([] { return Result<std::string>("text"); });
  const auto get = [&](const char* method, const char* target) {
    return door.answer({.method = method, .target = target, .headers = {}, .body = ""});
  };
  EXPECT_EQ(get("GET", "/metrics").body, "text");
  EXPECT_EQ(get("GET", "/metrics").headers[0].value, "text/plain; version=0.0.4");
  EXPECT_EQ(get("GET", "/").status, 404);
  EXPECT_EQ(get("POST", "/metrics").status, 405);
  const auto failing = metrics_door([]() -> Result<std::string> { return unavailable("no map"); });
  EXPECT_EQ(
      failing.answer({.method = "GET", .target = "/metrics", .headers = {}, .body = ""}).status,
      500);
}

}  // namespace
}  // namespace postern::daemon
