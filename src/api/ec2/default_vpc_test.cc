// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/default_vpc.h"

#include "api/ec2/ec2_test.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;

class DefaultVpcTest : public Ec2Test {
 protected:
  void ensure(const std::string& region = "ap-northeast-1") {
    change([&](model::Transaction& tx) { ensure_default_vpc(tx, caller_.account, region); });
  }
};

// [VPC user guide, "Default VPC components"]
TEST_F(DefaultVpcTest, Has_a_subnet_in_each_zone) {
  ensure();
  const Answer vpcs = must("DescribeVpcs", "Filter.1.Name=is-default&Filter.1.Value.1=true");
  EXPECT_THAT(vpcs.texts("//vpcSet/item/cidrBlock"), ElementsAre("172.31.0.0/16"));
  EXPECT_EQ(must("DescribeVpcAttribute",
                 "VpcId=" + vpcs.text("//vpcId") + "&Attribute=enableDnsHostnames")
                .text("//value"),
            "true");
  std::vector<std::string> places;
  const Answer subnets =
      must("DescribeSubnets", "Filter.1.Name=default-for-az&Filter.1.Value.1=true");
  for (const char* zone : {"ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"}) {
    places.push_back(
        subnets.text(std::string("//item[availabilityZone='") + zone + "']/cidrBlock"));
  }
  EXPECT_THAT(places, ElementsAre("172.31.0.0/20", "172.31.16.0/20", "172.31.32.0/20"));
  EXPECT_THAT(subnets.texts("//availableIpAddressCount"), ElementsAre("4091", "4091", "4091"));
  EXPECT_THAT(subnets.texts("//mapPublicIpOnLaunch"), ElementsAre("true", "true", "true"));
}

TEST_F(DefaultVpcTest, Is_made_once_for_each_region_and_never_again) {
  ensure();
  ensure();
  ensure("us-east-1");
  EXPECT_EQ(must("DescribeVpcs").count("//vpcId"), 1U);
  const std::string id = must("DescribeVpcs").text("//vpcId");
  for (const std::string& subnet : must("DescribeSubnets").texts("//subnetId")) {
    must("DeleteSubnet", "SubnetId=" + subnet);
  }
  must("DeleteVpc", "VpcId=" + id);
  ensure();
  EXPECT_EQ(must("DescribeVpcs").count("//vpcId"), 0U);
  become("111111111111", "us-east-1");
  EXPECT_EQ(must("DescribeSubnets").count("//subnetId"), 6U);
}

}  // namespace
}  // namespace postern::api::ec2
