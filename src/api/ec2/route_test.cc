// SPDX-License-Identifier: Apache-2.0
// The routes of a table.
#include "api/ec2/ec2_test.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;

class RouteTest : public Ec2Test {
 protected:
  std::string table(const std::string& parameters) {
    return "RouteTableId=" + table_ + "&" + parameters;
  }
  std::string make_gateway(const std::string& vpc) {
    const std::string id = make("CreateInternetGateway", "", "//internetGatewayId");
    must("AttachInternetGateway", "InternetGatewayId=" + id + "&VpcId=" + vpc);
    return id;
  }
  // The elements of the route at that place; the local one is the first.
  std::string described(int at) {
    return must("DescribeRouteTables", "RouteTableId.1=" + table_)
        .raw("//routeSet/item[" + std::to_string(at) + "]");
  }

  const std::string vpc_ = make_vpc();
  const std::string table_ = make("CreateRouteTable", "VpcId=" + vpc_, "//routeTableId");
  const std::string gateway_ = make_gateway(vpc_);
};

// [EC2 API reference, Route]
TEST_F(RouteTest, Is_described_by_its_destination_and_target) {
  const std::string list =
      make("CreateManagedPrefixList", "PrefixListName=l&MaxEntries=1&AddressFamily=IPv4",
           "//prefixListId");
  EXPECT_EQ(
      must("CreateRoute", table("DestinationCidrBlock=192.168.1.7/16&GatewayId=" + gateway_)).xml(),
      "<return>true</return>");
  must("CreateRoute", table("DestinationIpv6CidrBlock=::/0&GatewayId=" + gateway_));
  must("CreateRoute", table("DestinationPrefixListId=" + list + "&GatewayId=" + gateway_));
  const std::string rest = "<gatewayId>" + gateway_ +
                           "</gatewayId><state>active</state><origin>CreateRoute</origin></item>";
  EXPECT_EQ(described(2),
            "<item><destinationCidrBlock>192.168.0.0/16</destinationCidrBlock>" + rest);
  EXPECT_EQ(described(3), "<item><destinationIpv6CidrBlock>::/0</destinationIpv6CidrBlock>" + rest);
  EXPECT_EQ(described(4),
            "<item><destinationPrefixListId>" + list + "</destinationPrefixListId>" + rest);
  EXPECT_EQ(run("DeleteManagedPrefixList", "PrefixListId=" + list).code(), "DependencyViolation");
}

