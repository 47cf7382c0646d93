// SPDX-License-Identifier: Apache-2.0
// [Reachability Analyzer guide, "Explanation codes"]
#include "api/insights/finding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dataplane/compile/test_world.h"

namespace postern::api::insights {
namespace {

using dataplane::TestWorld;
using dataplane::tutorial;
using testing::HasSubstr;
using Texts = std::vector<std::string>;

model::NetworkInsightsPath path_of(const std::string& source, const std::string& destination,
                                   int port = 80) {
  return {
      .source = source, .destination = destination, .protocol = "tcp", .destination_port = port};
}

Finding find(const TestWorld& world, const model::NetworkInsightsPath& path) {
  const auto found = find_path(world.world(), path);
  EXPECT_TRUE(found) << found.error().message();
  return found.value_or(Finding());
}

Texts codes(const Finding& finding) {
  Texts out;
  for (const ExplanationItem& explanation : finding.explanations) {
    out.push_back(explanation.explanationCode);
  }
  return out;
}

Texts components(const std::vector<PathComponentItem>& path) {
  Texts out;
  for (const PathComponentItem& item : path) {
    out.push_back(item.component.id);
  }
  return out;
}

TEST(Finding, A_way_that_is_open_has_its_components_from_end_to_end) {
  const Finding found = find(tutorial(), path_of("i-client", "vpce-1"));
  EXPECT_TRUE(found.path_found);
  EXPECT_TRUE(found.explanations.empty());
  const Texts ids = components(found.forward_path);
  EXPECT_EQ(ids.front(), "i-client");
  for (const char* part :
       {"eni-i-client", "sg-client", "vpce-1", "sg-endpoint", "sg-nlb", "i-web2", "sg-web"}) {
    EXPECT_THAT(ids, testing::Contains(part));
  }
  EXPECT_EQ(found.forward_path.front().sequenceNumber, 1);
  EXPECT_EQ(found.forward_path.back().sequenceNumber, static_cast<int>(ids.size()));
}

TEST(Finding, Each_thing_that_stops_it_has_its_code) {
  struct Case {
    const char* name;
    std::function<void(TestWorld&)> break_it;
    const char* code;
    int port = 80;
  };
  const std::vector<Case> cases = {
      {"client", [](TestWorld& world) { world.revoke_all("sg-client"); }, "SG_HAS_NO_RULES"},
      {"endpoint",
       [](TestWorld& world) {
         world.revoke_all("sg-endpoint");
         world.allow_in("sg-endpoint", "tcp", 81, "0.0.0.0/0");
       },
       "ENI_SG_RULES_MISMATCH"},
      {"not accepted",
       [](TestWorld& world) { world.set_state("vpce-1", model::EndpointState::PendingAcceptance); },
       "BAD_STATE"},
      {"no listener", [](TestWorld&) {}, "SG_HAS_NO_RULES", 81},
      {"no targets",
       [](TestWorld& world) {
         for (const char* target : {"tg|i-web1|8080", "tg|i-web2|8080"}) {
           world.erase<model::Target>(target);
         }
       },
       "ELBV2_LISTENER_HAS_NO_TG"},
      {"client stopped",
       [](TestWorld& world) {
         world.edit<model::Instance>("i-client", [](model::Instance& instance) {
           instance.state = model::InstanceState::Stopped;
         });
       },
       "BAD_STATE"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    TestWorld world = tutorial();
    c.break_it(world);
    const Finding found = find(world, path_of("i-client", "vpce-1", c.port));
    EXPECT_FALSE(found.path_found);
    EXPECT_TRUE(found.forward_path.empty());
    if (c.port == 80) {
      EXPECT_THAT(codes(found), testing::Contains(c.code));
    } else {
      EXPECT_THAT(codes(found), testing::Contains("ELBV2_LISTENERS_MISMATCH"));
    }
  }
}

// Within a subnet no ACL is asked, so only the endpoint's other address is stopped.
TEST(Finding, An_acl_is_named_with_the_rule_that_denies) {
  TestWorld world = tutorial();
  world.acl("acl-1", "vpc-a");
  world.associate("subnet-a2", "acl-1");
  model::NetworkInsightsPath path = path_of("i-client", "vpce-1");
  EXPECT_TRUE(find(world, path).path_found);
  path.destination_ip = "10.0.2.100";
  const Finding found = find(world, path);
  ASSERT_THAT(codes(found), testing::Contains("SUBNET_ACL_RESTRICTION"));
  EXPECT_EQ(found.explanations.front().acl->id, "acl-1");
  EXPECT_EQ(found.explanations.front().aclRule->ruleNumber, 32767);
  EXPECT_EQ(found.explanations.front().subnet->id, "subnet-a2");
}

// One zone that works is enough: AWS looks for a path, not for all.
TEST(Finding, One_open_way_is_a_path) {
  TestWorld world = tutorial();
  world.revoke_all("sg-web");
  world.group("sg-open", "vpc-b");
  world.allow_in("sg-open", "tcp", 8080, "0.0.0.0/0");
  world.edit<model::NetworkInterface>("eni-i-web2", [](model::NetworkInterface& interface) {
    interface.groups = {model::Id<model::SecurityGroup>("sg-open")};
  });
  const Finding found = find(world, path_of("i-client", "vpce-1"));
  EXPECT_TRUE(found.path_found);
  EXPECT_THAT(components(found.forward_path), testing::Contains("i-web2"));
}

TEST(Finding, What_is_another_accounts_is_neither_shown_nor_asked) {
  TestWorld world = tutorial();
  for (const char* mine : {"sg-client", "sg-endpoint"}) {
    world.edit<model::SecurityGroup>(mine, [](model::SecurityGroup& group) {
      group.owner = model::Id<model::Account>("111111111111");
    });
  }
  for (const char* theirs : {"sg-nlb", "sg-web"}) {
    world.edit<model::SecurityGroup>(theirs, [](model::SecurityGroup& group) {
      group.owner = model::Id<model::Account>("222222222222");
    });
  }
  world.revoke_all("sg-web");
  model::NetworkInsightsPath path = path_of("i-client", "vpce-1");
  path.owner = model::Id<model::Account>("111111111111");
  const Finding found = find(world, path);
  EXPECT_TRUE(found.path_found);
  EXPECT_THAT(found.warning, HasSubstr("another account"));
  EXPECT_THAT(components(found.forward_path), testing::Not(testing::Contains("sg-nlb")));
}

TEST(Finding, Addresses_that_are_not_the_ends_are_restricted) {
  model::NetworkInsightsPath path = path_of("i-client", "vpce-1");
  path.destination_ip = "10.0.1.99";
  EXPECT_EQ(codes(find(tutorial(), path)), Texts{"ENI_ADDRESS_RESTRICTION"});
  path.destination_ip = "10.0.2.100";
  EXPECT_TRUE(find(tutorial(), path).path_found);
  path.source_ip = "10.0.1.99";
  EXPECT_EQ(codes(find(tutorial(), path)), Texts{"ENI_SOURCE_DEST_CHECK_RESTRICTION"});
}

TEST(Finding, Without_a_port_any_that_is_open_will_do) {
  EXPECT_TRUE(find(tutorial(), path_of("i-client", "vpce-1", 0)).path_found);
  TestWorld closed = tutorial();
  closed.revoke_all("sg-endpoint");
  EXPECT_FALSE(find(closed, path_of("i-client", "vpce-1", 0)).path_found);
}

TEST(Finding, By_its_address_alone) {
  model::NetworkInsightsPath path = path_of("i-client", "");
  path.destination_ip = "10.0.9.9";
  EXPECT_EQ(codes(find(tutorial(), path)), Texts{"NO_POSSIBLE_DESTINATION"});
  path.destination_ip = "192.0.2.1";
  EXPECT_EQ(codes(find(tutorial(), path)), Texts{"NO_ROUTE_TO_DESTINATION"});
}

TEST(Finding, A_source_that_is_gone_fails_the_analysis) {
  EXPECT_FALSE(find_path(tutorial().world(), path_of("i-gone", "vpce-1")));
}

}  // namespace
}  // namespace postern::api::insights
