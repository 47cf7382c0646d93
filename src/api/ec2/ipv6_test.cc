// SPDX-License-Identifier: Apache-2.0
// IPv6 CIDRs of VPCs and subnets, addresses of interfaces and instances, and what comes with them.
#include "api/ec2/ec2_test.h"

namespace postern::api::ec2 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class Ipv6Test : public Ec2Test {
 protected:
  std::string associate_vpc() {
    return make("AssociateVpcCidrBlock", "AmazonProvidedIpv6CidrBlock=true&VpcId=" + vpc_,
                "//associationId");
  }
  // 2600:1f00:0:a00::/56 -> 2600:1f00:0:a0N::
  std::string network(int number) const {
    const Cidr block = record<model::Vpc>(vpc_)->ipv6_blocks.front().cidr;
    std::array<std::uint8_t, 16> bytes = block.base().bytes();
    bytes[7] = static_cast<std::uint8_t>(number);
    return IpAddress(bytes).text();
  }
  std::string associate_subnet(int number = 1) {
    return make("AssociateSubnetCidrBlock",
                "SubnetId=" + subnet_ + "&Ipv6CidrBlock=" + network(number) + "/64",
                "//associationId");
  }
  std::string make_interface(const std::string& more = "") {
    return make("CreateNetworkInterface", "SubnetId=" + subnet_ + more, "//networkInterfaceId");
  }
  std::string rules_of(const std::string& group) {
    return must("DescribeSecurityGroups", "GroupId.1=" + group).xml();
  }

  const std::string vpc_ = make_vpc();
  const std::string subnet_ = make_subnet(vpc_);
};

// [VPC user guide, "VPC CIDR blocks": "The size of the IPv6 CIDR block is fixed at /56"]
TEST_F(Ipv6Test, Amazon_gives_each_VPC_a_56_of_its_own) {
  const std::string first = associate_vpc();
  const Answer made = must("CreateVpc", "CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=true");
  const std::string block = made.text("//ipv6CidrBlock");
  EXPECT_THAT(block, MatchesRegex("2600:1f.*::/56"));
  EXPECT_NE(block, record<model::Vpc>(vpc_)->ipv6_blocks.front().cidr.text());
  const Answer described =
      must("DescribeVpcs",
           "Filter.1.Name=ipv6-cidr-block-association.ipv6-cidr-block&Filter.1."
           "Value.1=" +
               block);
  EXPECT_EQ(described.text("//vpcId"), made.text("//vpcId"));
  EXPECT_EQ(described.text("//ipv6CidrBlockState/state"), "associated");
  EXPECT_EQ(must("DisassociateVpcCidrBlock", "AssociationId=" + first).text("//state"),
            "disassociating");
  EXPECT_TRUE(record<model::Vpc>(vpc_)->ipv6_blocks.empty());
}

// [VPC user guide, "Migrate your VPC from IPv4 to IPv6": rules that are as they were made]
TEST_F(Ipv6Test, What_is_said_of_all_IPv4_is_said_of_IPv6_where_nobody_has_changed_it) {
  const std::string as_made = make_group(vpc_, "as-made");
  const std::string changed = make_group(vpc_, "changed");
  must("RevokeSecurityGroupEgress",
       "GroupId=" + changed +
           "&IpPermissions.1.IpProtocol=-1&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0/0");
  associate_vpc();
  EXPECT_THAT(rules_of(as_made), HasSubstr("<cidrIpv6>::/0</cidrIpv6>"));
  EXPECT_THAT(rules_of(default_group_of(vpc_)), HasSubstr("<cidrIpv6>::/0</cidrIpv6>"));
  EXPECT_EQ(rules_of(changed).find("::/0"), std::string::npos);
  EXPECT_THAT(rules_of(make_group(vpc_, "later")), HasSubstr("<cidrIpv6>::/0</cidrIpv6>"));
  const Answer acl = must("DescribeNetworkAcls", "Filter.1.Name=vpc-id&Filter.1.Value.1=" + vpc_);
  EXPECT_THAT(acl.texts("//ruleNumber"),
              ElementsAre("100", "101", "32767", "32768", "100", "101", "32767", "32768"));
  const Answer table = must("DescribeRouteTables", "Filter.1.Name=vpc-id&Filter.1.Value.1=" + vpc_);
  EXPECT_EQ(table.text("//destinationIpv6CidrBlock"),
            record<model::Vpc>(vpc_)->ipv6_blocks.front().cidr.text());
}

