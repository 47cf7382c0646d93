// SPDX-License-Identifier: Apache-2.0
// Route tables, which subnets have them, and which one is a VPC's main table.
#include "api/ec2/ec2_test.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RouteTableTest : public Ec2Test {
 protected:
  std::string make_table() { return make("CreateRouteTable", "VpcId=" + vpc_, "//routeTableId"); }
  std::string main_table(const std::string& vpc) {
    return must("DescribeRouteTables", "Filter.1.Name=vpc-id&Filter.1.Value.1=" + vpc +
                                           "&Filter.2.Name=association.main&Filter.2.Value.1=true")
        .text("//routeTableSet/item/routeTableId");
  }
  std::string main_association(const std::string& table) {
    return must("DescribeRouteTables", "RouteTableId.1=" + table)
        .text("//associationSet/item[main='true']/routeTableAssociationId");
  }
  std::string associate(const std::string& table, const std::string& subnet) {
    return make("AssociateRouteTable", "RouteTableId=" + table + "&SubnetId=" + subnet,
                "//associationId");
  }

  const std::string vpc_ = make_vpc();
};

// [EC2 API reference, DescribeRouteTables]
TEST_F(RouteTableTest, The_main_one_is_described_as_AWS_describes_it) {
  const std::string table = main_table(vpc_);
  EXPECT_EQ(must("DescribeRouteTables", "RouteTableId.1=" + table).xml(),
            "<routeTableSet><item><routeTableId>" + table + "</routeTableId><vpcId>" + vpc_ +
                "</vpcId><ownerId>111111111111</ownerId><routeSet><item><destinationCidrBlock>"
                "10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId><state>active"
                "</state><origin>CreateRouteTable</origin></item></routeSet><associationSet><item>"
                "<routeTableAssociationId>" +
                main_association(table) + "</routeTableAssociationId><routeTableId>" + table +
                "</routeTableId><main>true</main><associationState><state>associated</state>"
                "</associationState></item></associationSet><propagatingVgwSet/><tagSet/></item>"
                "</routeTableSet>");
}

TEST_F(RouteTableTest, A_new_one_has_the_local_route_and_no_association) {
  const Answer made = must("CreateRouteTable", "VpcId=" + vpc_ +
                                                   "&ClientToken=t&TagSpecification.1.ResourceType="
                                                   "route-table&TagSpecification.1.Tag.1.Key=Name&"
                                                   "TagSpecification.1.Tag.1.Value=a");
  EXPECT_THAT(made.texts("//gatewayId"), ElementsAre("local"));
  EXPECT_EQ(made.raw("//associationSet"), "<associationSet/>");
  EXPECT_EQ(made.text("//tagSet/item/value"), "a");
  EXPECT_EQ(made.text("/answer/clientToken"), "t");
}

// [EC2 API reference, AssociateRouteTable, DisassociateRouteTable]
TEST_F(RouteTableTest, A_subnet_has_one_of_its_own_until_it_is_disassociated) {
  const std::string subnet = make_subnet(vpc_);
  const std::string table = make_table();
  const Answer made = must("AssociateRouteTable", "RouteTableId=" + table + "&SubnetId=" + subnet);
  const std::string association = made.text("//associationId");
  EXPECT_TRUE(association.starts_with("rtbassoc-"));
  EXPECT_EQ(made.text("//associationState/state"), "associated");
  const Answer described =
      must("DescribeRouteTables", "Filter.1.Name=association.subnet-id&Filter.1.Value.1=" + subnet);
  EXPECT_EQ(described.text("//routeTableSet/item/routeTableId"), table);
  EXPECT_EQ(described.text("//associationSet/item/routeTableAssociationId"), association);
  EXPECT_EQ(described.text("//associationSet/item/main"), "false");
  EXPECT_EQ(
      refusal("AssociateRouteTable", "RouteTableId=" + main_table(vpc_) + "&SubnetId=" + subnet),
      "Resource.AlreadyAssociated: the specified association for route table " + main_table(vpc_) +
          " conflicts with an existing association");
  must("DisassociateRouteTable", "AssociationId=" + association);
  EXPECT_EQ(
      refusal("DisassociateRouteTable", "AssociationId=" + association),
      "InvalidAssociationID.NotFound: The association ID '" + association + "' does not exist");
  associate(table, subnet);
}

TEST_F(RouteTableTest, The_main_association_is_moved_and_never_ended) {
  const std::string before = main_table(vpc_);
  const std::string association = main_association(before);
  EXPECT_EQ(
      refusal("DisassociateRouteTable", "AssociationId=" + association),
      "InvalidParameterValue: cannot disassociate the main route table association " + association);
  const std::string table = make_table();
  const std::string moved =
      make("ReplaceRouteTableAssociation",
           "AssociationId=" + association + "&RouteTableId=" + table, "//newAssociationId");
  EXPECT_NE(moved, association);
  EXPECT_EQ(main_table(vpc_), table);
  EXPECT_EQ(main_association(table), moved);
  must("DeleteRouteTable", "RouteTableId=" + before);
  EXPECT_EQ(refusal("DeleteRouteTable", "RouteTableId=" + table),
            "DependencyViolation: The routeTable '" + table +
                "' has dependencies and cannot be deleted.");
}

