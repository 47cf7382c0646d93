// SPDX-License-Identifier: Apache-2.0
// Secondary IPv4 CIDRs of VPCs.
#include "api/ec2/ec2_test.h"

namespace postern::api::ec2 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Ipv4BlockTest : public Ec2Test {
 protected:
  std::string associate(const std::string& vpc, const std::string& cidr) {
    return make("AssociateVpcCidrBlock", "VpcId=" + vpc + "&CidrBlock=" + cidr, "//associationId");
  }
  std::string refused(const std::string& vpc, const std::string& cidr) {
    return refusal("AssociateVpcCidrBlock", "VpcId=" + vpc + "&CidrBlock=" + cidr);
  }
};

// [VPC user guide, "Add or remove a CIDR block from your VPC"]
TEST_F(Ipv4BlockTest, A_VPC_has_subnets_in_each_of_its_CIDRs) {
  const std::string vpc = make_vpc();  // 10.0.0.0/16
  const Answer made = must("AssociateVpcCidrBlock", "VpcId=" + vpc + "&CidrBlock=100.64.0.0/16");
  EXPECT_EQ(made.text("//cidrBlockAssociation/cidrBlock"), "100.64.0.0/16");
  EXPECT_EQ(made.text("//cidrBlockAssociation/cidrBlockState/state"), "associating");
  EXPECT_FALSE(made.xml().contains("ipv6"));
  const std::string association = made.text("//associationId");

  const Answer described = must("DescribeVpcs", "VpcId.1=" + vpc);
  EXPECT_EQ(described.text("//item/cidrBlock"), "10.0.0.0/16");
  EXPECT_THAT(described.texts("//cidrBlockAssociationSet/item/cidrBlock"),
              ElementsAre("10.0.0.0/16", "100.64.0.0/16"));
  EXPECT_THAT(described.texts("//cidrBlockAssociationSet/item/cidrBlockState/state"),
              ElementsAre("associated", "associated"));
  for (const auto& [filter, value, found] :
       {std::tuple("cidr-block-association.association-id", association.c_str(), true),
        std::tuple("cidr-block-association.cidr-block", "100.64.0.0/16", true),
        std::tuple("cidr", "100.64.0.0/16", false), std::tuple("cidr", "10.0.0.0/16", true)}) {
    const Answer by =
        must("DescribeVpcs", std::string("Filter.1.Name=") + filter + "&Filter.1.Value.1=" + value);
    EXPECT_EQ(by.xml().contains(vpc), found) << filter << value;
  }
  EXPECT_THAT(must("DescribeRouteTables", "Filter.1.Name=vpc-id&Filter.1.Value.1=" + vpc)
                  .texts("//routeSet/item/destinationCidrBlock"),
              ElementsAre("10.0.0.0/16", "100.64.0.0/16"));

  const std::string subnet = make_subnet(vpc, "100.64.1.0/24");
  EXPECT_EQ(refusal("CreateSubnet", "VpcId=" + vpc + "&CidrBlock=100.65.1.0/24"),
            "InvalidSubnet.Range: The CIDR '100.65.1.0/24' is invalid.");
  EXPECT_THAT(refusal("DisassociateVpcCidrBlock", "AssociationId=" + association),
              HasSubstr("InvalidCidrBlock.InUse"));
  must("DeleteSubnet", "SubnetId=" + subnet);
  EXPECT_EQ(must("DisassociateVpcCidrBlock", "AssociationId=" + association)
                .text("//cidrBlockAssociation/cidrBlockState/state"),
            "disassociating");
  EXPECT_TRUE(record<model::Vpc>(vpc)->ipv4_blocks.empty());
  const std::string primary = described.texts("//associationId").front();
  EXPECT_EQ(refusal("DisassociateVpcCidrBlock", "AssociationId=" + primary),
            "OperationNotPermitted: The vpc CIDR block with association ID " + primary +
                " may not be disassociated. It is the primary IPv4 CIDR block of the VPC");
}