// [EC2 API reference, CreateRoute; error-code page: RouteAlreadyExists]
TEST_F(RouteTest, What_cannot_be_made_is_refused) {
  const std::string other_vpc = make_vpc();
  const std::string other = make_gateway(other_vpc);
  must("CreateRoute", table("DestinationCidrBlock=0.0.0.0/0&GatewayId=" + gateway_));
  struct Case {
    std::string parameters;
    std::string error;
  };
  const std::string to_gateway = "&GatewayId=" + gateway_;
  const Case cases[] = {
      {"GatewayId=" + gateway_,
       "MissingParameter: The request must contain exactly one of destinationCidrBlock, "
       "destinationIpv6CidrBlock, destinationPrefixListId"},
      {"DestinationCidrBlock=1.0.0.0/8&DestinationIpv6CidrBlock=::/0" + to_gateway,
       "InvalidParameterCombination: The request must contain exactly one of destinationCidrBlock, "
       "destinationIpv6CidrBlock, destinationPrefixListId"},
      {"DestinationCidrBlock=1.0.0.0/8",
       "MissingParameter: The request must contain exactly one of gatewayId, natGatewayId, "
       "egressOnlyInternetGatewayId"},
      {"DestinationCidrBlock=x" + to_gateway,
       "InvalidParameterValue: Value (x) for parameter cidrBlock is invalid. This is not a valid "
       "CIDR block."},
      {"DestinationCidrBlock=0.0.0.0/0" + to_gateway,
       "RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists."},
      {"DestinationCidrBlock=10.0.0.0/16" + to_gateway,
       "RouteAlreadyExists: The route identified by 10.0.0.0/16 already exists."},
      {"DestinationCidrBlock=10.0.1.0/24" + to_gateway,
       "InvalidParameterValue: The destination CIDR block 10.0.1.0/24 is equal to or more specific "
       "than one of this VPC's CIDR blocks. This route can target only an interface or an "
       "instance."},
      {"DestinationCidrBlock=1.0.0.0/8&GatewayId=" + other,
       "InvalidParameterValue: route table " + table_ + " and network gateway " + other +
           " belong to different networks"},
      {"DestinationCidrBlock=1.0.0.0/8&GatewayId=igw-00000000000000000",
       "InvalidGatewayID.NotFound: The gateway ID 'igw-00000000000000000' does not exist"},
      {"DestinationCidrBlock=1.0.0.0/8&NatGatewayId=nat-00000000000000000",
       "InvalidNatGatewayID.NotFound: The natGateway ID 'nat-00000000000000000' does not exist"},
      {"DestinationPrefixListId=pl-00000000000000000" + to_gateway,
       "InvalidPrefixListID.NotFound: The prefix list ID 'pl-00000000000000000' does not exist"},
      {"DestinationCidrBlock=1.0.0.0/8&InstanceId=i-00000000000000000",
       "Unsupported: The parameter InstanceId is not supported"},
      {"DestinationCidrBlock=1.0.0.0/8&VpcPeeringConnectionId=pcx-00000000000000000",
       "Unsupported: The parameter VpcPeeringConnectionId is not supported"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    EXPECT_EQ(refusal("CreateRoute", table(c.parameters)), c.error);
  }
}

// [EC2 API reference, DescribeRouteTables, route.state]
TEST_F(RouteTest, To_a_gateway_that_is_gone_is_a_blackhole) {
  must("CreateRoute", table("DestinationCidrBlock=0.0.0.0/0&GatewayId=" + gateway_));
  must("DetachInternetGateway", "InternetGatewayId=" + gateway_ + "&VpcId=" + vpc_);
  EXPECT_THAT(
      must("DescribeRouteTables", "RouteTableId.1=" + table_).texts("//routeSet/item/state"),
      ElementsAre("active", "blackhole"));
  must("AttachInternetGateway", "InternetGatewayId=" + gateway_ + "&VpcId=" + vpc_);
  EXPECT_THAT(
      must("DescribeRouteTables", "RouteTableId.1=" + table_).texts("//routeSet/item/state"),
      ElementsAre("active", "active"));
}

// [EC2 API reference, ReplaceRoute]
TEST_F(RouteTest, Its_target_is_replaced) {
  const std::string subnet = make_subnet(vpc_);
  const std::string nat = make(
      "CreateNatGateway", "SubnetId=" + subnet + "&ConnectivityType=private", "//natGatewayId");
  must("CreateRoute", table("DestinationCidrBlock=0.0.0.0/0&GatewayId=" + gateway_));
  must("ReplaceRoute", table("DestinationCidrBlock=0.0.0.0/0&NatGatewayId=" + nat));
  EXPECT_EQ(described(2),
            "<item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock>"
            "<natGatewayId>" +
                nat + "</natGatewayId><state>active</state><origin>CreateRoute</origin></item>");
  EXPECT_EQ(refusal("ReplaceRoute", table("DestinationCidrBlock=1.0.0.0/8&NatGatewayId=" + nat)),
            "InvalidParameterValue: There is no route defined for '1.0.0.0/8' in the route table. "
            "Use CreateRoute instead.");
  // Its id may be given as a gateway's. [Terraform's AWS provider, aws_route_table: "NOTE on
  // gateway_id and nat_gateway_id"]
  const std::string before = described(2);
  must("ReplaceRoute", table("DestinationCidrBlock=0.0.0.0/0&GatewayId=" + gateway_));
  must("ReplaceRoute", table("DestinationCidrBlock=0.0.0.0/0&GatewayId=" + nat));
  EXPECT_EQ(described(2), before);
  EXPECT_EQ(run("CreateRoute", table("DestinationCidrBlock=1.0.0.0/8&GatewayId=nat-0")).code(),
            "InvalidNatGatewayID.NotFound");
  must("ReplaceRoute", table("DestinationCidrBlock=10.0.0.0/16&LocalTarget=true"));
  EXPECT_EQ(refusal("ReplaceRoute", table("DestinationCidrBlock=10.0.0.0/16&NatGatewayId=" + nat)),
            "Unsupported: The target of the local route 10.0.0.0/16 cannot be replaced");
}

// [EC2 API reference, DeleteRoute]
TEST_F(RouteTest, Goes_by_its_destination_and_the_local_one_stays) {
  must("CreateRoute", table("DestinationCidrBlock=0.0.0.0/0&GatewayId=" + gateway_));
  must("DeleteRoute", table("DestinationCidrBlock=0.0.0.0/0"));
  EXPECT_EQ(
      refusal("DeleteRoute", table("DestinationCidrBlock=0.0.0.0/0")),
      "InvalidRoute.NotFound: no route with destination-cidr-block 0.0.0.0/0 in route table " +
          table_);
  EXPECT_EQ(
      refusal("DeleteRoute", table("DestinationCidrBlock=10.0.0.0/16")),
      "InvalidParameterValue: cannot remove local route 10.0.0.0/16 in route table " + table_);
}

TEST_F(RouteTest, Another_accounts_gateway_does_not_exist) {
  become("222222222222");
  const std::string vpc = make_vpc();
  const std::string table = make("CreateRouteTable", "VpcId=" + vpc, "//routeTableId");
  EXPECT_EQ(run("CreateRoute",
                "RouteTableId=" + table + "&DestinationCidrBlock=0.0.0.0/0&GatewayId=" + gateway_)
                .code(),
            "InvalidGatewayID.NotFound");
}

}  // namespace
}  // namespace postern::api::ec2