TEST_F(Ipv6Test, A_subnet_has_a_64_of_its_VPC) {
  associate_vpc();
  const std::string association = associate_subnet();
  const Answer described = must("DescribeSubnets", "SubnetId.1=" + subnet_);
  EXPECT_EQ(described.text("//ipv6CidrBlock"), network(1) + "/64");
  EXPECT_EQ(described.text("//ipv6CidrBlockAssociationSet//associationId"), association);
  const Answer other =
      must("CreateSubnet",
           "VpcId=" + vpc_ + "&CidrBlock=10.0.1.0/24&Ipv6CidrBlock=" + network(2) + "/64");
  EXPECT_EQ(other.text("//ipv6CidrBlock"), network(2) + "/64");
  must("DisassociateSubnetCidrBlock", "AssociationId=" + association);
  EXPECT_FALSE(record<model::Subnet>(subnet_)->ipv6_block);
}

TEST_F(Ipv6Test, Interfaces_have_addresses_that_are_asked_for_drawn_or_given_to_all) {
  associate_vpc();
  associate_subnet();
  const std::string wanted = network(1) + "a";
  const std::string chosen = make_interface("&Ipv6Addresses.1.Ipv6Address=" + wanted);
  EXPECT_EQ(must("DescribeNetworkInterfaces",
                 "Filter.1.Name=ipv6-addresses.ipv6-address&Filter.1.Value.1=" + wanted)
                .text("//networkInterfaceId"),
            chosen);
  const auto drawn = record<model::NetworkInterface>(make_interface("&Ipv6AddressCount=2"));
  ASSERT_EQ(drawn->ipv6_addresses.size(), 2U);
  EXPECT_NE(drawn->ipv6_addresses[0], drawn->ipv6_addresses[1]);
  EXPECT_TRUE(record<model::NetworkInterface>(make_interface())->ipv6_addresses.empty());
  must("ModifySubnetAttribute", "SubnetId=" + subnet_ + "&AssignIpv6AddressOnCreation.Value=true");
  EXPECT_EQ(record<model::NetworkInterface>(make_interface())->ipv6_addresses.size(), 1U);

  const std::string more =
      make("AssignIpv6Addresses", "NetworkInterfaceId=" + chosen + "&Ipv6AddressCount=1",
           "//assignedIpv6Addresses/item");
  must("UnassignIpv6Addresses", "NetworkInterfaceId=" + chosen + "&Ipv6Addresses.1=" + wanted);
  const auto left = record<model::NetworkInterface>(chosen)->ipv6_addresses;
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left.front().text(), more);
}

// [EC2 API reference, ModifyNetworkInterfaceAttribute: EnablePrimaryIpv6]
TEST_F(Ipv6Test, A_primary_address_stays) {
  associate_vpc();
  associate_subnet();
  const std::string id = make_interface("&Ipv6AddressCount=1");
  must("ModifyNetworkInterfaceAttribute", "NetworkInterfaceId=" + id + "&EnablePrimaryIpv6=true");
  const Answer described = must("DescribeNetworkInterfaces", "NetworkInterfaceId.1=" + id);
  EXPECT_EQ(described.text("//isPrimaryIpv6"), "true");
  EXPECT_THAT(refusal("UnassignIpv6Addresses", "NetworkInterfaceId=" + id + "&Ipv6Addresses.1=" +
                                                   described.text("//ipv6Address")),
              HasSubstr("is the primary IPv6 address"));
  EXPECT_THAT(refusal("ModifyNetworkInterfaceAttribute",
                      "NetworkInterfaceId=" + id + "&EnablePrimaryIpv6=false"),
              HasSubstr("cannot be disabled"));
}

