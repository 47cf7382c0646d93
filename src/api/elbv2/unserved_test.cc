// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/elbv2_test.h"

namespace postern::api::elbv2 {
namespace {

// [API reference, ModifyCapacityReservation; Terraform reads the reservation of every NLB]
TEST_F(Elbv2Test, No_capacity_is_reserved) {
  const std::string arn = "LoadBalancerArn=" + make_load_balancer();
  EXPECT_EQ(must("DescribeCapacityReservation", arn).xml(), "");
  EXPECT_EQ(must("ModifyCapacityReservation", arn + "&ResetCapacityReservation=true").xml(), "");
  EXPECT_EQ(
      refusal("ModifyCapacityReservation", arn + "&MinimumLoadBalancerCapacity.CapacityUnits=2750"),
      "InvalidConfigurationRequest: Capacity cannot be reserved: a load balancer has what its "
      "host has");
  EXPECT_EQ(refusal("ModifyCapacityReservation", arn),
            "ValidationError: You must specify either a minimum load balancer capacity or to reset "
            "it");
  become(kOther);
  EXPECT_EQ(refusal("DescribeCapacityReservation", arn),
            "LoadBalancerNotFound: One or more load balancers not found");
}

TEST_F(Elbv2Test, Nothing_has_a_resource_policy) {
  EXPECT_EQ(refusal("GetResourcePolicy", "ResourceArn=arn"),
            "ResourceNotFound: No policy of 'arn' was found");
}

}  // namespace
}  // namespace postern::api::elbv2
