// SPDX-License-Identifier: Apache-2.0
// [PrivateLink guide, "AWS services that integrate with AWS PrivateLink"]
#include "model/aws_services.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "model/dns_names.h"

namespace postern::model {
namespace {

VpcEndpoint endpoint_to(const EndpointService& service) {
  return {.region = service.region, .type = "Interface", .service = service.id};
}

TEST(AwsServices, Are_found_by_their_names_in_their_region) {
  const auto ec2 = find_aws_service("ap-northeast-1", "com.amazonaws.ap-northeast-1.ec2");
  ASSERT_TRUE(ec2);
  EXPECT_EQ(ec2->owner.value, "amazon");
  EXPECT_FALSE(ec2->acceptance_required);
  EXPECT_EQ(ec2->private_dns->name, "ec2.ap-northeast-1.amazonaws.com");
  EXPECT_EQ(ec2->private_dns->state, DnsNameState::Verified);
  EXPECT_EQ(base_endpoint_name(*ec2), "ec2.ap-northeast-1.vpce.amazonaws.com");
  EXPECT_FALSE(find_aws_service("eu-west-1", "com.amazonaws.ap-northeast-1.ec2"));
  EXPECT_FALSE(find_aws_service("ap-northeast-1", "com.amazonaws.ap-northeast-1.ec3"));
  EXPECT_EQ(find_aws_service("cn-north-1", "com.amazonaws.cn-north-1.sts")->private_dns->name,
            "sts.cn-north-1.amazonaws.com.cn");
}

TEST(AwsServices, Have_names_and_labels_of_their_own_in_order) {
  const auto services = aws_services("ap-northeast-1");
  EXPECT_TRUE(std::ranges::is_sorted(services, {}, &EndpointService::name));
  for (const EndpointService& service : services) {
    EXPECT_EQ(std::ranges::count(services, service.id, &EndpointService::id), 1) << service.name;
    EXPECT_TRUE(leads_to_aws(endpoint_to(service)));
    EXPECT_EQ(service_of(World(), endpoint_to(service))->name, service.name);
  }
}

TEST(AwsServices, Are_served_as_what_they_are_signed_for) {
  const auto served = [](const char* name) {
    const auto service =
        find_aws_service("ap-northeast-1", std::string("com.amazonaws.ap-northeast-1.") + name);
    return std::string(served_as(endpoint_to(*service)).value_or("nobody"));
  };
  EXPECT_EQ(served("ec2"), "ec2");
  EXPECT_EQ(served("elasticloadbalancing"), "elasticloadbalancing");
  EXPECT_EQ(served("ssm"), "ssm");
  EXPECT_EQ(served("ssmmessages"), "nobody");
  EXPECT_EQ(served("ec2messages"), "nobody");
  EXPECT_EQ(served("kms"), "nobody");
  EXPECT_EQ(served("ecr.dkr"), "nobody");
}

TEST(AwsServices, Are_not_what_others_lead_to) {
  const VpcEndpoint gateway{.type = "Gateway", .service_name = "com.amazonaws.ap-northeast-1.s3"};
  const VpcEndpoint customers{.type = "Interface",
                              .service = Id<EndpointService>("vpce-svc-0123456789abcdef0")};
  for (const VpcEndpoint& endpoint : {gateway, customers}) {
    EXPECT_FALSE(leads_to_aws(endpoint));
    EXPECT_FALSE(served_as(endpoint));
    EXPECT_FALSE(service_of(World(), endpoint));
  }
}

}  // namespace
}  // namespace postern::model
