// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/elbv2_test.h"

namespace postern::api::elbv2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;

class ListenerTest : public Elbv2Test {
 protected:
  std::string on(const std::string& more) const {
    return "LoadBalancerArn=" + balancer_ + "&" + more;
  }

  std::string balancer_ = make_load_balancer();
  std::string group_ = make_group();
};

// [API reference, CreateListener; spec 1.7: clients look at TargetGroupArn or at ForwardConfig]
TEST_F(ListenerTest, A_new_listener_is_described_in_full) {
  const Answer answer = must("CreateListener", on("Protocol=TCP&Port=80" + forward_to(group_) +
                                                  "&DefaultActions.member.1.Order=1"));
  const std::string arn = answer.text("//ListenerArn");
  EXPECT_THAT(arn, MatchesRegex(std::string(kArn) + "listener/net/web/[0-9a-f]{16}/[0-9a-f]{16}"));
  EXPECT_EQ(answer.xml(),
            "<Listeners><member><ListenerArn>" + arn + "</ListenerArn><LoadBalancerArn>" +
                balancer_ +
                "</LoadBalancerArn><Port>80</Port><Protocol>TCP</Protocol><DefaultActions><member>"
                "<Type>forward</Type><TargetGroupArn>" +
                group_ +
                "</TargetGroupArn><Order>1</Order><ForwardConfig><TargetGroups><member>"
                "<TargetGroupArn>" +
                group_ +
                "</TargetGroupArn></member></TargetGroups></ForwardConfig></member>"
                "</DefaultActions></member></Listeners>");
  EXPECT_GT(record<model::Listener>(arn)->number, 0U);
}

TEST_F(ListenerTest, A_forward_is_read_from_either_place) {
  const std::string config =
      "&DefaultActions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn=";
  const std::string type = "&DefaultActions.member.1.Type=forward";
  must("CreateListener", on("Protocol=TCP&Port=1" + type + config + group_));
  must("CreateListener", on("Protocol=TCP&Port=2" + forward_to(group_) + config + group_));
  EXPECT_THAT(must("DescribeListeners", "LoadBalancerArn=" + balancer_)
                  .texts("//DefaultActions/member/TargetGroupArn"),
              ElementsAre(group_, group_));
  EXPECT_EQ(must("DescribeTargetGroups").text("//LoadBalancerArns/member"), balancer_);
  EXPECT_FALSE(must("DescribeListeners", "LoadBalancerArn=" + balancer_).xml().contains("Weight"));
  // [Terraform's AWS provider: a weight that is given and not read back is a change in each plan]
  const std::string weight =
      "&DefaultActions.member.1.ForwardConfig.TargetGroups.member.1.Weight=1";
  EXPECT_EQ(must("CreateListener", on("Protocol=TCP&Port=3" + type + config + group_ + weight))
                .text("//TargetGroups/member/Weight"),
            "1");
}

