// SPDX-License-Identifier: Apache-2.0
#include "cli/explain_text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace postern::cli {
namespace {

namespace json = boost::json;

json::object explanation(const char* answer) {
  return json::parse(fmt::format(R"({{
    "from": "eni-1", "account": "111111111111", "address": "10.0.1.10", "to": "vpce-1",
    "protocol": "tcp", "port": 80, "answer": "{}",
    "lookup": [{{"step": "source", "resource": "eni-1", "account": "111111111111",
                 "judgement": "passes", "because": "10.0.1.10 in subnet-1", "fixes": []}}],
    "paths": [{{"destination": "10.0.1.100", "zone": "ap-northeast-1a",
      "hops": [{{"step": "connection of the endpoint", "resource": "vpce-1",
                 "account": "111111111111", "judgement": "stops", "because": "its state is rejected",
                 "verdict": "EndpointNotAccepted",
                 "fixes": [{{"account": "222222222222", "command": "aws ec2 accept"}}]}}],
      "targets": [{{"target": "i-1", "port": 8080, "hops": [
                 {{"step": "health of the target", "resource": "i-1", "account": "222222222222",
                   "judgement": "unknown", "because": "not checked yet", "fixes": []}}]}}],
      "packet": {{"verdict": "EndpointNotAccepted", "meaning": "not accepted", "agrees": true}}}}]
  }})",
                                 answer))
      .as_object();
}

TEST(ExplainText, Shows_each_hop_what_stops_it_and_what_to_type) {
  EXPECT_EQ(explain_text(explanation("unreachable")),
            R"(eni-1 (10.0.1.10, account 111111111111) to vpce-1, tcp 80
  ok    source: 10.0.1.10 in subnet-1 [eni-1]

10.0.1.100 in ap-northeast-1a
  STOP  connection of the endpoint: its state is rejected [vpce-1] (EndpointNotAccepted)
        to mend it, as account 222222222222:
          aws ec2 accept
  target i-1:8080
    ?     health of the target: not checked yet [i-1]
  the packet program says EndpointNotAccepted: not accepted

NOT reachable
)");
}

TEST(ExplainText, The_exit_status_is_the_answer) {
  EXPECT_EQ(explain_status(explanation("reachable")), 0);
  EXPECT_EQ(explain_status(explanation("unreachable")), 1);
  EXPECT_EQ(explain_status(explanation("unknown")), 2);
}

}  // namespace
}  // namespace postern::cli
