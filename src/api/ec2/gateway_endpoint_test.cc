// SPDX-License-Identifier: Apache-2.0
// [PrivateLink guide, "Gateway endpoints"; EC2 API reference, CreateVpcEndpoint]
#include "api/ec2/ec2_test.h"
#include "model/programmed.h"

namespace postern::api::ec2 {
namespace {

using testing::Contains;
using testing::ElementsAre;

class GatewayEndpointTest : public Ec2Test {
 protected:
  std::string make_endpoint(const std::string& more = "") {
    return make("CreateVpcEndpoint",
                "VpcId=" + vpc_ + "&PrivateDnsEnabled=false&ServiceName=" + kService + more,
                "//vpcEndpointId");
  }
  std::string make_table(const std::string& vpc) {
    return make("CreateRouteTable", "VpcId=" + vpc, "//routeTableId");
  }
  Answer table(const std::string& id) {
    return must("DescribeRouteTables", "RouteTableId.1=" + id);
  }

  static constexpr const char* kService = "com.amazonaws.ap-northeast-1.s3";
  const std::string vpc_ = make_vpc();
};

TEST_F(GatewayEndpointTest, Is_a_route_in_its_route_tables) {
  const std::string one = make_table(vpc_);
  const std::string two = make_table(vpc_);
  const std::string endpoint = make_endpoint("&RouteTableId.1=" + one);
  const std::string list =
      must("DescribePrefixLists",
           std::string("Filter.1.Name=prefix-list-name&Filter.1.Value.1=") + kService)
          .text("//prefixListId");
  EXPECT_TRUE(list.starts_with("pl-"));
  EXPECT_THAT(table(one).texts("//routeSet/item/gatewayId"), Contains(endpoint));
  EXPECT_THAT(table(one).texts("//destinationPrefixListId"), ElementsAre(list));
  must("ModifyVpcEndpoint",
       "VpcEndpointId=" + endpoint + "&AddRouteTableId.1=" + two + "&RemoveRouteTableId.1=" + one);
  const Answer seen = must("DescribeVpcEndpoints", "VpcEndpointId.1=" + endpoint);
  EXPECT_EQ(seen.text("//vpcEndpointType"), "Gateway");
  EXPECT_EQ(seen.text("//state"), "available");
  EXPECT_THAT(seen.texts("//routeTableIdSet/item"), ElementsAre(two));
  EXPECT_EQ(seen.count("//networkInterfaceIdSet/item") + seen.count("//dnsEntrySet/item"), 0U);
  EXPECT_EQ(table(one).count("//destinationPrefixListId"), 0U);
  must("DeleteVpcEndpoints", "VpcEndpointId.1=" + endpoint);
  change([](model::Transaction& tx) {
    const model::World now = tx.world();
    model::mark_programmed(tx, now);
  });
  EXPECT_EQ(table(two).count("//destinationPrefixListId"), 0U);
  EXPECT_EQ(run("DescribeVpcEndpoints", "VpcEndpointId.1=" + endpoint).code(),
            "InvalidVpcEndpointId.NotFound");
}

TEST_F(GatewayEndpointTest, Refuses_as_AWS_does) {
  const std::string mine = make_table(vpc_);
  const std::string other = make_table(make_vpc("10.1.0.0/16"));
  make_endpoint("&RouteTableId.1=" + mine);
  const std::string in_vpc = "VpcId=" + vpc_ + "&ServiceName=" + kService;
  EXPECT_EQ(run("CreateVpcEndpoint", in_vpc + "&RouteTableId.1=" + mine).code(),
            "RouteAlreadyExists");
  EXPECT_EQ(run("CreateVpcEndpoint", in_vpc + "&RouteTableId.1=" + other).code(),
            "InvalidParameter");
  EXPECT_EQ(run("CreateVpcEndpoint", in_vpc + "&RouteTableId.1=rtb-00000000000000000").code(),
            "InvalidRouteTableID.NotFound");
  EXPECT_EQ(run("CreateVpcEndpoint", in_vpc + "&SubnetId.1=subnet-1").code(), "InvalidParameter");
  EXPECT_EQ(
      run("CreateVpcEndpoint", "VpcId=" + vpc_ + "&ServiceName=com.amazonaws.ap-northeast-1.sqs")
          .code(),
      "InvalidServiceName");
  EXPECT_EQ(run("CreateVpcEndpoint", in_vpc + "&VpcEndpointType=GatewayLoadBalancer").code(),
            "Unsupported");
}

}  // namespace
}  // namespace postern::api::ec2