// [Networking & Content Delivery blog, "Network Load Balancers now support Weighted Target Groups"]
TEST_F(ListenerTest, A_forward_is_shared_among_groups_by_their_weights) {
  const std::string green = make_group("green");
  const auto shared = [&](const std::string& weights, const std::string& stickiness = "") {
    const std::string config = "&DefaultActions.member.1.ForwardConfig.";
    const auto tuple = [&](const std::string& n, const std::string& group) {
      return config + "TargetGroups.member." + n + ".TargetGroupArn=" + group + config +
             "TargetGroups.member." + n + ".Weight=" + weights.substr(n == "1" ? 0 : 2, 1);
    };
    return "&DefaultActions.member.1.Type=forward" + tuple("1", group_) + tuple("2", green) +
           (stickiness.empty() ? ""
                               : config + "TargetGroupStickinessConfig.Enabled=true" + config +
                                     "TargetGroupStickinessConfig.DurationSeconds=" + stickiness);
  };
  const Answer made = must("CreateListener", on("Protocol=TCP&Port=80" + shared("3,1")));
  const std::string arn = made.text("//ListenerArn");
  EXPECT_EQ(made.texts("//ForwardConfig/TargetGroups/member/Weight"),
            (std::vector<std::string>{"3", "1"}));
  EXPECT_EQ(made.text("//TargetGroupStickinessConfig/Enabled"), "false");
  EXPECT_EQ(made.text("//DefaultActions/member/TargetGroupArn"), "");
  EXPECT_EQ(
      must("CreateListener", on("Protocol=TCP&Port=80" + shared("3,1"))).text("//ListenerArn"),
      arn);
  EXPECT_EQ(refusal("CreateListener", on("Protocol=TCP&Port=80" + shared("1,1"))),
            "DuplicateListener: A listener already exists on this port for this load balancer '" +
                balancer_ + "'");
  // Either is in use, also with no weight.
  must("ModifyListener", "ListenerArn=" + arn + shared("0,1"));
  for (const std::string& group : {group_, green}) {
    EXPECT_EQ(
        refusal("DeleteTargetGroup", "TargetGroupArn=" + group),
        "ResourceInUse: Target group '" + group + "' is currently in use by a listener or a rule");
  }
  const std::string set_sticky =
      "&Attributes.member.1.Key=stickiness.enabled&Attributes.member.1.Value=true";
  const std::string refused = "InvalidConfigurationRequest: Target group '" + green +
                              "' has stickiness enabled: an action that forwards to it and to "
                              "others must have target group "
                              "stickiness enabled too";
  EXPECT_EQ(refusal("ModifyTargetGroupAttributes", "TargetGroupArn=" + green + set_sticky),
            refused);
  // Whichever of its listeners it is that shares.
  std::vector<std::string> others;
  for (const int port : {81, 82, 83, 84, 85}) {
    const std::string form = fmt::format("Protocol=TCP&Port={}", port) + forward_to(green);
    others.push_back(must("CreateListener", on(form)).text("//ListenerArn"));
  }
  EXPECT_EQ(refusal("ModifyTargetGroupAttributes", "TargetGroupArn=" + green + set_sticky),
            refused);
  for (const std::string& other : others) {
    must("DeleteListener", "ListenerArn=" + other);
  }
  EXPECT_EQ(must("ModifyListener", "ListenerArn=" + arn + shared("1,1", "600"))
                .text("//TargetGroupStickinessConfig/DurationSeconds"),
            "600");
  must("ModifyTargetGroupAttributes", "TargetGroupArn=" + green + set_sticky);
  EXPECT_EQ(refusal("ModifyListener", "ListenerArn=" + arn + shared("1,1")), refused);
  must("ModifyListener", "ListenerArn=" + arn + forward_to(group_));
  must("DeleteTargetGroup", "TargetGroupArn=" + green);
}

