// SPDX-License-Identifier: Apache-2.0
#include "model/dns_names.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

// [PrivateLink guide, "Access an AWS service using an interface VPC endpoint": DNS names; the
// suffix as DescribeVpcEndpoints really prints it]
TEST(DnsNames, An_endpoint_has_a_regional_name_and_one_for_each_zone) {
  const VpcEndpoint endpoint{.id = Id<VpcEndpoint>("vpce-0123456789abcdef0"),
                             .region = "ap-northeast-1",
                             .service = Id<EndpointService>("vpce-svc-0fedcba9876543210"),
                             .dns_suffix = "a1b2c3d4"};
  EXPECT_EQ(regional_name(endpoint),
            "vpce-0123456789abcdef0-a1b2c3d4.vpce-svc-0fedcba9876543210.ap-northeast-1.vpce."
            "amazonaws.com");
  EXPECT_EQ(zonal_name(endpoint, "ap-northeast-1c"),
            "vpce-0123456789abcdef0-a1b2c3d4-ap-northeast-1c.vpce-svc-0fedcba9876543210."
            "ap-northeast-1.vpce.amazonaws.com");
}

TEST(DnsNames, A_service_has_a_base_name) {
  const EndpointService service{.id = Id<EndpointService>("vpce-svc-1"), .region = "eu-west-1"};
  EXPECT_EQ(base_endpoint_name(service), "vpce-svc-1.eu-west-1.vpce.amazonaws.com");
}

// [NLB guide, "DNS name": no internal- prefix, unlike an ALB]
TEST(DnsNames, An_NLB_has_a_regional_name_and_one_for_each_zone) {
  const LoadBalancer nlb{.region = "ap-northeast-1", .name = "My-NLB", .hex = "0123456789abcdef"};
  EXPECT_EQ(regional_name(nlb), "My-NLB-0123456789abcdef.elb.ap-northeast-1.amazonaws.com");
  EXPECT_EQ(zonal_name(nlb, "ap-northeast-1a"),
            "ap-northeast-1a.My-NLB-0123456789abcdef.elb.ap-northeast-1.amazonaws.com");
}

// [VPC guide, "DNS attributes for your VPC": private names]
TEST(DnsNames, A_private_name_spells_the_address) {
  const IpAddress address = *IpAddress::parse("10.0.1.5");
  EXPECT_EQ(private_name("ap-northeast-1", address), "ip-10-0-1-5.ap-northeast-1.compute.internal");
  EXPECT_EQ(private_name("us-east-1", address), "ip-10-0-1-5.ec2.internal");
}

TEST(DnsNames, China_has_its_own_domain) {
  EXPECT_EQ(endpoint_zone("cn-north-1"), "cn-north-1.vpce.amazonaws.com.cn");
  EXPECT_EQ(load_balancer_zone("cn-north-1"), "elb.cn-north-1.amazonaws.com.cn");
}

TEST(DnsNames, Hosted_zone_ids_are_AWSs_where_AWS_has_one) {
  EXPECT_EQ(endpoint_hosted_zone_id("ap-northeast-1"), "Z2E726K9Y6RL4W");
  EXPECT_EQ(endpoint_hosted_zone_id("us-east-1"), "Z7HUB22UULQXV");
  EXPECT_EQ(load_balancer_hosted_zone_id("ap-northeast-1"), "Z31USIVHYNEOWT");
  EXPECT_EQ(load_balancer_hosted_zone_id("us-west-2"), "Z18D5FSROUN65G");
}

TEST(DnsNames, A_region_that_AWS_does_not_have_gets_its_own_hosted_zone_ids) {
  EXPECT_EQ(endpoint_hosted_zone_id("moon-east-1"), "ZVPCEMOONEAST1");
  EXPECT_EQ(load_balancer_hosted_zone_id("moon-east-1"), "ZNLBMOONEAST1");
}

}  // namespace
}  // namespace postern::model