// [VPC user guide, "IPv4 CIDR block association restrictions"; VPC quotas]
TEST_F(Ipv4BlockTest, What_a_VPC_may_have_beside_its_CIDR) {
  struct Case {
    const char* primary;
    const char* wanted;
    const char* why;  // empty: it may
  };
  const Case cases[] = {
      {"10.1.0.0/16", "10.2.0.0/16", ""},
      {"10.1.0.0/16", "10.0.0.0/16", "is restricted"},
      {"10.2.0.0/16", "10.0.0.0/16", ""},
      {"10.2.0.0/16", "172.16.0.0/16", "is restricted"},
      {"10.2.0.0/16", "192.168.0.0/24", "is restricted"},
      {"10.2.0.0/16", "198.19.0.0/24", "is restricted"},
      {"10.2.0.0/16", "100.64.0.0/16", ""},
      {"10.2.0.0/16", "203.0.112.0/24", ""},
      {"10.2.0.0/16", "10.2.8.0/24", "conflicts with the CIDR '10.2.0.0/16'"},
      {"10.2.0.0/16", "10.3.0.0/15", "is invalid"},
      {"10.2.0.0/16", "10.3.0.0/29", "is invalid"},
      {"10.2.0.0/16", "fd00::/56", "This is not a valid CIDR block"},
      {"172.16.0.0/16", "172.17.0.0/16", ""},
      {"172.16.0.0/16", "172.31.0.0/16", "is restricted"},
      {"172.16.0.0/16", "10.9.0.0/16", "is restricted"},
      {"192.168.0.0/24", "192.168.1.0/24", ""},
      {"192.168.0.0/24", "172.16.0.0/16", "is restricted"},
      {"100.64.0.0/16", "10.9.0.0/16", "is restricted"},
      {"100.64.0.0/16", "100.65.0.0/16", ""},
      {"198.19.0.0/24", "198.19.1.0/24", ""},
      {"198.19.0.0/24", "10.9.0.0/16", "is restricted"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.primary) + " and " + c.wanted);
    const std::string vpc = make("CreateVpc", std::string("CidrBlock=") + c.primary, "//vpcId");
    if (*c.why == '\0') {
      associate(vpc, c.wanted);
    } else {
      EXPECT_THAT(refused(vpc, c.wanted), HasSubstr(c.why));
    }
    must("DeleteVpc", "VpcId=" + vpc);
  }
  const std::string vpc = make_vpc();
  for (const char* cidr : {"100.64.0.0/16", "100.65.0.0/16", "100.66.0.0/16", "100.67.0.0/16"}) {
    associate(vpc, cidr);
  }
  EXPECT_THAT(refused(vpc, "100.68.0.0/16"), HasSubstr("CidrBlockLimitExceeded"));
}

// "The CIDR block must not be the same or larger than a destination CIDR range in a route in any of
// the VPC route tables." [VPC user guide, "VPC CIDR blocks"]
TEST_F(Ipv4BlockTest, A_CIDR_does_not_take_a_routes_packets) {
  const std::string vpc = make_vpc();
  const std::string gateway = make("CreateInternetGateway", "", "//internetGatewayId");
  must("AttachInternetGateway", "VpcId=" + vpc + "&InternetGatewayId=" + gateway);
  const std::string table = record<model::Vpc>(vpc)->main_route_table_id.value;
  must("CreateRoute",
       "RouteTableId=" + table + "&DestinationCidrBlock=100.64.0.0/24&GatewayId=" + gateway);
  EXPECT_THAT(refused(vpc, "100.64.0.0/16"), HasSubstr("a route in one of the VPC's"));
  EXPECT_THAT(refused(vpc, "100.64.0.0/24"), HasSubstr("a route in one of the VPC's"));
  associate(vpc, "100.64.0.0/25");
}

}  // namespace
}  // namespace postern::api::ec2