TEST_F(Ipv6Test, What_does_not_fit_is_refused) {
  const std::string of_subnet = "SubnetId=" + subnet_;
  EXPECT_THAT(refusal("CreateNetworkInterface", of_subnet + "&Ipv6AddressCount=1"),
              HasSubstr("does not have an IPv6 CIDR block"));
  EXPECT_THAT(
      refusal("ModifySubnetAttribute", of_subnet + "&AssignIpv6AddressOnCreation.Value=true"),
      HasSubstr("InvalidParameterValue"));
  associate_vpc();
  struct Row {
    const char* action;
    std::string parameters;
    const char* error;
  };
  const std::string other = make_subnet(vpc_, "10.0.9.0/24");
  must("AssociateSubnetCidrBlock", "SubnetId=" + other + "&Ipv6CidrBlock=" + network(9) + "/64");
  for (const Row& row : {
           Row{"AssociateVpcCidrBlock", "VpcId=" + vpc_, "MissingParameter"},
           Row{"AssociateVpcCidrBlock",
               "VpcId=" + vpc_ + "&CidrBlock=10.1.0.0/16&AmazonProvidedIpv6CidrBlock=true",
               "InvalidParameterCombination"},
           Row{"DisassociateVpcCidrBlock", "AssociationId=vpc-cidr-assoc-1",
               "InvalidVpcCidrBlockAssociationID.NotFound"},
           Row{"DisassociateVpcCidrBlock",
               "AssociationId=" + record<model::Vpc>(vpc_)->ipv6_blocks.front().association_id,
               "InvalidCidrBlock.InUse"},
           Row{"DisassociateSubnetCidrBlock", "AssociationId=subnet-cidr-assoc-1",
               "InvalidSubnetCidrBlockAssociationID.NotFound"},
           Row{"AssociateSubnetCidrBlock", of_subnet + "&Ipv6CidrBlock=2001:db8::/64",
               "InvalidSubnet.Range"},
           Row{"AssociateSubnetCidrBlock", of_subnet + "&Ipv6CidrBlock=" + network(1) + "/60",
               "InvalidSubnet.Range"},
           Row{"AssociateSubnetCidrBlock", of_subnet + "&Ipv6CidrBlock=" + network(9) + "/64",
               "InvalidSubnet.Conflict"},
           Row{"AssociateSubnetCidrBlock",
               "SubnetId=" + other + "&Ipv6CidrBlock=" + network(8) + "/64",
               "CidrBlockLimitExceeded"},
           Row{"CreateNetworkInterface", "SubnetId=" + other + "&Ipv6AddressCount=11",
               "PrivateIpAddressLimitExceeded"},
           Row{"CreateNetworkInterface",
               "SubnetId=" + other +
                   "&Ipv6AddressCount=1&Ipv6Addresses.1.Ipv6Address=" + network(9) + "a",
               "InvalidParameterCombination"},
           Row{"CreateNetworkInterface",
               "SubnetId=" + other + "&Ipv6Addresses.1.Ipv6Address=" + network(9) + "1",
               "reserved address range"},
           Row{"CreateNetworkInterface",
               "SubnetId=" + other + "&Ipv6Addresses.1.Ipv6Address=10.0.9.9",
               "InvalidParameterValue"},
           Row{"CreateNetworkInterface", "SubnetId=" + other + "&EnablePrimaryIpv6=true",
               "InvalidParameterValue"},
       }) {
    SCOPED_TRACE(std::string(row.action) + " " + row.parameters);
    EXPECT_THAT(refusal(row.action, row.parameters), HasSubstr(row.error));
  }
}

// [EC2 API reference, CreateEgressOnlyInternetGateway, CreateRoute]
TEST_F(Ipv6Test, An_egress_only_internet_gateway_is_a_target_of_IPv6_routes) {
  associate_vpc();
  const std::string id =
      make("CreateEgressOnlyInternetGateway", "VpcId=" + vpc_, "//egressOnlyInternetGatewayId");
  EXPECT_THAT(refusal("CreateEgressOnlyInternetGateway", "VpcId=" + vpc_),
              HasSubstr("InternetGatewayLimitExceeded"));
  const std::string table = make("CreateRouteTable", "VpcId=" + vpc_, "//routeTableId");
  const std::string route = "RouteTableId=" + table + "&EgressOnlyInternetGatewayId=" + id;
  EXPECT_THAT(refusal("CreateRoute", route + "&DestinationCidrBlock=0.0.0.0/0"),
              HasSubstr("IPv6 destinations only"));
  must("CreateRoute", route + "&DestinationIpv6CidrBlock=::/0");
  const std::string item = "<egressOnlyInternetGatewayId>" + id + "</egressOnlyInternetGatewayId>";
  EXPECT_THAT(must("DescribeRouteTables", "RouteTableId.1=" + table).xml(),
              HasSubstr(item + "<state>active</state>"));
  EXPECT_EQ(must("DescribeEgressOnlyInternetGateways").text("//attachmentSet//vpcId"), vpc_);
  must("DeleteEgressOnlyInternetGateway", "EgressOnlyInternetGatewayId=" + id);
  EXPECT_THAT(must("DescribeRouteTables", "RouteTableId.1=" + table).xml(),
              HasSubstr(item + "<state>blackhole</state>"));
}

}  // namespace
}  // namespace postern::api::ec2