TEST_F(RouteTableTest, A_subnets_association_is_replaced_by_another_with_another_id) {
  const std::string subnet = make_subnet(vpc_);
  const std::string first = make_table();
  const std::string second = make_table();
  const std::string before = associate(first, subnet);
  const Answer replaced =
      must("ReplaceRouteTableAssociation", "AssociationId=" + before + "&RouteTableId=" + second);
  EXPECT_NE(replaced.text("//newAssociationId"), before);
  EXPECT_EQ(replaced.text("//associationState/state"), "associated");
  EXPECT_EQ(record<model::Subnet>(subnet)->route_table.value, second);
  must("DeleteRouteTable", "RouteTableId=" + first);
  EXPECT_EQ(run("DeleteRouteTable", "RouteTableId=" + second).code(), "DependencyViolation");
}

TEST_F(RouteTableTest, Tables_and_subnets_of_two_VPCs_do_not_go_together) {
  const std::string subnet = make_subnet(vpc_);
  const std::string other_vpc = make_vpc();
  const std::string other = main_table(other_vpc);
  EXPECT_EQ(refusal("AssociateRouteTable", "RouteTableId=" + other + "&SubnetId=" + subnet),
            "InvalidParameterValue: route table " + other + " and subnet " + subnet +
                " belong to different networks");
  EXPECT_EQ(
      refusal("ReplaceRouteTableAssociation",
              "AssociationId=" + main_association(main_table(vpc_)) + "&RouteTableId=" + other),
      "InvalidParameterValue: route table " + other + " and network " + vpc_ +
          " belong to different networks");
}

// [VPC user guide, "Delete your VPC"]
TEST_F(RouteTableTest, A_VPC_goes_with_its_main_table_and_not_with_others) {
  const std::string table = make_table();
  EXPECT_EQ(run("DeleteVpc", "VpcId=" + vpc_).code(), "DependencyViolation");
  must("DeleteRouteTable", "RouteTableId=" + table);
  must("DeleteVpc", "VpcId=" + vpc_);
  EXPECT_THAT(must("DescribeRouteTables").texts("//routeTableId"), IsEmpty());
}

TEST_F(RouteTableTest, What_is_not_there_is_refused_in_AWSs_words) {
  const std::string gone = "rtb-00000000000000000";
  EXPECT_EQ(refusal("DescribeRouteTables", "RouteTableId.1=" + gone),
            "InvalidRouteTableID.NotFound: The routeTable ID '" + gone + "' does not exist");
  EXPECT_EQ(refusal("AssociateRouteTable",
                    "RouteTableId=" + make_table() + "&GatewayId=igw-00000000000000000"),
            "Unsupported: The parameter GatewayId is not supported");
  const std::string table = make_table();
  become("222222222222");
  EXPECT_THAT(must("DescribeRouteTables").texts("//routeTableId"), IsEmpty());
  EXPECT_EQ(run("DeleteRouteTable", "RouteTableId=" + table).code(),
            "InvalidRouteTableID.NotFound");
}

TEST_F(RouteTableTest, Filters_pick_by_what_AWS_documents) {
  const std::string subnet = make_subnet(vpc_);
  const std::string main = main_table(vpc_);
  const std::string table = make_table();
  const std::string association = associate(table, subnet);
  const std::string gateway = make("CreateInternetGateway", "", "//internetGatewayId");
  must("AttachInternetGateway", "InternetGatewayId=" + gateway + "&VpcId=" + vpc_);
  must("CreateRoute",
       "RouteTableId=" + table + "&DestinationCidrBlock=0.0.0.0/0&GatewayId=" + gateway);
  struct Case {
    std::string name;
    std::string value;
    std::string found;
  };
  const Case cases[] = {
      {"association.main", "true", main},
      {"association.route-table-association-id", association, table},
      {"association.route-table-id", main, main},
      {"association.subnet-id", subnet, table},
      {"association.gateway-id", gateway, ""},
      {"owner-id", "222222222222", ""},
      {"route-table-id", table, table},
      {"route.destination-cidr-block", "0.0.0.0/0", table},
      {"route.gateway-id", gateway, table},
      {"route.nat-gateway-id", "*", ""},
      {"route.origin", "CreateRoute", table},
      {"route.state", "blackhole", ""},
      {"vpc-id", "vpc-x", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto ids =
        must("DescribeRouteTables", "Filter.1.Name=" + c.name + "&Filter.1.Value.1=" + c.value)
            .texts("//routeTableSet/item/routeTableId");
    EXPECT_EQ(ids, c.found.empty() ? std::vector<std::string>{} : std::vector{c.found});
  }
}

// [VPC user guide, "Amazon VPC quotas": 200]
TEST_F(RouteTableTest, Two_hundred_fit_into_a_VPC) {
  for (int n = 1; n < 200; ++n) {  // beside the main one
    make_table();
  }
  EXPECT_EQ(refusal("CreateRouteTable", "VpcId=" + vpc_),
            "RouteTableLimitExceeded: The maximum number of route tables has been reached.");
}

}  // namespace
}  // namespace postern::api::ec2
