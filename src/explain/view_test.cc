// SPDX-License-Identifier: Apache-2.0
#include "explain/view.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace postern::explain {
namespace {

namespace json = boost::json;

const model::Id<model::Account> kAda("111111111111");
const model::Id<model::Account> kBob("222222222222");

model::World world_of_instances() {
  model::WorldBuilder world;
  world.put(model::Instance{.id = model::Id<model::Instance>("i-ada"), .owner = kAda});
  world.put(model::Instance{.id = model::Id<model::Instance>("i-bob"), .owner = kBob});
  world.put(model::VpcEndpoint{.id = model::Id<model::VpcEndpoint>("vpce-ada"), .owner = kAda});
  world.put(model::VpcEndpoint{.id = model::Id<model::VpcEndpoint>("vpce-bob"), .owner = kBob});
  model::EndpointService service{.id = model::Id<model::EndpointService>("vpce-svc-open"),
                                 .owner = kBob,
                                 .name = "com.amazonaws.vpce.ap-northeast-1.vpce-svc-open"};
  service.allowed_principals.push_back({.principal = "arn:aws:iam::111111111111:root"});
  world.put(service);
  service.id = model::Id<model::EndpointService>("vpce-svc-shut");
  service.name = "com.amazonaws.vpce.ap-northeast-1.vpce-svc-shut";
  service.allowed_principals.clear();
  world.put(service);
  return world.build();
}

TEST(ExplainView, An_account_asks_from_its_own_to_what_it_can_name) {
  struct Case {
    const char* from;
    const char* to;
    bool may;
  };
  const Case cases[] = {{"i-ada", "vpce-ada:80", true},
                        {"i-ada", "vpce-ada", true},
                        {"i-ada", "10.0.1.10:80", true},
                        {"i-ada", "vpce-1.vpce.example:80", true},
                        {"i-ada", "vpce-bob:80", false},
                        {"i-ada", "i-bob", false},
                        {"i-bob", "10.0.1.10:80", false},
                        {"web", "10.0.1.10:80", false},
                        {"i-ada", "a-load-balancer", false},
                        {"i-ada", "vpce-svc-open", true},
                        {"i-ada", "vpce-svc-shut:80", false},
                        {"i-ada", "com.amazonaws.vpce.ap-northeast-1.vpce-svc-open", true},
                        {"i-ada", "com.amazonaws.vpce.ap-northeast-1.vpce-svc-shut:80", false}};
  const model::World world = world_of_instances();
  for (const Case& c : cases) {
    EXPECT_EQ(check_question(world, kAda, c.from, c.to).has_value(), c.may) << c.from << c.to;
  }
}

TEST(ExplainView, Others_hops_say_only_whether_they_pass) {
  const json::object answer = json::parse(R"({"lookup": [], "paths": [{
      "hops": [{"step": "outbound", "account": "111111111111", "judgement": "passes",
                "resource": "sg-a", "because": "sgr-1 admits it", "fixes": []}],
      "passages": [{"interface": "eni-a", "account": "111111111111"},
                   {"interface": "eni-nlb", "account": "222222222222"}],
      "targets": [{"target": "i-b", "port": 80,
               "passages": [{"interface": "eni-b", "account": "222222222222"}], "hops": [
               {"step": "inbound", "account": "222222222222", "judgement": "stops",
                "resource": "sg-b", "because": "no rule", "verdict": "TargetIngressDenied",
                "fixes": [{"account": "222222222222", "command": "aws"}]}]}],
      "packet": {"verdict": "TargetIngressDenied"}}]})")
                                  .as_object();
  const std::string seen = json::serialize(explain_view(answer, kAda));
  EXPECT_NE(seen.find("sgr-1 admits it"), std::string::npos);
  EXPECT_NE(seen.find("\"judgement\":\"stops\""), std::string::npos);
  EXPECT_NE(seen.find("eni-a"), std::string::npos);
  for (const char* hidden :
       {"eni-b", "eni-nlb", "sg-b", "i-b", "no rule", "TargetIngressDenied", "aws"}) {
    EXPECT_EQ(seen.find(hidden), std::string::npos) << hidden;
  }
}

TEST(ExplainView, Events_are_those_of_the_accounts_own_packets) {
  const json::object answer = json::parse(R"({"next": 7, "lost": 0, "events": [
      {"number": 5, "account": "111111111111", "fault": "fault-1",
       "fault_about": "target i-of-another"}, {"number": 6, "account": "222222222222"},
      {"number": 7}]})")
                                  .as_object();
  EXPECT_EQ(json::serialize(events_view(answer, kAda)),
            R"({"next":7,"lost":0,"events":[{"number":5,"account":"111111111111"}]})");
}

}  // namespace
}  // namespace postern::explain
