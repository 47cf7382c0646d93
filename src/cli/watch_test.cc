// SPDX-License-Identifier: Apache-2.0
#include "cli/watch.h"

#include <gtest/gtest.h>

namespace postern::cli {
namespace {

namespace json = boost::json;

json::object drop() {
  return {{"number", 7},
          {"time", "2026-11-26T20:00:00.123Z"},
          {"verdict", "EndpointNotAccepted"},
          {"action", "Drop"},
          {"meaning", "the connection is not accepted"},
          {"protocol", "tcp"},
          {"source", "10.0.1.10"},
          {"source_port", 40000},
          {"destination", "10.0.1.100"},
          {"destination_port", 80},
          {"interface", "eni-1"},
          {"instance", "i-1"},
          {"account", "111111111111"}};
}

TEST(Watch, A_line_says_who_sent_what_and_why_it_went_nowhere) {
  EXPECT_EQ(
      event_line(drop()),
      "2026-11-26T20:00:00.123Z Drop EndpointNotAccepted tcp 10.0.1.10:40000 > "
      "10.0.1.100:80, from i-1 (eni-1, account 111111111111): the connection is not accepted");
  json::object broken = drop();
  broken["fault"] = "fault-1";
  broken["fault_about"] = "zone apne1-az4";
  EXPECT_TRUE(event_line(broken).ends_with(
      ": the connection is not accepted; broken on purpose by fault-1 (zone apne1-az4)"));
  json::object known = drop();
  known["to"] = "vpce-1";
  EXPECT_TRUE(event_line(known).ends_with(
      "account 111111111111) to vpce-1: the connection is not accepted"));
  json::object frame = drop();
  for (const char* name : {"source", "interface"}) {
    frame.erase(name);
  }
  EXPECT_EQ(event_line(frame),
            "2026-11-26T20:00:00.123Z Drop EndpointNotAccepted a frame, from the VPC's services: "
            "the connection is not accepted");
}

TEST(Watch, Shows_what_is_asked_for) {
  json::object pass = drop();
  pass["action"] = "Pass";
  EXPECT_TRUE(fits(drop(), {}));
  EXPECT_FALSE(fits(pass, {}));
  EXPECT_TRUE(fits(pass, {.all = true}));
  EXPECT_TRUE(fits(drop(), {.from = "i-1"}));
  EXPECT_TRUE(fits(drop(), {.from = "eni-1"}));
  EXPECT_FALSE(fits(drop(), {.from = "i-2"}));
  EXPECT_TRUE(fits(drop(), {.account = "111111111111"}));
  EXPECT_FALSE(fits(drop(), {.account = "222222222222"}));
  json::object received = drop();
  received["to"] = "vpce-1";
  received["to_interface"] = "eni-2";
  received["to_account"] = "222222222222";
  EXPECT_FALSE(fits(drop(), {.to = "vpce-1"}));
  EXPECT_TRUE(fits(received, {.to = "vpce-1"}));
  EXPECT_TRUE(fits(received, {.to = "eni-2"}));
  EXPECT_FALSE(fits(received, {.to = "vpce-2"}));
  EXPECT_TRUE(fits(received, {.account = "222222222222"}));
}

}  // namespace
}  // namespace postern::cli
