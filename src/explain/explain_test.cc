// SPDX-License-Identifier: Apache-2.0
// The tutorial, broken in one place after the other: what explain says of it.
#include "explain/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "dataplane/compile/test_world.h"

namespace postern::explain {
namespace {

using dataplane::TestWorld;
using dataplane::tutorial;
using dataplane::Verdict;
using model::EndpointState;
using ::testing::HasSubstr;

// The tutorial with what its records have in AWS and the data plane does not ask for.
TestWorld whole_tutorial() {
  TestWorld made = tutorial();
  const auto own = [&]<class T>(const T&, const char* id, const char* account) {
    made.edit<T>(id, [&](T& record) { record.owner = model::Id<model::Account>(account); });
  };
  for (const char* id : {"sg-client", "sg-endpoint"}) {
    own(model::SecurityGroup(), id, "111111111111");
  }
  for (const char* id : {"sg-nlb", "sg-web"}) {
    own(model::SecurityGroup(), id, "222222222222");
  }
  own(model::Vpc(), "vpc-a", "111111111111");
  own(model::VpcEndpoint(), "vpce-1", "111111111111");
  own(model::LoadBalancer(), "nlb", "222222222222");
  own(model::TargetGroup(), "tg", "222222222222");
  made.edit<model::VpcEndpoint>("vpce-1", [](model::VpcEndpoint& endpoint) {
    endpoint.service = model::Id<model::EndpointService>("vpce-svc-1");
  });
  made.put(model::EndpointService{.id = model::Id<model::EndpointService>("vpce-svc-1"),
                                  .owner = model::Id<model::Account>("222222222222")});
  return made;
}

const Hop* first_stop(const Explanation& explanation) {
  const auto in = [](const std::vector<Hop>& hops) -> const Hop* {
    for (const Hop& hop : hops) {
      if (hop.judgement == Judgement::Stops) {
        return &hop;
      }
    }
    return nullptr;
  };
  if (const Hop* hop = in(explanation.lookup)) {
    return hop;
  }
  for (const Path& path : explanation.paths) {
    if (const Hop* hop = in(path.hops)) {
      return hop;
    }
    for (const Branch& branch : path.branches) {
      if (const Hop* hop = in(branch.hops)) {
        return hop;
      }
    }
  }
  return nullptr;
}

TEST(Explain, The_whole_tutorial_passes_with_the_rule_of_each_side) {
  const auto world = whole_tutorial();
  const auto explained = explain(world.world(), ask_of("i-client", "vpce-1:80"));
  ASSERT_TRUE(explained) << explained.error().message();
  EXPECT_EQ(judgement_of(*explained), Judgement::Passes);
  ASSERT_EQ(explained->paths.size(), 2U);
  EXPECT_EQ(explained->paths[0].branches.size(), 1U);
  EXPECT_EQ(explained->paths[0].branches[0].target, "i-web2");  // the same zone by its id
  EXPECT_THAT(verdicts_of(explained->paths[0]), ::testing::ElementsAre(Verdict::EndpointAdmitted));
}

TestWorld with_tls() {
  TestWorld world = whole_tutorial();
  world.put(model::Certificate{.id = model::Id<model::Certificate>("arn:certificate"),
                               .facts = {.domain_name = "api.example.com"}});
  world.edit<model::Listener>("listener-tg", [](model::Listener& listener) {
    listener.protocol = "TLS";
    listener.ssl_policy = "ELBSecurityPolicy-2016-08";
    listener.certificate = model::Id<model::Certificate>("arn:certificate");
  });
  return world;
}

// docs/adr/0021: the client's packet ends at the relay, whose own goes on to a target.
TEST(Explain, A_TLS_listeners_path_has_a_hop_for_the_relay) {
  TestWorld world = with_tls();
  const auto explained = explain(world.world(), ask_of("i-client", "vpce-1"));
  ASSERT_TRUE(explained) << explained.error().message();
  EXPECT_EQ(judgement_of(*explained), Judgement::Passes);
  const Path& path = explained->paths[0];
  const auto relay = std::ranges::find(path.hops, "TLS relay", &Hop::step);
  ASSERT_NE(relay, path.hops.end());
  EXPECT_THAT(relay->because, HasSubstr("ends TLS as api.example.com"));
  EXPECT_EQ(path.branches.size(), 1U);
  EXPECT_THAT(verdicts_of(path), ::testing::ElementsAre(Verdict::RelayAdmitted));

  world.edit<model::SecurityGroup>("sg-web", [](auto& group) { group.rules.clear(); });
  const auto refused = explain(world.world(), ask_of("i-client", "vpce-1"));
  EXPECT_EQ(judgement_of(*refused), Judgement::Stops);
  EXPECT_EQ(first_stop(*refused)->verdict, Verdict::TargetIngressDenied);
  EXPECT_THAT(verdicts_of(refused->paths[0]), ::testing::ElementsAre(Verdict::RelayAdmitted));
}

TEST(Explain, Each_group_of_a_weighted_forward_is_a_way) {
  TestWorld world = whole_tutorial();
  world.share("tg", {{"tg", 3}, {"tg-green", 1}});
  world.edit<model::TargetGroup>("tg-green", [](auto& group) { group.name = "green"; });
  const auto empty = explain(world.world(), ask_of("i-client", "vpce-1:80"));
  EXPECT_EQ(judgement_of(*empty), Judgement::Stops);
  EXPECT_THAT(
      verdicts_of(empty->paths[0]),
      ::testing::UnorderedElementsAre(Verdict::EndpointAdmitted, Verdict::TargetGroupEmpty));
  const auto listening = std::ranges::find(empty->paths[0].hops, "listener", &Hop::step);
  EXPECT_THAT(listening->because, HasSubstr("green (1 of 4)"));
  EXPECT_EQ(empty->paths[0].branches.back().target, "green");
  world.target("tg-green", "i-web1", 8080);
  world.target("tg-green", "i-web2", 8080);
  const auto both = explain(world.world(), ask_of("i-client", "vpce-1:80"));
  EXPECT_EQ(judgement_of(*both), Judgement::Passes);
  EXPECT_EQ(both->paths[0].branches.size(), 2U);
}

// docs/adr/0028
TEST(Explain, Behind_a_load_balancers_application_load_balancer_are_the_targets_of_its_rules) {
  TestWorld world = whole_tutorial();
  world.group("sg-alb", "vpc-b");
  world.application("alb", {{"subnet-b1", "10.0.1.30"}, {"subnet-b2", "10.0.2.30"}}, {"sg-alb"},
                    80);
  world.edit<model::Listener>("listener-tg", [](auto& listener) {
    listener.default_action = model::forward_to(model::Id<model::TargetGroup>("to-alb"));
  });
  world.listener("nlb", "to-alb", "TCP", 81);
  world.target_alb("to-alb", "alb", 80);
  const auto refused = explain(world.world(), ask_of("i-client", "vpce-1:80"));
  ASSERT_TRUE(refused) << refused.error().message();
  EXPECT_EQ(first_stop(*refused)->verdict, Verdict::TargetIngressDenied);
  world.allow_in("sg-alb", "tcp", 80, "sg-nlb");
  const auto admitted = explain(world.world(), ask_of("i-client", "vpce-1:80"));
  EXPECT_EQ(judgement_of(*admitted), Judgement::Passes);
  EXPECT_THAT(verdicts_of(admitted->paths[0]), ::testing::ElementsAre(Verdict::EndpointAdmitted));
  const auto& hops = admitted->paths[0].branches.at(0).hops;
  EXPECT_NE(std::ranges::find(hops, "application load balancer", &Hop::step), hops.end());

  // Its own rules send to a group: first it is empty, then its target refuses the ALB.
  world.group("sg-deep", "vpc-b");
  world.instance("i-deep", "subnet-b1", "10.0.1.50", {"sg-deep"});
  world.listener("nlb", "deep", "TCP", 90);
  world.edit<model::Listener>("listener-deep",
                              [](auto& listener) { listener.default_action = {}; });
  world.edit<model::Listener>("listener-alb", [](auto& listener) {
    listener.default_action = model::forward_to(model::Id<model::TargetGroup>("deep"));
  });
  const auto empty = explain(world.world(), ask_of("i-client", "vpce-1:80"));
  EXPECT_EQ(judgement_of(*empty), Judgement::Stops);
  EXPECT_THAT(first_stop(*empty)->because, HasSubstr("answered with 503"));
  EXPECT_THAT(verdicts_of(empty->paths[0]), ::testing::ElementsAre(Verdict::EndpointAdmitted));
  // Of weight 0 nothing is sent to it.
  world.edit<model::Listener>(
      "listener-alb", [](auto& listener) { listener.default_action.groups.front().weight = 0; });
  EXPECT_EQ(judgement_of(*explain(world.world(), ask_of("i-client", "vpce-1:80"))),
            Judgement::Passes);
  world.edit<model::Listener>(
      "listener-alb", [](auto& listener) { listener.default_action.groups.front().weight = 1; });
  world.target("deep", "i-deep", 8080);
  world.allow_all_out("sg-alb");
  const auto denied = explain(world.world(), ask_of("i-client", "vpce-1:80"));
  EXPECT_EQ(judgement_of(*denied), Judgement::Stops);
  EXPECT_EQ(first_stop(*denied)->subject.interface, "eni-i-deep");
  EXPECT_THAT(verdicts_of(denied->paths[0]), ::testing::ElementsAre(Verdict::EndpointAdmitted));
  world.allow_in("sg-deep", "tcp", 8080, "sg-alb");
  const auto whole = explain(world.world(), ask_of("i-client", "vpce-1:80"));
  EXPECT_EQ(judgement_of(*whole), Judgement::Passes);
  const Branch& way = whole->paths[0].branches.at(0);
  EXPECT_EQ(way.target, "i-deep");
  ASSERT_EQ(way.passages.size(), 2U);
  EXPECT_EQ(way.passages.back().resource, "i-deep");
  const auto dead = explain(world.world(), ask_of("i-client", "vpce-1:80"),
                            {.sockets = nullptr, .relay = [](const auto&) { return false; }});
  EXPECT_THAT(first_stop(*dead)->because, HasSubstr("no HAProxy runs"));
  EXPECT_THAT(verdicts_of(dead->paths[0]), ::testing::ElementsAre(Verdict::EndpointAdmitted));
}

// A zone of a VPC hides the wider ones and those of its own name: it is where a record is missing.
TEST(Explain, The_private_zone_that_a_VPC_has_is_told_from_one_that_it_could_join) {
  TestWorld world = whole_tutorial();
  const auto zone = [&](const char* id, const char* name, const char* vpc, const char* record) {
    model::HostedZone made{.id = model::Id<model::HostedZone>(id),
                           .owner = model::Id<model::Account>("111111111111"),
                           .name = name,
                           .is_private = true,
                           .vpcs = {{.vpc = model::Id<model::Vpc>(vpc)}}};
    if (*record != '\0') {
      made.record_sets[model::record_set_key(record, "A")] = {
          .name = record, .type = "A", .values = {"10.0.1.9"}};
    }
    world.put(made);
  };
  const auto doubt = [&](const char* name) {
    const auto explained = explain(world.world(), ask_of("i-client", std::string(name) + ":80"));
    return explained->lookup.back();
  };
  zone("ZOTHER", "corp.example.", "vpc-other", "db.corp.example.");
  EXPECT_THAT(doubt("db.corp.example").because, HasSubstr("ZOTHER has it, and is not associated"));
  EXPECT_EQ(doubt("db.corp.example").fixes.size(), 1U);
  zone("ZOWN", "corp.example.", "vpc-a", "");
  EXPECT_THAT(doubt("db.corp.example").because, HasSubstr("ZOWN of the VPC has no record of it"));
  EXPECT_TRUE(doubt("db.corp.example").fixes.empty());
  // A more specific one would be asked before its own.
  zone("ZDEEP", "deep.corp.example.", "vpc-other", "db.deep.corp.example.");
  EXPECT_THAT(doubt("db.deep.corp.example").because, HasSubstr("ZDEEP has it"));
}

TEST(Explain, A_public_address_of_the_VPCs_own_is_told_from_another_VPCs) {
  TestWorld world = whole_tutorial();
  world.edit<model::NetworkInterface>(
      "eni-i-web1", [](auto& interface) { interface.public_ip = IpAddress::parse("192.0.2.9"); });
  world.instance("i-near", "subnet-b1", "10.0.1.40", {"sg-web"});
  const auto own = explain(world.world(), ask_of("i-near", "192.0.2.9:80"));
  EXPECT_THAT(first_stop(*own)->because, HasSubstr("the public address of i-web1"));
  EXPECT_THAT(first_stop(*own)->advice, HasSubstr("10.0.1.10"));
  const auto foreign = explain(world.world(), ask_of("i-client", "192.0.2.9:80"));
  EXPECT_THAT(first_stop(*foreign)->advice, HasSubstr("by an endpoint"));
}

TEST(Explain, A_request_to_an_application_load_balancer_may_go_to_any_target_of_its_rules) {
  TestWorld world = whole_tutorial();
  world.instance("i-near", "subnet-b1", "10.0.1.40", {"sg-web"});
  world.group("sg-alb", "vpc-b");
  world.allow_in("sg-alb", "tcp", 80, "sg-web");
  world.allow_all_out("sg-alb");
  world.application("alb", {{"subnet-b1", "10.0.1.30"}, {"subnet-b2", "10.0.2.30"}}, {"sg-alb"},
                    80);
  world.listener("nlb", "http", "TCP", 90);
  world.target("http", "i-web1", 8080);
  world.target("http", "i-web2", 8080);
  world.edit<model::Listener>("listener-http",
                              [](auto& listener) { listener.default_action = {}; });
  world.edit<model::Listener>("listener-alb", [](auto& listener) {
    listener.default_action = {.type = "forward",
                               .groups = {{.group = model::Id<model::TargetGroup>("http")}}};
  });
  const auto refused = explain(world.world(), ask_of("i-near", "10.0.1.30:80"));
  ASSERT_TRUE(refused) << refused.error().message();
  EXPECT_EQ(first_stop(*refused)->verdict, Verdict::TargetIngressDenied);
  EXPECT_EQ(refused->paths[0].branches.size(), 2U);
  world.allow_in("sg-web", "tcp", 8080, "sg-alb");
  const auto admitted = explain(world.world(), ask_of("i-near", "10.0.1.30:80"));
  EXPECT_EQ(judgement_of(*admitted), Judgement::Passes);
  EXPECT_THAT(verdicts_of(admitted->paths[0]), ::testing::ElementsAre(Verdict::RelayAdmitted));
}

TEST(Explain, A_relay_that_does_not_run_is_named) {
  const TestWorld world = with_tls();
  const auto explained = explain(world.world(), ask_of("i-client", "vpce-1"),
                                 {.sockets = nullptr, .relay = [](const auto&) { return false; }});
  EXPECT_EQ(judgement_of(*explained), Judgement::Stops);
  EXPECT_EQ(first_stop(*explained)->step, "TLS relay");
  EXPECT_THAT(first_stop(*explained)->because, HasSubstr("no HAProxy runs"));
}

TEST(Explain, The_port_of_the_only_listener_need_not_be_said) {
  const auto world = whole_tutorial();
  const auto explained = explain(world.world(), ask_of("i-client", "vpce-1"));
  ASSERT_TRUE(explained) << explained.error().message();
  EXPECT_EQ(explained->traffic.port, 80);
}

struct Broken {
  const char* name;
  std::function<void(TestWorld&)> how;
  const char* step;
  std::optional<Verdict> verdict;
  const char* because;
  const char* fix;  // "": none
  const char* to = "vpce-1:80";
};

class ExplainBroken : public ::testing::TestWithParam<Broken> {};

TEST_P(ExplainBroken, Names_the_cause_and_what_mends_it) {
  const Broken& broken = GetParam();
  TestWorld world = whole_tutorial();
  broken.how(world);
  const auto explained = explain(world.world(), ask_of("i-client", broken.to));
  ASSERT_TRUE(explained) << explained.error().message();
  EXPECT_EQ(judgement_of(*explained), Judgement::Stops);
  const Hop* stop = first_stop(*explained);
  ASSERT_NE(stop, nullptr);
  EXPECT_EQ(stop->step, broken.step);
  EXPECT_EQ(stop->verdict, broken.verdict);
  EXPECT_THAT(stop->because, HasSubstr(broken.because));
  ASSERT_EQ(stop->fixes.empty(), std::string(broken.fix).empty());
  if (!stop->fixes.empty()) {
    EXPECT_THAT(stop->fixes[0].command, HasSubstr(broken.fix));
  }
}

void revoke(const char* group, bool egress, TestWorld& world) {
  world.edit<model::SecurityGroup>(group, [egress](model::SecurityGroup& record) {
    std::erase_if(record.rules, [egress](const auto& rule) { return rule.egress == egress; });
  });
}

model::Fault fault_of(const std::string& interface) {
  return {.id = model::Id<model::Fault>("fault-1"), .subject = interface, .about = "eni of a test"};
}

std::function<void(TestWorld&)> cut(const std::string& interface) {
  return [interface](TestWorld& world) { world.put(fault_of(interface)); };
}

// An ACL for subnet-a2, between which and the client's subnet it is asked.
void give_acl(TestWorld& world, const std::vector<model::NetworkAclEntry>& entries) {
  world.acl("acl-x", "vpc-a");
  for (const model::NetworkAclEntry& entry : entries) {
    world.set_entry("acl-x", entry);
  }
  world.associate("subnet-a2", "acl-x");
}

model::NetworkAclEntry acl_rule(int number, bool egress, int from, int to, bool allow) {
  return {.rule_number = number,
          .egress = egress,
          .protocol = 6,
          .allow = allow,
          .cidr = *Cidr::parse("10.0.0.0/16"),
          .from = from,
          .to = to};
}

INSTANTIATE_TEST_SUITE_P(
    NetworkAcls, ExplainBroken,
    ::testing::Values(
        Broken{
            "empty", [](TestWorld& w) { give_acl(w, {}); },
            "network ACL of the endpoint's subnet, inbound", Verdict::EndpointAclDenied,
            "no rule of acl-x allows tcp 80 from 10.0.1.10",
            "aws ec2 create-network-acl-entry --network-acl-id acl-x --ingress --rule-number 100 "
            "--protocol tcp --port-range From=80,To=80 --cidr-block 10.0.1.10/32 "
            "--rule-action allow",
            "10.0.2.100:80"},
        Broken{"denied_before_it_is_allowed",
               [](TestWorld& w) {
                 give_acl(w, {acl_rule(90, false, 80, 90, false), acl_rule(89, false, 22, 22, true),
                              acl_rule(100, false, 0, 65535, true)});
               },
               "network ACL of the endpoint's subnet, inbound", Verdict::EndpointAclDenied,
               "rule 90 of acl-x denies tcp 80 from 10.0.1.10", "--rule-number 88",
               "10.0.2.100:80"},
        Broken{"no_way_back",
               [](TestWorld& w) { give_acl(w, {acl_rule(100, false, 0, 65535, true)}); },
               "network ACL of the endpoint's subnet, outbound, for the answers", std::nullopt,
               "no rule of acl-x allows tcp 32768-60999 to 10.0.1.10",
               "--egress --rule-number 100 --protocol tcp --port-range From=32768,To=60999",
               "10.0.2.100:80"}),
    [](const auto& row) { return row.param.name; });

// VPCs may have the same addresses: a node that has the client's own is still the node.
TEST(Explain, A_client_behind_an_endpoint_may_have_the_nodes_address) {
  TestWorld world = whole_tutorial();
  world.instance("i-twin", "subnet-a2", "10.0.2.20", {"sg-client"});
  world.edit<model::LoadBalancer>("nlb", [](model::LoadBalancer& nlb) {
    nlb.attributes["load_balancing.cross_zone.enabled"] = "true";
  });
  world.acl("acl-b", "vpc-b");
  world.set_entry("acl-b", acl_rule(100, false, 0, 65535, true));
  world.set_entry("acl-b", acl_rule(100, true, 32768, 60999, true));
  world.associate("subnet-b1", "acl-b");
  const auto explained = explain(world.world(), ask_of("i-twin", "10.0.1.100:80"));
  ASSERT_TRUE(explained) << explained.error().message();
  const auto is_of_the_node = [](const Hop& hop) {
    return hop.judgement == Judgement::Unknown &&
           hop.because.starts_with("it allows only some of tcp 1024-65535 to 10.0.2.20");
  };
  EXPECT_TRUE(std::ranges::any_of(explained->paths[0].branches, [&](const Branch& branch) {
    return std::ranges::any_of(branch.hops, is_of_the_node);
  }));
}

TEST(Explain, An_ACL_that_lets_some_answers_pass_is_a_coin_toss) {
  TestWorld world = whole_tutorial();
  give_acl(world, {acl_rule(100, false, 80, 80, true), acl_rule(100, true, 1024, 50000, true)});
  const auto explained = explain(world.world(), ask_of("i-client", "10.0.2.100:80"));
  ASSERT_TRUE(explained) << explained.error().message();
  EXPECT_EQ(judgement_of(*explained), Judgement::Unknown);
  EXPECT_EQ(verdicts_of(explained->paths[0]), std::vector{Verdict::EndpointAdmitted});
  const std::vector<Hop>& hops = explained->paths[0].branches[0].hops;
  const auto half = std::ranges::find(hops, Judgement::Unknown, &Hop::judgement);
  ASSERT_NE(half, hops.end());
  EXPECT_EQ(
      half->because,
      "it allows only some of tcp 32768-60999 to 10.0.1.10: no rule of acl-x allows tcp 50001");
}

TEST(Explain, An_ACL_is_asked_neither_within_its_subnet_nor_if_it_allows_everything) {
  TestWorld world = whole_tutorial();
  give_acl(world, {});
  const auto within = explain(world.world(), ask_of("i-client", "10.0.1.100:80"));
  ASSERT_TRUE(within) << within.error().message();
  EXPECT_EQ(judgement_of(*within), Judgement::Passes);
  for (const bool egress : {true, false}) {
    auto all = acl_rule(100, egress, -1, -1, true);
    all.protocol = -1;
    all.cidr = *Cidr::parse("0.0.0.0/0");
    world.set_entry("acl-x", all);
  }
  const auto through = explain(world.world(), ask_of("i-client", "10.0.2.100:80"));
  ASSERT_TRUE(through) << through.error().message();
  EXPECT_EQ(judgement_of(*through), Judgement::Passes);
}

INSTANTIATE_TEST_SUITE_P(
    Tutorial, ExplainBroken,
    ::testing::Values(
        Broken{"client_may_not_leave", [](TestWorld& w) { revoke("sg-client", true, w); },
               "outbound rules of the source", Verdict::SourceEgressDenied,
               "no outbound rule of sg-client admits tcp 80 to 10.0.1.100 (sg-endpoint)",
               "aws ec2 authorize-security-group-egress --group-id sg-client --ip-permissions "
               "'IpProtocol=tcp,FromPort=80,ToPort=80,UserIdGroupPairs=[{GroupId=sg-endpoint}]'"},
        Broken{"not_accepted",
               [](TestWorld& w) { w.set_state("vpce-1", EndpointState::PendingAcceptance); },
               "connection of the endpoint", Verdict::EndpointNotAccepted,
               "pendingAcceptance: 222222222222 has not accepted it",
               "aws ec2 accept-vpc-endpoint-connections --service-id vpce-svc-1 "
               "--vpc-endpoint-ids vpce-1"},
        Broken{"rejected", [](TestWorld& w) { w.set_state("vpce-1", EndpointState::Rejected); },
               "connection of the endpoint", Verdict::EndpointNotAccepted, "rejected",
               "accept-vpc-endpoint-connections"},
        Broken{"being_deleted",
               [](TestWorld& w) { w.set_state("vpce-1", EndpointState::Deleting); },
               "connection of the endpoint", Verdict::EndpointNotAccepted, "deleting", ""},
        Broken{"endpoint_group_admits_nobody",
               [](TestWorld& w) { revoke("sg-endpoint", false, w); },
               "inbound rules of the endpoint", Verdict::EndpointIngressDenied,
               "no inbound rule of sg-endpoint admits tcp 80 from 10.0.1.10 (sg-client)",
               "authorize-security-group-ingress --group-id sg-endpoint"},
        Broken{"no_common_zone",
               [](TestWorld& w) {
                 w.edit<model::LoadBalancer>("nlb", [](auto& nlb) { nlb.zones.pop_back(); });
               },
               "load balancer in the endpoint's zone", Verdict::EndpointWithoutNode, "apne1-az4",
               "aws elbv2 set-subnets --load-balancer-arn nlb --subnets subnet-b1 subnet-b2"},
        Broken{"wrong_port", [](TestWorld&) {}, "inbound rules of the endpoint",
               Verdict::EndpointIngressDenied, "tcp 8080", "FromPort=8080", "vpce-1:8080"},
        Broken{"no_listener",
               [](TestWorld& w) {
                 w.edit<model::Listener>("listener-tg", [](auto& listener) { listener.port = 81; });
               },
               "listener", Verdict::NoListener, "does not listen on tcp 80; its listeners: TCP 81",
               "aws elbv2 create-listener --load-balancer-arn nlb --protocol TCP --port 80 "
               "--default-actions Type=forward,TargetGroupArn=tg"},
        Broken{"nlb_still_provisioning",
               [](TestWorld& w) {
                 w.edit<model::LoadBalancer>(
                     "nlb", [](auto& nlb) { nlb.state = model::LoadBalancerState::Provisioning; });
               },
               "listener", Verdict::NoListener, "provisioning", ""},
        Broken{"nlb_group_admits_nobody", [](TestWorld& w) { revoke("sg-nlb", false, w); },
               "inbound rules of the load balancer", Verdict::BalancerIngressDenied,
               "no inbound rule of sg-nlb admits tcp 80 from 10.0.1.10",
               "--group-id sg-nlb --ip-permissions "
               "'IpProtocol=tcp,FromPort=80,ToPort=80,IpRanges=[{CidrIp=10.0.1.10/32}]'"},
        Broken{"nlb_may_not_leave", [](TestWorld& w) { revoke("sg-nlb", true, w); },
               "outbound rules of the load balancer", Verdict::BalancerEgressDenied, "tcp 8080",
               "authorize-security-group-egress --group-id sg-nlb"},
        Broken{"target_group_of_rules_does_not_admit_the_nlb",
               [](TestWorld& w) { revoke("sg-web", false, w); }, "inbound rules of the target",
               Verdict::TargetIngressDenied, "no inbound rule of sg-web admits tcp 8080",
               "--group-id sg-web --ip-permissions "
               "'IpProtocol=tcp,FromPort=8080,ToPort=8080,UserIdGroupPairs=[{GroupId=sg-nlb}]'"},
        Broken{"nothing_registered",
               [](TestWorld& w) {
                 w.erase<model::Target>("tg|i-web1|8080");
                 w.erase<model::Target>("tg|i-web2|8080");
               },
               "targets", Verdict::TargetGroupEmpty, "no target is registered",
               "aws elbv2 register-targets --target-group-arn tg --targets Id=i-web1"},
        Broken{"target_in_another_zone",
               [](TestWorld& w) { w.erase<model::Target>("tg|i-web2|8080"); }, "targets",
               Verdict::ZoneWithoutTargets, "cross-zone load balancing is off",
               "Key=load_balancing.cross_zone.enabled,Value=true"},
        Broken{"the_endpoints_interface_has_failed", cut("eni-vpce-1-subnet-a1"), "fault",
               Verdict::DestinationUnknown,
               "eni-vpce-1-subnet-a1 is broken on purpose: fault-1 (eni of a test)",
               "postern fault clear fault-1"},
        Broken{"the_node_has_failed", cut("eni-nlb-subnet-b2"), "fault", Verdict::EndpointMissing,
               "eni-nlb-subnet-b2 is broken on purpose", "postern fault clear fault-1"},
        Broken{"the_target_has_failed", cut("eni-i-web2"), "fault", Verdict::TargetMissing,
               "eni-i-web2 is broken on purpose", "postern fault clear fault-1"},
        Broken{"the_client_has_failed", cut("eni-i-client"), "fault", std::nullopt,
               "eni-i-client is broken on purpose", "postern fault clear fault-1"},
        Broken{"nobody_there", [](TestWorld&) {}, "destination", Verdict::DestinationUnknown,
               "nothing in the VPC has the address 10.0.1.99", "", "10.0.1.99:80"},
        Broken{"outside", [](TestWorld&) {}, "route", Verdict::NoRoute,
               "192.0.2.1 is outside the VPC's 10.0.0.0/16", "", "192.0.2.1:80"},
        Broken{"client_is_stopped",
               [](TestWorld& w) {
                 w.edit<model::Instance>("i-client",
                                         [](auto& i) { i.state = model::InstanceState::Stopped; });
               },
               "source", std::nullopt, "i-client is stopped", ""},
        Broken{"targets_are_stopped",
               [](TestWorld& w) {
                 for (const char* id : {"i-web1", "i-web2"}) {
                   w.edit<model::Instance>(
                       id, [](auto& i) { i.state = model::InstanceState::Stopped; });
                 }
               },
               "targets", Verdict::ZoneWithoutTargets, "i-web1: Target is in the stopped state",
               ""},
        Broken{"targets_are_draining",
               [](TestWorld& w) {
                 for (const char* id : {"tg|i-web1|8080", "tg|i-web2|8080"}) {
                   w.edit<model::Target>(id, [](auto& target) {
                     target.draining_until = TimePoint{std::chrono::seconds(100)};
                   });
                 }
               },
               "targets", Verdict::TargetGroupEmpty, "Target deregistration is in progress",
               "register-targets"},
        Broken{"the_service_is_deleted",
               [](TestWorld& w) {
                 w.set_state("vpce-1", EndpointState::Failed);
                 w.erase<model::EndpointService>("vpce-svc-1");
               },
               "connection of the endpoint", Verdict::EndpointNotAccepted,
               "its service vpce-svc-1 is deleted", ""},
        Broken{"the_servers_own_address", [](TestWorld&) {}, "destination",
               Verdict::DestinationUnknown, "nothing in the VPC has the address 10.0.2.10", "",
               "10.0.2.10:8080"},
        Broken{"straight_to_the_other_vpc", [](TestWorld&) {}, "VPC", std::nullopt,
               "i-web1 is in vpc-b", "", "i-web1:8080"}),
    [](const auto& row) { return row.param.name; });

TEST(Explain, An_address_of_the_other_side_is_named_as_such) {
  const TestWorld world = whole_tutorial();
  const auto explained = explain(world.world(), ask_of("i-client", "10.0.2.10:8080"));
  ASSERT_TRUE(explained) << explained.error().message();
  const Hop& last = explained->paths[0].hops.back();
  EXPECT_EQ(last.step, "the same address behind an endpoint");
  EXPECT_EQ(last.account, "222222222222");
  EXPECT_THAT(last.because, HasSubstr("i-web2 has 10.0.2.10, in vpc-b behind vpce-1"));
  EXPECT_EQ(last.advice, "ask for vpce-1 instead");
}

TEST(Explain, A_route_that_leads_nowhere_is_named_the_longest_first) {
  TestWorld world = whole_tutorial();
  world.put(
      model::RouteTable{.id = model::Id<model::RouteTable>("rtb-1"),
                        .routes = {{.cidr = Cidr::parse("0.0.0.0/0"), .target = "igw-1"},
                                   {.cidr = Cidr::parse("192.0.2.0/24"), .target = "nat-1"}}});
  world.edit<model::Vpc>("vpc-a", [](model::Vpc& vpc) {
    vpc.main_route_table_id = model::Id<model::RouteTable>("rtb-1");
  });
  const auto explained = explain(world.world(), ask_of("i-client", "192.0.2.1:80"));
  ASSERT_TRUE(explained) << explained.error().message();
  ASSERT_NE(first_stop(*explained), nullptr);
  EXPECT_EQ(first_stop(*explained)->resource, "rtb-1");
  EXPECT_THAT(first_stop(*explained)->because,
              HasSubstr("rtb-1 sends it to nat-1 by the route for 192.0.2.0/24"));
}

TEST(Explain, A_service_is_asked_for_by_the_endpoint_to_it_or_told_how_to_get_one) {
  TestWorld world = whole_tutorial();
  EXPECT_EQ(explain(world.world(), ask_of("i-client", "vpce-svc-1:80"))->paths.size(), 2U);
  world.erase<model::VpcEndpoint>("vpce-1");
  world.edit<model::EndpointService>("vpce-svc-1", [](model::EndpointService& service) {
    service.name = "com.amazonaws.vpce.ap-northeast-1.vpce-svc-1";
    service.zone_ids = {"apne1-az4"};
  });
  world.edit<model::NetworkInterface>("eni-i-client", [](model::NetworkInterface& interface) {
    interface.owner = model::Id<model::Account>("111111111111");
  });
  const auto explained = explain(world.world(), ask_of("i-client", "vpce-svc-1:80"));
  ASSERT_TRUE(explained) << explained.error().message();
  ASSERT_EQ(explained->lookup.size(), 3U);
  EXPECT_EQ(explained->lookup[1].step, "allowed principals of the service");
  EXPECT_EQ(explained->lookup[1].judgement, Judgement::Stops);
  EXPECT_THAT(explained->lookup[1].fixes.at(0).command,
              HasSubstr("--service-id vpce-svc-1 --add-allowed-principals "
                        "arn:aws:iam::111111111111:root"));
  EXPECT_THAT(
      explained->lookup[2].fixes.at(0).command,
      HasSubstr("--service-name com.amazonaws.vpce.ap-northeast-1.vpce-svc-1 --vpc-id vpc-a "
                "--subnet-ids subnet-a1 --security-group-ids sg-client"));
}

// What of `sockets` listens behind each instance.
Sight sight_of(std::vector<Socket> sockets) {
  return {.sockets = [sockets = std::move(sockets)](const model::NetworkInterface&) {
    return std::optional(sockets);
  }};
}

TEST(Explain, A_port_that_nothing_listens_on_stops_and_names_the_one_that_is) {
  const TestWorld world = whole_tutorial();
  const auto at = [&](const IpAddress& address, std::uint16_t port) {
    return explain(world.world(), ask_of("i-client", "vpce-1:80"), sight_of({{6, address, port}}));
  };
  EXPECT_EQ(judgement_of(*at(IpAddress::v4(0), 8080)), Judgement::Passes);
  EXPECT_EQ(judgement_of(*at(IpAddress(), 8080)), Judgement::Passes);  // of both families

  const auto other = at(IpAddress::v4(0), 80);
  ASSERT_NE(first_stop(*other), nullptr);
  EXPECT_EQ(first_stop(*other)->step, "what listens on the target");
  EXPECT_EQ(first_stop(*other)->verdict, std::nullopt);
  EXPECT_EQ(first_stop(*other)->because, "nothing listens on tcp 8080; tcp 80 is listened on");
  ASSERT_EQ(first_stop(*other)->fixes.size(), 2U);
  EXPECT_EQ(first_stop(*other)->fixes[0].command,
            "aws elbv2 register-targets --target-group-arn tg --targets Id=i-web2,Port=80");
  EXPECT_EQ(first_stop(*other)->fixes[1].command,
            "aws elbv2 deregister-targets --target-group-arn tg --targets Id=i-web2,Port=8080");

  const auto loopback = at(*IpAddress::parse("127.0.0.1"), 8080);
  ASSERT_NE(first_stop(*loopback), nullptr);
  EXPECT_THAT(first_stop(*loopback)->because, HasSubstr("at the loopback address only"));
  EXPECT_THAT(first_stop(*loopback)->advice, HasSubstr("bind the service to 0.0.0.0"));
}

TEST(Explain, Health_checks_that_ask_a_port_of_nobodys_are_told_where_to_ask) {
  TestWorld world = whole_tutorial();
  for (const char* id : {"tg|i-web1|8080", "tg|i-web2|8080"}) {
    world.edit<model::Target>(
        id, [](model::Target& target) { target.verdict = model::HealthVerdict::Unhealthy; });
  }
  world.edit<model::TargetGroup>("tg", [](auto& group) { group.health_check.port = "9000"; });
  world.allow_in("sg-web", "tcp", 9000, "sg-nlb");
  const auto explained = explain(world.world(), ask_of("i-client", "vpce-1:80"),
                                 sight_of({{6, IpAddress::v4(0), 8080}}));
  ASSERT_TRUE(explained);
  EXPECT_EQ(judgement_of(*explained), Judgement::Unknown);
  const Hop& health = explained->paths[0].branches[0].hops.back();
  EXPECT_THAT(health.because, HasSubstr("nothing listens on port 9000, which they ask"));
  ASSERT_EQ(health.fixes.size(), 1U);
  EXPECT_EQ(health.fixes[0].command,
            "aws elbv2 modify-target-group --target-group-arn tg --health-check-port traffic-port");
}

// [NLB guide, "Connection idle timeout": the next packet after it is answered with a RST]
TEST(Explain, A_connection_that_was_idle_for_too_long_is_reset) {
  TestWorld world = whole_tutorial();
  world.edit<model::Listener>("listener-tg", [](model::Listener& listener) {
    listener.attributes["tcp.idle_timeout.seconds"] = "60";
  });
  Ask ask = ask_of("i-client", "vpce-1:80");
  ask.established = true;
  const auto explained = explain(world.world(), ask);
  ASSERT_TRUE(explained) << explained.error().message();
  ASSERT_NE(first_stop(*explained), nullptr);
  EXPECT_EQ(first_stop(*explained)->verdict, Verdict::ResetNoFlow);
  EXPECT_THAT(first_stop(*explained)->because, HasSubstr("after 60 silent seconds"));
  EXPECT_THAT(first_stop(*explained)->advice, HasSubstr("keep-alives"));
  EXPECT_THAT(first_stop(*explained)->advice, HasSubstr("tcp.idle_timeout.seconds"));
}

TEST(Explain, Losses_and_delays_stop_nothing_and_are_named_where_they_are) {
  TestWorld world = whole_tutorial();
  model::Fault loss = fault_of("eni-i-client");
  loss.loss_percent = 10;
  world.put(loss);
  model::Fault both = fault_of("eni-i-web2");
  both.id = model::Id<model::Fault>("fault-2");
  both.loss_percent = 5;
  both.delay_ms = 30;
  world.put(both);
  const auto explained = explain(world.world(), ask_of("i-client", "vpce-1:80"));
  ASSERT_TRUE(explained) << explained.error().message();
  EXPECT_EQ(judgement_of(*explained), Judgement::Passes);
  const Hop& at_source = explained->lookup.back();
  EXPECT_THAT(at_source.because,
              HasSubstr("fault-1 (eni of a test): 10 % of its packets are lost"));
  EXPECT_EQ(at_source.fixes.at(0).command, "postern fault clear fault-1");
  EXPECT_THAT(explained->paths[0].branches[0].hops[1].because,
              HasSubstr("5 % of its packets are lost, what it is sent is 30 ms late"));
}

// [PrivateLink guide, "Cross-Region access"]
TEST(Explain, A_service_of_another_region_has_to_be_offered_in_this_one) {
  TestWorld world = whole_tutorial();
  world.erase<model::VpcEndpoint>("vpce-1");
  world.edit<model::NetworkInterface>("eni-i-client",
                                      [](auto& client) { client.region = "eu-west-1"; });
  const auto in_region = [&](std::vector<std::string> supported) {
    world.edit<model::EndpointService>("vpce-svc-1", [&](model::EndpointService& service) {
      service.region = "us-east-1";
      service.name = "com.amazonaws.vpce.us-east-1.vpce-svc-1";
      service.supported_regions = std::move(supported);
    });
    return explain(world.world(), ask_of("i-client", "vpce-svc-1:80")).value().lookup;
  };
  const auto find = [](const std::vector<Hop>& hops, std::string_view step) {
    return std::ranges::find(hops, step, &Hop::step);
  };
  std::vector<Hop> hops = in_region({});
  const auto offer = find(hops, "Regions that the service supports");
  ASSERT_NE(offer, hops.end());
  EXPECT_EQ(offer->judgement, Judgement::Stops);
  EXPECT_EQ(offer->fixes.front().command,
            "aws ec2 modify-vpc-endpoint-service-configuration --service-id vpce-svc-1 "
            "--add-supported-regions eu-west-1 --region us-east-1");
  hops = in_region({"eu-west-1"});
  EXPECT_EQ(find(hops, "Regions that the service supports"), hops.end());
}

// [the same]
TEST(Explain, An_endpoint_to_another_region_enters_a_zone_there) {
  TestWorld world = whole_tutorial();
  world.edit<model::NetworkInterface>("eni-i-client",
                                      [](auto& client) { client.region = "eu-west-1"; });
  world.edit<model::EndpointService>("vpce-svc-1",
                                     [](auto& service) { service.region = "us-east-1"; });
  world.edit<model::VpcEndpoint>("vpce-1", [](model::VpcEndpoint& endpoint) {
    endpoint.region = "eu-west-1";
    endpoint.service_name = "com.amazonaws.vpce.us-east-1.vpce-svc-1";
    for (model::EndpointSubnet& subnet : endpoint.subnets) {
      subnet.remote_zone_id = std::exchange(subnet.zone_id, "euw1-az1");
    }
  });
  const auto passes = explain(world.world(), ask_of("i-client", "vpce-1:80"));
  EXPECT_EQ(judgement_of(*passes), Judgement::Passes);
  EXPECT_NE(
      std::ranges::find(passes->paths[0].hops, "load balancer in the service's region", &Hop::step),
      passes->paths[0].hops.end());
  world.set_state("vpce-1", EndpointState::PendingAcceptance);
  const auto waits = explain(world.world(), ask_of("i-client", "vpce-1:80"));
  EXPECT_EQ(first_stop(*waits)->fixes.front().command,
            "aws ec2 accept-vpc-endpoint-connections --service-id vpce-svc-1 --vpc-endpoint-ids "
            "vpce-1 --region us-east-1");
}

TEST(Explain, Whatever_stops_says_what_to_type_or_what_to_do) {
  // A command is refused to nobody: where there is none, there is advice.
  const TestWorld world = whole_tutorial();
  for (const char* to :
       {"10.0.1.99:80", "10.0.1.1:80", "192.0.2.1:80", "i-web1:8080", "10.0.2.10:8080"}) {
    const auto explained = explain(world.world(), ask_of("i-client", to));
    ASSERT_TRUE(explained) << to;
    const Hop* stop = first_stop(*explained);
    ASSERT_NE(stop, nullptr) << to;
    EXPECT_FALSE(stop->fixes.empty() && stop->advice.empty()) << to;
  }
}

TEST(Explain, An_endpoint_does_not_answer_ping) {
  TestWorld world = whole_tutorial();
  Ask ask = ask_of("i-client", "vpce-1");
  ask.protocol = "icmp";
  const auto explained = explain(world.world(), ask);
  ASSERT_TRUE(explained) << explained.error().message();
  ASSERT_NE(first_stop(*explained), nullptr);
  EXPECT_EQ(first_stop(*explained)->verdict, Verdict::EndpointIcmp);
}

TEST(Explain, A_rule_about_a_prefix_list_admits_whom_the_list_has_now) {
  TestWorld world = whole_tutorial();
  world.prefix_list("pl-x", {{.entries = {{.cidr = *Cidr::parse("10.0.1.0/24")}}}});
  world.edit<model::SecurityGroup>("sg-endpoint", [](model::SecurityGroup& group) {
    group.rules[0].group.reset();
    group.rules[0].prefix_list = model::Id<model::PrefixList>("pl-x");
  });
  const auto admitted = explain(world.world(), ask_of("i-client", "vpce-1:80"));
  ASSERT_TRUE(admitted) << admitted.error().message();
  EXPECT_EQ(judgement_of(*admitted), Judgement::Passes);
  EXPECT_TRUE(std::ranges::any_of(admitted->paths[0].hops, [](const Hop& hop) {
    return hop.because.ends_with("admits tcp 80 from pl-x");
  }));
  world.edit<model::PrefixList>(
      "pl-x", [](model::PrefixList& list) { list.versions.push_back({.version = 2}); });
  const auto stopped = explain(world.world(), ask_of("i-client", "vpce-1:80"));
  ASSERT_TRUE(stopped) << stopped.error().message();
  ASSERT_NE(first_stop(*stopped), nullptr);
  EXPECT_EQ(first_stop(*stopped)->verdict, Verdict::EndpointIngressDenied);
}

TEST(Explain, A_failing_health_check_names_the_rule_that_stops_it) {
  TestWorld world = whole_tutorial();
  for (const char* id : {"tg|i-web1|8080", "tg|i-web2|8080"}) {
    world.edit<model::Target>(
        id, [](model::Target& target) { target.verdict = model::HealthVerdict::Unhealthy; });
  }
  world.edit<model::TargetGroup>("tg", [](auto& group) { group.health_check.port = "9000"; });
  const auto explained = explain(world.world(), ask_of("i-client", "vpce-1:80"));
  ASSERT_TRUE(explained);
  EXPECT_EQ(judgement_of(*explained), Judgement::Unknown);
  const Hop& health = explained->paths[0].branches[0].hops.back();
  EXPECT_EQ(health.step, "health of the target");
  EXPECT_THAT(health.because, HasSubstr("no inbound rule of sg-web admits tcp 9000"));
  ASSERT_EQ(health.fixes.size(), 1U);
  EXPECT_THAT(health.fixes[0].command, HasSubstr("FromPort=9000"));
}

TEST(Explain, What_is_not_there_is_refused_by_its_name) {
  const auto world = whole_tutorial();
  for (const auto& [from, to] :
       {std::pair("i-none", "vpce-1:80"), std::pair("i-client", "vpce-9:80"),
        std::pair("i-client", "10.0.1.99")}) {
    const auto explained = explain(world.world(), ask_of(from, to));
    ASSERT_FALSE(explained) << from << " " << to;
    EXPECT_EQ(explained.error().kind(), ErrorKind::Refusal);
  }
}

TEST(Explain, A_path_of_each_family_is_explained_to_who_has_both) {
  TestWorld world = whole_tutorial();
  EXPECT_EQ(explain(world.world(), ask_of("i-client", "vpce-1:80"), {})->paths.size(), 2U);
  world.add_ipv6();
  const auto explanation = explain(world.world(), ask_of("i-client", "vpce-1:80"), {});
  ASSERT_TRUE(explanation);
  EXPECT_EQ(explanation->paths.size(), 4U);
  const Hop* stop = first_stop(*explanation);
  ASSERT_NE(stop, nullptr);
  EXPECT_EQ(stop->verdict, Verdict::SourceEgressDenied);
  ASSERT_EQ(stop->fixes.size(), 1U);
  EXPECT_THAT(stop->fixes[0].command, HasSubstr("UserIdGroupPairs=[{GroupId=sg-endpoint}]"));
  world.allow("sg-client", true, "-1", {}, "::/0");
  world.edit<model::SecurityGroup>("sg-nlb", [](model::SecurityGroup& group) {
    group.rules.front().cidr = *Cidr::parse("10.0.0.0/16");
  });
  const auto at_nlb = explain(world.world(), ask_of("i-client", "[2600:1f00:0:1::64]:80"), {});
  ASSERT_TRUE(at_nlb);
  stop = first_stop(*at_nlb);
  ASSERT_NE(stop, nullptr);
  EXPECT_EQ(stop->verdict, Verdict::BalancerIngressDenied);
  ASSERT_EQ(stop->fixes.size(), 1U);
  EXPECT_THAT(stop->fixes[0].command, HasSubstr("Ipv6Ranges=[{CidrIpv6=2600:1f00:0:1::a/128}]"));
}

TEST(Explain, Who_has_no_IPv6_address_is_told_how_to_get_one) {
  TestWorld world = whole_tutorial();
  const auto explanation = explain(world.world(), ask_of("i-client", "2600:1f00:0:1::64"), {});
  EXPECT_FALSE(explanation);  // of which port?
  const auto asked = explain(world.world(), ask_of("i-client", "[2600:1f00:0:1::64]:80"), {});
  ASSERT_TRUE(asked);
  const Hop* stop = first_stop(*asked);
  ASSERT_NE(stop, nullptr);
  EXPECT_FALSE(stop->verdict);
  ASSERT_EQ(stop->fixes.size(), 1U);
  EXPECT_THAT(stop->fixes[0].command, HasSubstr("assign-ipv6-addresses"));
}

TEST(Explain, An_IPv6_addresss_last_part_is_no_port) {
  EXPECT_EQ(ask_of("a", "2600::80").to, "2600::80");
  EXPECT_FALSE(ask_of("a", "2600::80").port);
  EXPECT_EQ(ask_of("a", "[2600::80]:443").to, "2600::80");
  EXPECT_EQ(ask_of("a", "[2600::80]:443").port, 443);
}

// docs/adr/0025
TEST(Explain, A_service_of_AWSs_is_answered_at_its_endpoint) {
  TestWorld world = whole_tutorial();
  world.aws_endpoint("vpce-ec2", {{"subnet-a2", "10.0.2.101"}}, {"sg-endpoint"}, "ec2");
  world.aws_endpoint("vpce-kms", {{"subnet-a2", "10.0.2.102"}}, {"sg-endpoint"}, "kms");
  world.allow_in("sg-endpoint", "tcp", 443, "sg-client");
  world.allow_in("sg-endpoint", "tcp", 22, "sg-client");
  struct Case {
    const char* to;
    Judgement judgement;
    Verdict verdict;
    const char* words;
  };
  for (const Case& c :
       {Case{"vpce-ec2:443", Judgement::Passes, Verdict::AwsServiceAdmitted, ""},
        Case{"vpce-ec2:80", Judgement::Passes, Verdict::AwsServiceAdmitted, ""},
        Case{"vpce-ec2:22", Judgement::Stops, Verdict::AwsServicePort, "80 and 443"},
        Case{"vpce-ec2:81", Judgement::Stops, Verdict::EndpointIngressDenied, ""},
        Case{"vpce-kms:443", Judgement::Stops, Verdict::AwsServiceUnserved, "does not serve"}}) {
    SCOPED_TRACE(c.to);
    const auto explained = explain(world.world(), ask_of("i-client", c.to));
    ASSERT_TRUE(explained) << explained.error().message();
    EXPECT_EQ(judgement_of(*explained), c.judgement);
    EXPECT_THAT(verdicts_of(explained->paths.at(0)), ::testing::ElementsAre(c.verdict));
    if (const Hop* stop = first_stop(*explained)) {
      EXPECT_THAT(stop->because, HasSubstr(c.words));
    }
  }
}

TEST(Explain, A_service_of_AWSs_without_an_endpoint_is_named_with_the_command_that_makes_one) {
  TestWorld world = whole_tutorial();
  world.edit<model::NetworkInterface>("eni-i-client", [](model::NetworkInterface& interface) {
    interface.region = "ap-northeast-1";
  });
  const auto explained =
      explain(world.world(), ask_of("i-client", "com.amazonaws.ap-northeast-1.sts:443"));
  ASSERT_TRUE(explained) << explained.error().message();
  const Hop* stop = first_stop(*explained);
  ASSERT_NE(stop, nullptr);
  EXPECT_EQ(stop->step, "endpoint");
  EXPECT_THAT(stop->fixes.at(0).command, HasSubstr("com.amazonaws.ap-northeast-1.sts"));
}

}  // namespace
}  // namespace postern::explain