// [spec 1.5 and 1.7]
TEST_F(ListenerTest, CreateListener_refuses_in_AWS_words) {
  const std::string other_vpc =
      must("CreateTargetGroup", "Name=vpc2&VpcId=vpc-2&Protocol=TCP&Port=80")
          .text("//TargetGroupArn");
  const std::string gone = std::string(kArn) + "targetgroup/gone/0000000000000000";
  const std::string tcp = "Protocol=TCP&Port=80";
  const std::string forward = forward_to(group_);
  const std::string type = "&DefaultActions.member.1.Type=";
  const std::string config = "&DefaultActions.member.1.ForwardConfig.TargetGroups.member.";
  struct Case {
    const char* name;
    std::string form;
    std::string error;
  };
  const Case cases[] = {
      {"no port", "Protocol=TCP" + forward, "ValidationError: A listener port must be specified"},
      {"no protocol", "Port=80" + forward,
       "ValidationError: A listener protocol must be specified"},
      {"port 0", "Protocol=TCP&Port=0" + forward,
       "ValidationError: 1 validation error detected: Value '0' at 'port' failed to satisfy "
       "constraint: Member must have value greater than or equal to 1"},
      {"HTTP", "Protocol=HTTP&Port=80" + forward,
       "ValidationError: Listener protocol 'HTTP' must be one of 'TCP, TLS, UDP, TCP_UDP, QUIC, "
       "TCP_QUIC'"},
      {"QUIC", "Protocol=QUIC&Port=443" + forward,
       "UnsupportedProtocol: Listeners with the QUIC protocol are not supported: use TCP, TLS, UDP "
       "or TCP_UDP"},
      {"a certificate", tcp + "&Certificates.member.1.CertificateArn=arn:x" + forward,
       "InvalidConfigurationRequest: Certificates and SSL policies can be specified for TLS "
       "and HTTPS listeners only"},
      {"ALPN", tcp + "&AlpnPolicy.member.1=HTTP2Only" + forward,
       "InvalidConfigurationRequest: An ALPN policy can be specified for TLS listeners only"},
      {"mutual authentication", tcp + "&MutualAuthentication.Mode=verify" + forward,
       "InvalidConfigurationRequest: Mutual authentication is not supported on load balancers with "
       "type 'network'"},
      {"no action", tcp, "ValidationError: Exactly one default action must be specified"},
      {"redirect", tcp + type + "redirect&DefaultActions.member.1.RedirectConfig.Port=443",
       "InvalidLoadBalancerAction: Listeners of load balancers with type 'network' support actions "
       "of type 'forward' only"},
      {"odd action", tcp + type + "shout",
       "ValidationError: 1 validation error detected: Value 'shout' at "
       "'defaultActions.1.member.type' failed to satisfy constraint: Member must satisfy enum "
       "value set: [forward, authenticate-oidc, authenticate-cognito, redirect, fixed-response, "
       "jwt-validation]"},
      {"no group", tcp + type + "forward",
       "ValidationError: A target group ARN must be specified for an action of type 'forward'"},
      {"one group twice",
       tcp + type + "forward" + config + "1.TargetGroupArn=" + group_ + config +
           "2.TargetGroupArn=" + group_,
       "ValidationError: Target group '" + group_ + "' is specified more than once"},
      {"a second group of another VPC",
       tcp + type + "forward" + config + "1.TargetGroupArn=" + group_ + config +
           "2.TargetGroupArn=" + other_vpc,
       "InvalidConfigurationRequest: Target group '" + other_vpc +
           "' is in a different VPC than load balancer '" + balancer_ + "'"},
      {"a group for two",
       tcp + forward + config + "1.TargetGroupArn=" + group_ + config +
           "2.TargetGroupArn=" + other_vpc,
       "ValidationError: The target group ARNs of an action and of its ForwardConfig must be the "
       "same"},
      {"stickiness for ever",
       tcp + forward +
           "&DefaultActions.member.1.ForwardConfig.TargetGroupStickinessConfig.Enabled="
           "true",
       "ValidationError: DurationSeconds must be specified if target group stickiness is enabled"},
      {"stickiness for too long",
       tcp + forward +
           "&DefaultActions.member.1.ForwardConfig.TargetGroupStickinessConfig.Enabled="
           "true&DefaultActions.member.1.ForwardConfig.TargetGroupStickinessConfig.DurationSeconds="
           "604801",
       "ValidationError: 1 validation error detected: Value '604801' at 'defaultActions.1.member."
       "forwardConfig.targetGroupStickinessConfig.durationSeconds' failed to satisfy constraint: "
       "Member must have value less than or equal to 604800"},
      {"two that differ", tcp + forward + config + "1.TargetGroupArn=" + other_vpc,
       "ValidationError: The target group ARNs of an action and of its ForwardConfig must be the "
       "same"},
      {"weight 0",
       tcp + type + "forward" + config + "1.TargetGroupArn=" + group_ + config + "1.Weight=0",
       "InvalidLoadBalancerAction: One target group of an action at least must have a weight "
       "greater than 0"},
      {"weight 1000",
       tcp + type + "forward" + config + "1.TargetGroupArn=" + group_ + config + "1.Weight=1000",
       "ValidationError: 1 validation error detected: Value '1000' at 'defaultActions.1.member."
       "forwardConfig.targetGroups.1.member.weight' failed to satisfy constraint: Member must have "
       "value less than or equal to 999"},
      {"unknown group", tcp + forward_to(gone),
       "TargetGroupNotFound: Target group '" + gone + "' not found"},
      {"not a group", tcp + forward_to("x"),
       "ValidationError: 'x' is not a valid target group ARN"},
      {"of another VPC", tcp + forward_to(other_vpc),
       "InvalidConfigurationRequest: Target group '" + other_vpc +
           "' is in a different VPC than load balancer '" + balancer_ + "'"},
      {"two tags of a key", tcp + forward + "&Tags.member.1.Key=k&Tags.member.2.Key=k",
       "DuplicateTagKeys: Tag key was specified more than once: k"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(refusal("CreateListener", on(c.form)), c.error);
  }
  EXPECT_EQ(count<model::Listener>(), 0U);
}

// [NLB guide, "Listener configuration"]
TEST_F(ListenerTest, Protocols_fit_as_AWS_pairs_them) {
  struct Case {
    const char* listener;
    const char* group;
    bool fit;
  };
  const Case cases[] = {
      {"TCP", "TCP", true},         {"TCP", "TCP_UDP", true},  {"TCP", "UDP", false},
      {"UDP", "UDP", true},         {"UDP", "TCP_UDP", true},  {"UDP", "TCP", false},
      {"TCP_UDP", "TCP_UDP", true}, {"TCP_UDP", "TCP", false}, {"TCP_UDP", "UDP", false},
  };
  int n = 0;
  for (const Case& c : cases) {
    SCOPED_TRACE(fmt::format("{} to {}", c.listener, c.group));
    const std::string group =
        make_group(fmt::format("g{}", ++n), fmt::format("&Port=53&Protocol={}", c.group));
    const std::string form = fmt::format("Protocol={}&Port={}{}", c.listener, n, forward_to(group));
    if (c.fit) {
      must("CreateListener", on(form));
    } else {
      EXPECT_EQ(refusal("CreateListener", on(form)),
                fmt::format("IncompatibleProtocols: The listener and its associated target group "
                            "'{}' have incompatible protocols: '{}' and '{}'",
                            group, c.listener, c.group));
    }
  }
}

// [API reference, CreateListener: idempotent; the port alone is the key]
TEST_F(ListenerTest, A_port_has_one_listener) {
  const std::string arn = make_listener(balancer_, group_);
  EXPECT_EQ(make_listener(balancer_, group_), arn);
  const std::string udp = make_group("udp", "&Protocol=UDP&Port=80");
  EXPECT_EQ(refusal("CreateListener", on("Protocol=UDP&Port=80" + forward_to(udp))),
            "DuplicateListener: A listener already exists on this port for this load balancer '" +
                balancer_ + "'");
  EXPECT_EQ(count<model::Listener>(), 1U);
}

// [spec 5: a target group belongs to one load balancer, and to any number of its listeners]
TEST_F(ListenerTest, A_group_is_behind_one_load_balancer) {
  const std::string arn = make_listener(balancer_, group_);
  make_listener(balancer_, group_, "&Protocol=TCP&Port=81");
  const std::string second = make_load_balancer("second");
  const std::string form =
      "LoadBalancerArn=" + second + "&Protocol=TCP&Port=80" + forward_to(group_);
  const std::string expected =
      "TargetGroupAssociationLimit: The following target groups cannot be associated with more "
      "than one load balancer: " +
      group_;
  EXPECT_EQ(refusal("CreateListener", form), expected);
  const std::string other = make_listener(second, make_group("other"));
  EXPECT_EQ(refusal("ModifyListener", "ListenerArn=" + other + forward_to(group_)), expected);
  must("DeleteLoadBalancer", "LoadBalancerArn=" + balancer_);
  must("ModifyListener", "ListenerArn=" + other + forward_to(group_));
}

// [NLB guide, "Quotas": 50 listeners]
TEST_F(ListenerTest, The_fifty_first_listener_is_too_many) {
  for (int port = 1; port <= 50; ++port) {
    make_listener(balancer_, group_, fmt::format("&Protocol=TCP&Port={}", port));
  }
  EXPECT_EQ(refusal("CreateListener", on("Protocol=TCP&Port=51" + forward_to(group_))),
            "TooManyListeners: The maximum number of 50 listeners of load balancer '" + balancer_ +
                "' has been reached");
}

TEST_F(ListenerTest, DescribeListeners_selects) {
  const std::string a = make_listener(balancer_, group_);
  const std::string b = make_listener(balancer_, group_, "&Protocol=TCP&Port=81");
  EXPECT_THAT(must("DescribeListeners", "ListenerArns.member.1=" + b).texts("//ListenerArn"),
              ElementsAre(b));
  EXPECT_THAT(must("DescribeListeners", "LoadBalancerArn=" + balancer_).texts("//ListenerArn"),
              testing::UnorderedElementsAre(a, b));
  EXPECT_THAT(
      must("DescribeListeners", "PageSize=1&LoadBalancerArn=" + balancer_).texts("//NextMarker"),
      testing::SizeIs(1));
  const std::string either =
      "ValidationError: You must specify either listener ARNs or a load "
      "balancer ARN";
  EXPECT_EQ(refusal("DescribeListeners"), either);
  EXPECT_EQ(
      refusal("DescribeListeners", "ListenerArns.member.1=" + a + "&LoadBalancerArn=" + balancer_),
      either);
}

TEST_F(ListenerTest, A_listener_of_another_account_is_not_found) {
  const std::string arn = make_listener(balancer_, group_);
  const std::string rule = must("DescribeRules", "ListenerArn=" + arn).text("//RuleArn");
  become(kOther);
  const std::string expected = "ListenerNotFound: One or more listeners not found";
  EXPECT_EQ(refusal("DescribeListeners", "ListenerArns.member.1=" + arn), expected);
  EXPECT_EQ(refusal("DescribeListeners", "LoadBalancerArn=" + balancer_),
            "LoadBalancerNotFound: One or more load balancers not found");
  EXPECT_EQ(refusal("CreateListener", on("Protocol=TCP&Port=9" + forward_to(group_))),
            "LoadBalancerNotFound: One or more load balancers not found");
  EXPECT_EQ(refusal("ModifyListener", "Port=9&ListenerArn=" + arn), expected);
  EXPECT_EQ(refusal("DeleteListener", "ListenerArn=" + arn), expected);
  EXPECT_EQ(refusal("DescribeListenerAttributes", "ListenerArn=" + arn), expected);
  EXPECT_EQ(refusal("DescribeRules", "ListenerArn=" + arn), expected);
  EXPECT_EQ(refusal("DescribeRules", "RuleArns.member.1=" + rule),
            "RuleNotFound: One or more rules not found");
}

// [API reference, ModifyListener]
TEST_F(ListenerTest, ModifyListener_changes_what_it_names) {
  const std::string arn = make_listener(balancer_, group_);
  const std::uint32_t number = record<model::Listener>(arn)->number;
  Answer answer = must("ModifyListener", "ListenerArn=" + arn + "&Port=8080");
  EXPECT_EQ(answer.text("//Port"), "8080");
  EXPECT_EQ(answer.text("//TargetGroupArn"), group_);
  const std::string both = make_group("both", "&Protocol=TCP_UDP&Port=80");
  answer = must("ModifyListener", "ListenerArn=" + arn + "&Protocol=UDP" + forward_to(both));
  EXPECT_EQ(answer.text("//Protocol"), "UDP");
  EXPECT_EQ(answer.text("//TargetGroupArn"), both);
  EXPECT_EQ(record<model::Listener>(arn)->number, number);
  EXPECT_THAT(
      must("DescribeTargetGroups", "Names.member.1=targets").texts("//LoadBalancerArns/member"),
      IsEmpty());
}

TEST_F(ListenerTest, ModifyListener_refuses_what_CreateListener_would) {
  const std::string arn = make_listener(balancer_, group_);
  make_listener(balancer_, group_, "&Protocol=TCP&Port=81");
  struct Case {
    const char* form;
    std::string error;
  };
  const Case cases[] = {
      {"&Port=81", "ValidationError: Listener port '81' is already in use"},
      {"&Protocol=UDP", "IncompatibleProtocols: The listener and its associated target group '" +
                            group_ + "' have incompatible protocols: 'UDP' and 'TCP'"},
      {"&Protocol=TLS",
       "UnsupportedProtocol: Listeners with the TLS protocol need HAProxy: install the package "
       "haproxy on the host and start posternd again"},
      {"&SslPolicy=ELBSecurityPolicy-2016-08",
       "InvalidConfigurationRequest: Certificates and SSL policies can be specified for TLS "
       "and HTTPS listeners only"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.form);
    EXPECT_EQ(refusal("ModifyListener", "ListenerArn=" + arn + c.form), c.error);
  }
  must("ModifyListener", "ListenerArn=" + arn + "&Port=80");  // its own port
}

TEST_F(ListenerTest, DeleteListener_takes_it_away) {
  const std::string arn = make_listener(balancer_, group_);
  EXPECT_EQ(must("DeleteListener", "ListenerArn=" + arn).xml(), "");
  EXPECT_EQ(refusal("DeleteListener", "ListenerArn=" + arn),
            "ListenerNotFound: One or more listeners not found");
  EXPECT_EQ(refusal("DeleteListener", "ListenerArn=x"),
            "ValidationError: 'x' is not a valid listener ARN");
}

// [API reference, DescribeRules]
TEST_F(ListenerTest, A_listener_has_its_default_rule) {
  const std::string arn = make_listener(balancer_, group_);
  const Answer answer = must("DescribeRules", "ListenerArn=" + arn);
  const std::string rule = answer.text("//RuleArn");
  EXPECT_THAT(rule, MatchesRegex(std::string(kArn) + "listener-rule/net/web(/[0-9a-f]{16}){3}"));
  EXPECT_EQ(answer.xml(),
            "<Rules><member><RuleArn>" + rule +
                "</RuleArn><Priority>default</Priority><Conditions/><Actions><member><Type>forward"
                "</Type><TargetGroupArn>" +
                group_ + "</TargetGroupArn><ForwardConfig><TargetGroups><member><TargetGroupArn>" +
                group_ +
                "</TargetGroupArn></member></TargetGroups></ForwardConfig></member></Actions>"
                "<IsDefault>true</IsDefault></member></Rules>");
  EXPECT_EQ(must("DescribeRules", "RuleArns.member.1=" + rule).xml(), answer.xml());
  EXPECT_EQ(refusal("DescribeRules"),
            "ValidationError: You must specify either listener rules or a listener");
}

}  // namespace
}  // namespace postern::api::elbv2
