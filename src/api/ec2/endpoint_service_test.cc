// SPDX-License-Identifier: Apache-2.0
// Endpoint services: their owner's actions, who is allowed, and who can find them.
#include "api/ec2/privatelink_test.h"

namespace postern::api::ec2 {
namespace {

using EndpointServiceTest = PrivateLinkTest;

// [EC2 API, CreateVpcEndpointServiceConfiguration; PrivateLink guide, "Endpoint service names"]
TEST_F(EndpointServiceTest, A_service_has_its_name_zones_and_defaults) {
  become(kProvider);
  const Answer answer =
      must("CreateVpcEndpointServiceConfiguration",
           std::string("NetworkLoadBalancerArn.1=") + kNlb +
               "&TagSpecification.1.ResourceType=vpc-endpoint-service&TagSpecification.1.Tag.1.Key="
               "Name&TagSpecification.1.Tag.1.Value=svc");
  const std::string id = answer.text("//serviceId");
  EXPECT_EQ(answer.text("//serviceName"), name_of(id));
  EXPECT_EQ(answer.text("//serviceState"), "Available");
  EXPECT_EQ(answer.text("//acceptanceRequired"), "true");
  EXPECT_EQ(answer.texts("//availabilityZoneSet/item"),
            (std::vector<std::string>{"ap-northeast-1c", "ap-northeast-1a"}));
  EXPECT_EQ(answer.text("//baseEndpointDnsNameSet/item"),
            id + ".ap-northeast-1.vpce.amazonaws.com");
  EXPECT_EQ(answer.text("//networkLoadBalancerArnSet/item"), kNlb);
  EXPECT_EQ(answer.text("//tagSet/item/value"), "svc");
  EXPECT_EQ(must("DescribeVpcEndpointServiceConfigurations", "ServiceId.1=" + id)
                .count("//serviceConfigurationSet/item"),
            1U);
}

TEST_F(EndpointServiceTest, Bad_requests_are_refused_in_AWS_words) {
  become(kProvider);
  const std::string service = make_service();
  const std::string create = "CreateVpcEndpointServiceConfiguration";
  // Recorded by users of AWS.
  EXPECT_EQ(refusal(create),
            "InvalidParameter: exactly one of network_load_balancer_arn or "
            "gateway_load_balancer_arn is a required member");
  EXPECT_EQ(refusal(create, "NetworkLoadBalancerArn.1=arn:x"),
            "InvalidParameter: The Network Load Balancer 'arn:x' does not exist");
  // One NLB serves one service. [PrivateLink guide]
  EXPECT_EQ(refusal(create, std::string("NetworkLoadBalancerArn.1=") + kNlb),
            "InvalidParameter: The Network Load Balancer '" + std::string(kNlb) +
                "' is already associated with the endpoint service '" + service + "'");
  EXPECT_EQ(run(create, "GatewayLoadBalancerArn.1=arn:x").code(), "Unsupported");
  // Spelling: the describe action's code has Id, the delete action's has not. [error-code page]
  const std::string unknown = "vpce-svc-0123456789abcdef0";
  EXPECT_EQ(refusal("DescribeVpcEndpointServiceConfigurations", "ServiceId.1=" + unknown),
            "InvalidVpcEndpointServiceId.NotFound: The VpcEndpointService Id '" + unknown +
                "' does not exist");
  EXPECT_EQ(must("DeleteVpcEndpointServiceConfigurations", "ServiceId.1=" + unknown)
                .text("//unsuccessful/item/error/code"),
            "InvalidVpcEndpointService.NotFound");
  EXPECT_EQ(run("DescribeVpcEndpointServiceConfigurations", "ServiceId.1=svc-1").code(),
            "InvalidVpcEndpointServiceIdId.Malformed");
}

// [EC2 API reference, ModifyVpcEndpointServicePayerResponsibility]
TEST_F(EndpointServiceTest, Its_owner_may_pay_for_all_and_says_so) {
  become(kProvider);
  const std::string service = make_service();
  const auto said = [&] {
    return must("DescribeVpcEndpointServiceConfigurations", "ServiceId.1=" + service)
        .texts("//payerResponsibility");
  };
  EXPECT_EQ(said(), std::vector<std::string>{});
  const std::string action = "ModifyVpcEndpointServicePayerResponsibility";
  EXPECT_EQ(run(action, "ServiceId=" + service + "&PayerResponsibility=EndpointOwner").code(),
            "InvalidParameterValue");
  must(action, "ServiceId=" + service + "&PayerResponsibility=ServiceOwner");
  EXPECT_EQ(said(), std::vector<std::string>{"ServiceOwner"});
  EXPECT_EQ(must("DescribeVpcEndpointServices", "ServiceName.1=" + name_of(service))
                .text("//serviceDetailSet/item/payerResponsibility"),
            "ServiceOwner");
}

// [EC2 API reference, CreateVpcEndpointServiceConfiguration: SupportedRegion; PrivateLink guide,
// "Cross-Region access"]
TEST_F(EndpointServiceTest, Its_owner_offers_it_in_other_regions_and_takes_that_back) {
  become(kProvider);
  const std::string service = make_service("&SupportedRegion.1=eu-west-1");
  const auto described = [&] {
    return must("DescribeVpcEndpointServiceConfigurations", "ServiceId.1=" + service);
  };
  const auto regions = [&] { return described().texts("//supportedRegionSet/item/region"); };
  EXPECT_THAT(regions(), testing::ElementsAre("ap-northeast-1", "eu-west-1"));
  EXPECT_EQ(described().texts("//supportedRegionSet/item/serviceState").back(), "Available");
  EXPECT_EQ(described().text("//remoteAccessEnabled"), "true");
  const std::string modify = "ModifyVpcEndpointServiceConfiguration";
  must(modify, "ServiceId=" + service + "&AddSupportedRegion.1=us-east-1&AddSupportedRegion.2=" +
                   "ap-northeast-1&RemoveSupportedRegion.1=eu-west-1");
  EXPECT_THAT(regions(), testing::ElementsAre("ap-northeast-1", "us-east-1"));
  EXPECT_EQ(refusal(modify, "ServiceId=" + service + "&RemoveSupportedRegion.1=ap-northeast-1"),
            "InvalidParameter: The service's own region cannot be removed");
  EXPECT_EQ(run(modify, "ServiceId=" + service + "&RemoveSupportedRegion.1=eu-west-1").code(),
            "InvalidParameter");
  EXPECT_EQ(run(modify, "ServiceId=" + service + "&AddSupportedRegion.1=europe").code(),
            "InvalidParameter");
  must(modify, "ServiceId=" + service + "&RemoveSupportedRegion.1=us-east-1");
  EXPECT_EQ(described().text("//remoteAccessEnabled"), "false");
}

// [the same: "at least two Availability Zones", and those that have no access from other regions]
TEST_F(EndpointServiceTest, Access_from_other_regions_needs_two_zones_that_have_it) {
  become(kProvider);
  const std::string service = make_service();
  change([](model::Transaction& tx) {
    model::LoadBalancer nlb = load_balancer(kNlb);
    nlb.zones.back().zone_id = "apne1-az3";
    tx.put(nlb);
  });
  EXPECT_THAT(refusal("ModifyVpcEndpointServiceConfiguration",
                      "ServiceId=" + service + "&AddSupportedRegion.1=eu-west-1"),
              testing::HasSubstr("InvalidParameter: Access from other Regions needs"));
}

// [the same: ServiceRegion]
TEST_F(EndpointServiceTest, It_is_found_from_another_region_by_who_names_its_own) {
  const std::string service = make_service("&SupportedRegion.1=eu-west-1");
  const std::string find = "DescribeVpcEndpointServices";
  caller_.region = "eu-west-1";
  const std::string unknown =
      "InvalidServiceName: The Vpc Endpoint Service '" + name_of(service) + "' does not exist";
  EXPECT_EQ(refusal(find, "ServiceName.1=" + name_of(service)), unknown);
  const Answer found =
      must(find, "ServiceName.1=" + name_of(service) + "&ServiceRegion.1=ap-northeast-1");
  EXPECT_EQ(found.text("//serviceRegion"), "ap-northeast-1");
  EXPECT_EQ(found.texts("//availabilityZoneSet/item").front(), "eu-west-1a");
  EXPECT_THAT(must(find, "ServiceRegion.1=ap-northeast-1").texts("//serviceNameSet/item"),
              testing::ElementsAre(name_of(service)));
  EXPECT_EQ(must(find, "ServiceRegion.1=us-east-1").count("//serviceDetailSet/item"), 0U);
  caller_.region = "us-east-1";  // where it is not offered
  EXPECT_EQ(refusal(find, "ServiceName.1=" + name_of(service) + "&ServiceRegion.1=ap-northeast-1"),
            unknown);
}

TEST_F(EndpointServiceTest, Another_account_can_neither_see_nor_change_it) {
  const std::string service = make_service();
  EXPECT_EQ(run("DescribeVpcEndpointServiceConfigurations", "ServiceId.1=" + service).code(),
            "InvalidVpcEndpointServiceId.NotFound");
  EXPECT_EQ(run("ModifyVpcEndpointServicePermissions",
                "ServiceId=" + service + "&AddAllowedPrincipals.1=*")
                .code(),
            "InvalidVpcEndpointServiceId.NotFound");
  EXPECT_EQ(must("DescribeVpcEndpointServiceConfigurations").count("//item"), 0U);
}

// The tutorial's trap: without the principal the service does not exist. [recorded by users]
TEST_F(EndpointServiceTest, A_service_exists_only_for_whom_it_allows) {
  const std::string service = make_service("", false);
  const std::string find = "ServiceName.1=" + name_of(service);
  const std::string words =
      "InvalidServiceName: The Vpc Endpoint Service '" + name_of(service) + "' does not exist";
  EXPECT_EQ(refusal("DescribeVpcEndpointServices", find), words);
  EXPECT_EQ(refusal("CreateVpcEndpoint", endpoint_parameters(service)), words);
  become(kProvider);
  const Answer added =
      must("ModifyVpcEndpointServicePermissions",
           "ServiceId=" + service + "&AddAllowedPrincipals.1=arn:aws:iam::111111111111:root");
  EXPECT_EQ(added.text("//addedPrincipalSet/item/principalType"), "Account");
  EXPECT_THAT(added.text("//servicePermissionId"), testing::StartsWith("vpce-svc-perm-"));
  become(kConsumer);
  const Answer found = must("DescribeVpcEndpointServices", find);
  EXPECT_EQ(found.text("//serviceNameSet/item"), name_of(service));
  EXPECT_EQ(found.text("//owner"), kProvider);
  EXPECT_EQ(found.text("//vpcEndpointPolicySupported"), "false");
  become(kConsumer, "us-east-1");
  EXPECT_EQ(run("DescribeVpcEndpointServices", find).code(), "InvalidServiceName");
}

TEST_F(EndpointServiceTest, A_service_open_to_all_is_found_by_its_name_only) {
  const std::string service = make_service("", false);
  become(kProvider);
  must("ModifyVpcEndpointServicePermissions", "ServiceId=" + service + "&AddAllowedPrincipals.1=*");
  const auto listed = [&] {
    return must("DescribeVpcEndpointServices").count("//serviceDetailSet/item[owner != 'amazon']");
  };
  EXPECT_EQ(listed(), 1U);
  become(kConsumer);
  EXPECT_EQ(listed(), 0U);
  must("DescribeVpcEndpointServices", "ServiceName.1=" + name_of(service));
}

TEST_F(EndpointServiceTest, Adding_a_principal_again_gives_the_same_entry) {
  become(kProvider);
  const std::string service = make_service("", false);
  const std::string add =
      "ServiceId=" + service + "&AddAllowedPrincipals.1=arn:aws:iam::111111111111:root";
  const std::string first =
      make("ModifyVpcEndpointServicePermissions", add, "//servicePermissionId");
  EXPECT_EQ(make("ModifyVpcEndpointServicePermissions", add, "//servicePermissionId"), first);
  const std::string describe = "ServiceId=" + service;
  EXPECT_EQ(must("DescribeVpcEndpointServicePermissions", describe).texts("//servicePermissionId"),
            std::vector<std::string>{first});
  EXPECT_EQ(must("DescribeVpcEndpointServicePermissions",
                 describe + "&Filter.1.Name=principal-type&Filter.1.Value.1=Role")
                .count("//item"),
            0U);
  EXPECT_EQ(refusal("ModifyVpcEndpointServicePermissions",
                    "ServiceId=" + service + "&AddAllowedPrincipals.1=111111111111"),
            "InvalidPrincipal: Invalid Principal: '111111111111'");
  must("ModifyVpcEndpointServicePermissions",
       "ServiceId=" + service + "&RemoveAllowedPrincipals.1=arn:aws:iam::111111111111:root");
  EXPECT_EQ(must("DescribeVpcEndpointServicePermissions", describe).count("//item"), 0U);
}

// [EC2 API, DeleteVpcEndpointServiceConfigurations; message recorded by users]
TEST_F(EndpointServiceTest, A_service_with_live_connections_cannot_be_deleted) {
  const std::string service = make_service();
  const std::string endpoint = make_endpoint(service);
  become(kProvider);
  const std::string remove = "ServiceId.1=" + service;
  const Answer refused = must("DeleteVpcEndpointServiceConfigurations", remove);
  EXPECT_EQ(refused.text("//code"), "ExistingVpcEndpointConnections");
  EXPECT_EQ(refused.text("//message"), "Service has existing active VPC Endpoint connections!");
  EXPECT_EQ(refused.text("//resourceId"), service);
  decide("RejectVpcEndpointConnections", service, endpoint);
  EXPECT_EQ(must("DeleteVpcEndpointServiceConfigurations", remove).count("//unsuccessful/item"),
            0U);
  become(kConsumer);
  EXPECT_EQ(state_of(endpoint), "rejected");
}

// A zone added to an NLB is in the service only after a modify that says nothing else.
// [PrivateLink guide, "Change the Availability Zones of your service"]
TEST_F(EndpointServiceTest, Zones_are_read_again_when_asked) {
  become(kProvider);
  const std::string service = make_service();
  change([](model::Transaction& tx) {
    model::LoadBalancer wider = load_balancer(kNlb);
    wider.zones.push_back({.zone = "ap-northeast-1d", .zone_id = "apne1-az2"});
    tx.put(wider);
  });
  const auto zones = [&] {
    return must("DescribeVpcEndpointServiceConfigurations").count("//availabilityZoneSet/item");
  };
  EXPECT_EQ(zones(), 2U);
  must("ModifyVpcEndpointServiceConfiguration", "ServiceId=" + service);
  EXPECT_EQ(zones(), 3U);
  must("ModifyVpcEndpointServiceConfiguration",
       "ServiceId=" + service + "&AcceptanceRequired=false");
  EXPECT_EQ(must("DescribeVpcEndpointServiceConfigurations").text("//acceptanceRequired"), "false");
}

TEST_F(EndpointServiceTest, Load_balancers_come_and_go_but_one_stays) {
  become(kProvider);
  const std::string service = make_service();
  const std::string modify = "ModifyVpcEndpointServiceConfiguration";
  const std::string remove =
      "ServiceId=" + service + "&RemoveNetworkLoadBalancerArn.1=" + std::string(kNlb);
  EXPECT_EQ(refusal(modify, remove),
            "InvalidParameter: A service needs at least one load balancer");
  const std::string other = std::string(kNlb) + "2";
  change([&](model::Transaction& tx) { tx.put(load_balancer(other)); });
  must(modify, "ServiceId=" + service + "&AddNetworkLoadBalancerArn.1=" + other);
  become(kConsumer);
  make_endpoint(service);
  become(kProvider);
  // [EC2 API: "…if there are available endpoint connections"]
  EXPECT_EQ(run(modify, remove).code(), "ExistingVpcEndpointConnections");
}

}  // namespace
}  // namespace postern::api::ec2
