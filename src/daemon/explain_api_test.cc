// SPDX-License-Identifier: Apache-2.0
#include "daemon/explain_api.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "dataplane/compile/test_world.h"

namespace postern::daemon {
namespace {

namespace json = boost::json;
using dataplane::Verdict;

// The answer when the program in the kernel says `verdict` to every packet.
std::pair<int, json::object> ask(const std::string& body, Verdict verdict) {
  const auto world = dataplane::tutorial();
  const auto answer = explain_answer(
      world.world(), body,
      {.judge = [verdict](const reference::Packet&) -> Result<Verdict> { return verdict; }});
  return {answer.status, json::parse(answer.json).as_object()};
}

TEST(ExplainApi, Tells_what_the_program_says_beside_what_the_rules_say) {
  const auto [status, answer] =
      ask(R"({"from": "i-client", "to": "vpce-1:80"})", Verdict::EndpointAdmitted);
  EXPECT_EQ(status, 200);
  EXPECT_EQ(answer.at("answer"), "reachable");
  ASSERT_EQ(answer.at("paths").as_array().size(), 2U);
  const json::object& packet = answer.at("paths").at(0).at("packet").as_object();
  EXPECT_EQ(packet.at("verdict"), "EndpointAdmitted");
  EXPECT_EQ(packet.at("agrees"), true);
}

TEST(ExplainApi, Does_not_know_when_the_program_says_another_thing) {
  const auto [status, answer] = ask(R"({"from": "i-client", "to": "vpce-1:80"})", Verdict::NoRoute);
  EXPECT_EQ(status, 200);
  EXPECT_EQ(answer.at("answer"), "unknown");
  EXPECT_EQ(answer.at("paths").at(0).at("packet").at("agrees"), false);
}

TEST(ExplainApi, A_question_that_is_none_is_refused) {
  for (const char* body : {"", "[]", R"({"from": "i-client"})", R"({"from": "", "to": "x"})"}) {
    EXPECT_EQ(ask(body, Verdict::NoRoute).first, 400) << body;
  }
  EXPECT_EQ(
      ask(R"({"from": "i-client", "to": "vpce-1:80", "protocol": "sctp"})", Verdict::NoRoute).first,
      409);
  EXPECT_EQ(ask(R"({"from": "i-nobody", "to": "vpce-1:80"})", Verdict::NoRoute).first, 409);
}

}  // namespace
}  // namespace postern::daemon
