// SPDX-License-Identifier: Apache-2.0
// Dualstack load balancers and target groups of IPv6.
#include "api/elbv2/elbv2_test.h"

namespace postern::api::elbv2 {
namespace {

using ::testing::ElementsAre;
using ::testing::MatchesRegex;

class Elbv2Ipv6Test : public Elbv2Test {
 protected:
  Elbv2Ipv6Test() {
    for (const char letter : {'a', 'c', 'd'}) {
      model::Subnet with = *record<model::Subnet>(std::string("subnet-") + letter);
      with.ipv6_block = {.association_id = "subnet-cidr-assoc-1",
                         .cidr = *Cidr::parse(std::string("2600:1f00:0:10") + letter + "::/64")};
      put(with);
    }
  }
  std::vector<std::string> node_addresses(const std::string& arn) const {
    std::vector<std::string> out;
    for (const auto& zone : record<model::LoadBalancer>(arn)->zones) {
      for (const IpAddress& address :
           record<model::NetworkInterface>(zone.network_interface.value)->ipv6_addresses) {
        out.push_back(address.text());
      }
    }
    return out;
  }
  std::string set_type(const std::string& arn, const std::string& type) {
    return "LoadBalancerArn=" + arn + "&IpAddressType=" + type;
  }
};

// [NLB guide, "IP address type"]
TEST_F(Elbv2Ipv6Test, A_dualstack_load_balancer_has_an_address_of_either_family_in_each_zone) {
  const std::string arn = make_load_balancer("web", "&IpAddressType=dualstack");
  EXPECT_THAT(node_addresses(arn),
              ElementsAre(MatchesRegex("2600:1f00:0:10a:.*"), MatchesRegex("2600:1f00:0:10c:.*")));
  EXPECT_EQ(must("DescribeLoadBalancers").text("//IpAddressType"), "dualstack");
  EXPECT_EQ(must("SetIpAddressType", set_type(arn, "ipv4")).xml(),
            "<IpAddressType>ipv4</IpAddressType>");
  EXPECT_THAT(node_addresses(arn), ElementsAre());
  EXPECT_EQ(must("SetIpAddressType", set_type(arn, "dualstack")).xml(),
            "<IpAddressType>dualstack</IpAddressType>");
  EXPECT_EQ(node_addresses(arn).size(), 2U);
}

TEST_F(Elbv2Ipv6Test, A_mapping_may_choose_the_address) {
  const std::string mapped =
      "Name=web&Type=network&Scheme=internal&IpAddressType=dualstack"
      "&SubnetMappings.member.1.SubnetId=subnet-a&SubnetMappings.member.1.IPv6Address=";
  EXPECT_EQ(refusal("CreateLoadBalancer", mapped + "2600:1f00:0:10c::77").substr(0, 60),
            "InvalidConfigurationRequest: The IPv6 address '2600:1f00:0:1");
  const Answer made = must("CreateLoadBalancer", mapped + "2600:1f00:0:10a::77");
  EXPECT_EQ(made.text("//IPv6Address"), "2600:1f00:0:10a::77");
  EXPECT_THAT(node_addresses(made.text("//LoadBalancerArn")), ElementsAre("2600:1f00:0:10a::77"));
}

// [NLB guide, "IP address type": the target group's type has to be the load balancer's to carry]
TEST_F(Elbv2Ipv6Test, IPv6_targets_need_a_dualstack_load_balancer) {
  const std::string group = make_group("six", "&Protocol=TCP&Port=80&IpAddressType=ipv6");
  EXPECT_EQ(must("DescribeTargetGroups").text("//IpAddressType"), "ipv6");
  const std::string arn = make_load_balancer();
  const std::string listener =
      "LoadBalancerArn=" + arn + forward_to(group) + "&Protocol=TCP&Port=80";
  EXPECT_EQ(refusal("CreateListener", listener),
            "InvalidConfigurationRequest: Target group '" + group +
                "' with IP address type 'ipv6' needs a load balancer with IP address type "
                "'dualstack'");
  must("SetIpAddressType", set_type(arn, "dualstack"));
  must("CreateListener", listener);
  EXPECT_EQ(refusal("SetIpAddressType", set_type(arn, "ipv4")),
            "InvalidConfigurationRequest: The IP address type of load balancer '" + arn +
                "' must be 'dualstack' while target group '" + group +
                "' has IP address type 'ipv6'");
}

// [NLB guide, "Network Load Balancer listeners": UDP on dualstack needs IPv6 targets]
TEST_F(Elbv2Ipv6Test, UDP_to_IPv4_targets_is_for_ipv4_load_balancers) {
  const std::string group = make_group("datagrams", "&Protocol=UDP&Port=53");
  const std::string arn = make_load_balancer();
  make_listener(arn, group, "&Protocol=UDP&Port=53");
  EXPECT_THAT(refusal("SetIpAddressType", set_type(arn, "dualstack")),
              testing::HasSubstr("needs a target group with IP address type 'ipv6'"));
  EXPECT_THAT(refusal("CreateListener",
                      "LoadBalancerArn=" + make_load_balancer("other", "&IpAddressType=dualstack") +
                          forward_to(group) + "&Protocol=UDP&Port=53"),
              testing::HasSubstr("needs a target group with IP address type 'ipv6'"));
}

// [NLB guide, "Register targets": IPv6 target groups]
TEST_F(Elbv2Ipv6Test, Targets_are_of_the_groups_family) {
  const std::string instances = "&Targets.member.1.Id=i-0123456789abcdef0";
  put(instance("i-0123456789abcdef0"));
  const std::string group = make_group("six", "&Protocol=TCP&Port=80&IpAddressType=ipv6");
  EXPECT_THAT(refusal("RegisterTargets", "TargetGroupArn=" + group + instances),
              testing::HasSubstr("do not have a primary IPv6 address"));
  const std::string addresses =
      "TargetGroupArn=" +
      make_group("six-ip", "&Protocol=TCP&Port=80&IpAddressType=ipv6&TargetType=ip") +
      "&Targets.member.1.Id=";
  EXPECT_EQ(refusal("RegisterTargets", addresses + "10.0.1.9"),
            "ValidationError: The IP address '10.0.1.9' is not a valid IPv6 address");
  EXPECT_EQ(refusal("RegisterTargets", addresses + "fd00::1"),
            "ValidationError: The IP address 'fd00::1' is not in a subnet of the VPC 'vpc-1'");
  must("RegisterTargets", addresses + "2600:1F00:0:10a:0::9");
  EXPECT_EQ(count<model::Target>(), 1U);
  must("RegisterTargets", addresses + "2600:1f00:0:10a::9");
  EXPECT_EQ(count<model::Target>(), 1U) << "written in another way";
}

}  // namespace
}  // namespace postern::api::elbv2
