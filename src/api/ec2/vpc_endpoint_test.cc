// SPDX-License-Identifier: Apache-2.0
// Interface endpoints and their connections, from creation to deletion, seen from both sides.
#include "api/ec2/privatelink_test.h"

namespace postern::api::ec2 {
namespace {

using VpcEndpointTest = PrivateLinkTest;

// [PrivateLink guide, "Create an interface endpoint"; recorded answers: interfaces and names are
// there while the acceptance is pending]
TEST_F(VpcEndpointTest, A_new_endpoint_has_interfaces_and_names_and_waits_for_acceptance) {
  const std::string service = make_service();
  const Answer answer =
      must("CreateVpcEndpoint",
           endpoint_parameters(service) + "&SubnetId.1=" + subnet_a_ + "&SubnetId.2=" + subnet_c_);
  const std::string id = answer.text("//vpcEndpointId");
  EXPECT_EQ(answer.text("//state"), "pendingAcceptance");
  EXPECT_EQ(answer.texts("//subnetIdSet/item"), (std::vector<std::string>{subnet_a_, subnet_c_}));
  EXPECT_EQ(answer.count("//networkInterfaceIdSet/item"), 2U);
  EXPECT_EQ(answer.text("//groupSet/item/groupName"), "default");
  EXPECT_EQ(answer.text("//ownerId"), kConsumer);
  EXPECT_EQ(answer.text("//serviceRegion"), "ap-northeast-1");
  const auto names = answer.texts("//dnsEntrySet/item/dnsName");
  ASSERT_EQ(names.size(), 3U);
  EXPECT_THAT(names[0], testing::MatchesRegex(id + "-[a-z0-9]{8}\\." + service +
                                              "\\.ap-northeast-1\\.vpce\\.amazonaws\\.com"));
  EXPECT_THAT(names[1], testing::HasSubstr("-ap-northeast-1a." + service));
  EXPECT_THAT(names[2], testing::HasSubstr("-ap-northeast-1c." + service));
  const auto* interface =
      record<model::NetworkInterface>(answer.text("//networkInterfaceIdSet/item"));
  ASSERT_NE(interface, nullptr);
  EXPECT_EQ(interface->type, model::InterfaceType::VpcEndpoint);
  EXPECT_EQ(interface->description, "VPC Endpoint Interface " + id);
  EXPECT_TRUE(interface->requester_managed);
  EXPECT_EQ(interface->attachment->instance_owner_id, "amazon-aws");
}

TEST_F(VpcEndpointTest, Acceptance_takes_it_to_available_for_both_sides) {
  const std::string service = make_service();
  const std::string endpoint = make_endpoint(service);
  programmed();
  EXPECT_EQ(state_of(endpoint), "pendingAcceptance");  // not by itself
  EXPECT_EQ(decide("AcceptVpcEndpointConnections", service, endpoint).count("//unsuccessful/item"),
            0U);
  EXPECT_EQ(state_of(endpoint), "pending");
  programmed();
  EXPECT_EQ(state_of(endpoint), "available");
  // Accepting again changes nothing.
  const auto connection = record<model::VpcEndpoint>(endpoint)->connection;
  EXPECT_EQ(decide("AcceptVpcEndpointConnections", service, endpoint).count("//unsuccessful/item"),
            0U);
  EXPECT_EQ(record<model::VpcEndpoint>(endpoint)->connection, connection);
  become(kProvider);
  const Answer seen = must("DescribeVpcEndpointConnections",
                           "Filter.1.Name=service-id&Filter.1.Value.1=" + service);
  EXPECT_EQ(seen.text("//vpcEndpointState"), "available");
  EXPECT_EQ(seen.text("//vpcEndpointOwner"), kConsumer);
  EXPECT_EQ(seen.text("//vpcEndpointId"), endpoint);
}

TEST_F(VpcEndpointTest, A_service_without_acceptance_connects_at_once) {
  const std::string endpoint = make_endpoint(make_service("&AcceptanceRequired=false"));
  EXPECT_EQ(state_of(endpoint), "pending");
  programmed();
  EXPECT_EQ(state_of(endpoint), "available");
}

// [PrivateLink guide, "Cross-Region access"; EC2 API reference, CreateVpcEndpoint: ServiceRegion]
class CrossRegionTest : public PrivateLinkTest {
 protected:
  void SetUp() override {
    PrivateLinkTest::SetUp();
    service_ = make_service("&SupportedRegion.1=us-east-1");
    caller_.region = "us-east-1";
    vpc_ = make_vpc();
    subnet_a_ = make_zone_subnet("10.0.1.0/24", "us-east-1a");
    subnet_c_ = make_zone_subnet("10.0.2.0/24", "us-east-1b");
  }

  std::string parameters() const {
    return endpoint_parameters(service_) + "&SubnetId.1=" + subnet_a_ + "&SubnetId.2=" + subnet_c_;
  }

  std::string service_;
};

TEST_F(CrossRegionTest, An_endpoint_leads_to_a_service_in_another_region) {
  EXPECT_EQ(run("CreateVpcEndpoint", parameters()).code(), "InvalidServiceName");
  const Answer made = must("CreateVpcEndpoint", parameters() + "&ServiceRegion=ap-northeast-1");
  const std::string id = made.text("//vpcEndpointId");
  EXPECT_EQ(made.text("//serviceRegion"), "ap-northeast-1");
  EXPECT_EQ(made.text("//state"), "pendingAcceptance");
  // Names lie in the service's region; zones are the consumer's.
  const auto names = made.texts("//dnsEntrySet/item/dnsName");
  ASSERT_EQ(names.size(), 3U);
  EXPECT_TRUE(names[0].ends_with("." + service_ + ".ap-northeast-1.vpce.amazonaws.com"))
      << names[0];
  EXPECT_THAT(names[1], testing::HasSubstr("-us-east-1a." + service_));
  for (const model::EndpointSubnet& subnet : record<model::VpcEndpoint>(id)->subnets) {
    EXPECT_EQ(subnet.load_balancer.value, kNlb);
    EXPECT_TRUE(subnet.remote_zone_id == "apne1-az1" || subnet.remote_zone_id == "apne1-az4");
  }
  EXPECT_EQ(
      must("DescribeVpcEndpoints", "Filter.1.Name=service-region&Filter.1.Value.1=ap-northeast-1")
          .text("//vpcEndpointId"),
      id);
  caller_.region = "ap-northeast-1";
  decide("AcceptVpcEndpointConnections", service_, id);
  become(kProvider);
  const auto found = [&](const std::string& region) {
    return must("DescribeVpcEndpointConnections",
                "Filter.1.Name=vpc-endpoint-region&Filter.1.Value.1=" + region)
        .texts("//vpcEndpointRegion");
  };
  EXPECT_THAT(found("us-east-1"), testing::ElementsAre("us-east-1"));
  EXPECT_THAT(found("cross-region"), testing::ElementsAre("us-east-1"));
  EXPECT_THAT(found("eu-west-1"), testing::IsEmpty());
}

TEST_F(CrossRegionTest, Some_zones_have_none) {
  const std::string subnet = make_zone_subnet("10.0.3.0/24", "us-east-1e");
  EXPECT_EQ(refusal("CreateVpcEndpoint", endpoint_parameters(service_) +
                                             "&ServiceRegion=ap-northeast-1&SubnetId.1=" + subnet),
            "InvalidParameter: Only the following availability zones are supported for remote "
            "access: use1-az1, use1-az2, use1-az4, use1-az6, use1-az5");
}

TEST_F(CrossRegionTest, A_region_that_is_taken_back_leaves_the_endpoints_that_are_there) {
  const std::string id =
      make("CreateVpcEndpoint", parameters() + "&ServiceRegion=ap-northeast-1", "//vpcEndpointId");
  const model::Caller consumer = caller_;
  become(kProvider);
  caller_.region = "ap-northeast-1";
  must("ModifyVpcEndpointServiceConfiguration",
       "ServiceId=" + service_ + "&RemoveSupportedRegion.1=us-east-1");
  caller_ = consumer;
  EXPECT_EQ(state_of(id), "pendingAcceptance");
  EXPECT_EQ(run("CreateVpcEndpoint", parameters() + "&ServiceRegion=ap-northeast-1").code(),
            "InvalidServiceName");
}

TEST_F(CrossRegionTest, Services_of_AWSs_are_of_the_callers_own_region) {
  EXPECT_EQ(run("CreateVpcEndpoint", "VpcEndpointType=Interface&VpcId=" + vpc_ +
                                         "&ServiceName=com.amazonaws.us-east-1.ec2&ServiceRegion="
                                         "ap-northeast-1")
                .code(),
            "InvalidServiceName");
}

TEST_F(VpcEndpointTest, Only_the_services_owner_decides_and_only_on_its_own_connections) {
  const std::string service = make_service();
  const std::string endpoint = make_endpoint(service);
  const std::string accept = "ServiceId=" + service + "&VpcEndpointId.1=" + endpoint;
  EXPECT_EQ(run("AcceptVpcEndpointConnections", accept).code(),
            "InvalidVpcEndpointServiceId.NotFound");
  EXPECT_EQ(must("DescribeVpcEndpointConnections").count("//item"), 0U);
  become(kProvider);
  const Answer unknown = must("AcceptVpcEndpointConnections",
                              "ServiceId=" + service + "&VpcEndpointId.1=vpce-0123456789abcdef0");
  EXPECT_EQ(unknown.text("//error/code"), "InvalidVpcEndpoint.NotFound");
  EXPECT_EQ(unknown.text("//resourceId"), "vpce-0123456789abcdef0");
}

TEST_F(VpcEndpointTest, A_rejected_endpoint_stays_and_can_be_accepted_or_deleted) {
  const std::string service = make_service();
  const std::string endpoint = make_endpoint(service);
  decide("RejectVpcEndpointConnections", service, endpoint);
  EXPECT_EQ(state_of(endpoint), "rejected");
  decide("AcceptVpcEndpointConnections", service, endpoint);
  programmed();
  EXPECT_EQ(state_of(endpoint), "available");
  decide("RejectVpcEndpointConnections", service, endpoint);
  EXPECT_EQ(state_of(endpoint), "rejected");
  EXPECT_EQ(must("DeleteVpcEndpoints", "VpcEndpointId.1=" + endpoint).count("//item"), 0U);
  EXPECT_EQ(state_of(endpoint), "deleting");
}

// A deleted endpoint's id is unknown to its owner at once; the provider sees the row a while
// longer. The codes of describe and delete differ. [spec 1.9, as Terraform's provider tells them
// apart]
TEST_F(VpcEndpointTest, Deletion_takes_the_interfaces_and_the_id) {
  const std::string service = make_service();
  const std::string endpoint = make_endpoint(service);
  const auto interface = record<model::VpcEndpoint>(endpoint)->subnets[0].network_interface;
  must("DeleteVpcEndpoints", "VpcEndpointId.1=" + endpoint);
  programmed();
  EXPECT_EQ(refusal("DescribeVpcEndpoints", "VpcEndpointId.1=" + endpoint),
            "InvalidVpcEndpointId.NotFound: The Vpc Endpoint Id '" + endpoint + "' does not exist");
  EXPECT_EQ(must("DescribeVpcEndpoints").count("//item"), 0U);
  EXPECT_EQ(must("DeleteVpcEndpoints", "VpcEndpointId.1=" + endpoint).text("//error/code"),
            "InvalidVpcEndpoint.NotFound");
  EXPECT_EQ(record<model::NetworkInterface>(interface.value), nullptr);
  become(kProvider);
  EXPECT_EQ(must("DescribeVpcEndpointConnections").text("//vpcEndpointState"), "deleted");
}

TEST_F(VpcEndpointTest, Bad_requests_are_refused_in_AWS_words) {
  const std::string service = make_service();
  const std::string name = name_of(service);
  const std::string good = endpoint_parameters(service);
  const std::string other_vpc = make_vpc("10.9.0.0/16");
  const std::string other_subnet = make_subnet(other_vpc, "10.9.0.0/24");
  const std::string same_zone = make_zone_subnet("10.0.4.0/24", "ap-northeast-1a");
  const std::string other_group = make_group(other_vpc);
  struct Case {
    const char* name;
    std::string parameters;
    std::string error;
  };
  const Case cases[] = {
      {"no such service",
       "VpcEndpointType=Interface&VpcId=" + vpc_ + "&ServiceName=com.amazonaws.vpce.x.vpce-svc-1",
       "InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.vpce.x.vpce-svc-1' does not "
       "exist"},
      {"no such VPC", "VpcEndpointType=Interface&VpcId=vpc-0123456789abcdef0&ServiceName=" + name,
       "InvalidVpcID.NotFound: The vpc ID 'vpc-0123456789abcdef0' does not exist"},
      {"bad type", "VpcEndpointType=Portal&VpcId=" + vpc_ + "&ServiceName=" + name,
       "InvalidVpcEndpointType: The endpoint type 'Portal' is not valid"},
      {"a second VPC's subnet", good + "&SubnetId.1=" + other_subnet,
       "InvalidSubnetID.NotFound: The subnet ID '" + other_subnet +
           "' does not exist in the VPC '" + vpc_ + "'"},
      {"two subnets in a zone", good + "&SubnetId.1=" + subnet_a_ + "&SubnetId.2=" + same_zone,
       "DuplicateSubnetsInSameZone: Found another VPC endpoint subnet in the availability zone "
       "of " +
           same_zone +
           ". VPC endpoint subnets should be in different availability zones supported by the VPC "
           "endpoint service."},
      {"no common zone", good + "&SubnetId.1=" + subnet_d_,
       "InvalidParameter: The VPC endpoint service " + name +
           " does not support the availability zone of the subnet: " + subnet_d_ + "."},
      {"another VPC's group", good + "&SecurityGroupId.1=" + other_group,
       "InvalidGroup.NotFound: The security group '" + other_group +
           "' does not exist in the VPC '" + vpc_ + "'"},
      {"private DNS", good + "&PrivateDnsEnabled=true",
       "InvalidParameter: Private DNS can't be enabled because the service " + name +
           " does not provide a private DNS name."},
      {"an address that is taken",
       good + "&SubnetId.1=" + subnet_a_ + "&SubnetConfiguration.1.SubnetId=" + subnet_a_ +
           "&SubnetConfiguration.1.Ipv4=10.0.1.1",
       ""},
      {"a configuration for no subnet", good + "&SubnetConfiguration.1.SubnetId=" + subnet_a_,
       "InvalidParameter: The subnet " + subnet_a_ +
           " of a subnet configuration is not among the endpoint's subnets"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string error = refusal("CreateVpcEndpoint", c.parameters);
    if (!c.error.empty()) {
      EXPECT_EQ(error, c.error);
    }
  }
  EXPECT_EQ(run("CreateVpcEndpoint", "VpcId=" + vpc_ + "&ServiceName=" + name).code(),
            "InvalidServiceName");  // the default type is Gateway
}

TEST_F(VpcEndpointTest, A_chosen_address_is_given) {
  const std::string service = make_service();
  const Answer answer =
      must("CreateVpcEndpoint", endpoint_parameters(service) + "&SubnetId.1=" + subnet_a_ +
                                    "&SubnetConfiguration.1.SubnetId=" + subnet_a_ +
                                    "&SubnetConfiguration.1.Ipv4=10.0.1.77");
  EXPECT_EQ(
      record<model::NetworkInterface>(answer.text("//networkInterfaceIdSet/item"))->address.text(),
      "10.0.1.77");
}

// [EC2 API, ModifyVpcEndpoint: the state goes back to pending]
TEST_F(VpcEndpointTest, Modifying_changes_subnets_and_groups) {
  const std::string service = make_service("&AcceptanceRequired=false");
  const std::string endpoint = make_endpoint(service);
  programmed();
  const std::string group = make_group(vpc_, "more");
  const std::string modify = "VpcEndpointId=" + endpoint;
  must("ModifyVpcEndpoint",
       modify + "&RemoveSubnetId.1=" + subnet_c_ + "&AddSecurityGroupId.1=" + group);
  EXPECT_EQ(state_of(endpoint), "pending");
  programmed();
  const Answer answer = must("DescribeVpcEndpoints", "VpcEndpointId.1=" + endpoint);
  EXPECT_EQ(answer.text("//state"), "available");
  EXPECT_EQ(answer.texts("//subnetIdSet/item"), std::vector<std::string>{subnet_a_});
  EXPECT_EQ(answer.count("//groupSet/item"), 2U);
  const auto* interface =
      record<model::NetworkInterface>(answer.text("//networkInterfaceIdSet/item"));
  EXPECT_EQ(interface->groups.size(), 2U);
  EXPECT_EQ(refusal("ModifyVpcEndpoint", modify + "&RemoveSecurityGroupId.1=" + group +
                                             "&RemoveSecurityGroupId.2=" + default_group_of(vpc_)),
            "InvalidParameter: An endpoint needs at least one security group");
  decide("RejectVpcEndpointConnections", service, endpoint);
  EXPECT_EQ(run("ModifyVpcEndpoint", modify).code(), "IncorrectState");
}

// Terraform takes an endpoint's subnet and its group away at the same time, and takes no refusal.
// [AWS provider 5.100.0: aws_vpc_endpoint_security_group_association does not try again]
TEST_F(VpcEndpointTest, One_that_is_being_modified_can_be_modified_again) {
  const std::string endpoint = make_endpoint(make_service("&AcceptanceRequired=false"));
  programmed();
  const std::string modify = "VpcEndpointId=" + endpoint;
  must("ModifyVpcEndpoint", modify + "&RemoveSubnetId.1=" + subnet_c_);
  must("ModifyVpcEndpoint", modify + "&AddSecurityGroupId.1=" + make_group(vpc_, "more"));
  EXPECT_EQ(state_of(endpoint), "pending");
  programmed();
  const Answer answer = must("DescribeVpcEndpoints", "VpcEndpointId.1=" + endpoint);
  EXPECT_EQ(answer.text("//state"), "available");
  EXPECT_EQ(answer.count("//subnetIdSet/item"), 1U);
  EXPECT_EQ(answer.count("//groupSet/item"), 2U);
}

TEST_F(VpcEndpointTest, Other_accounts_endpoints_do_not_exist) {
  const std::string endpoint = make_endpoint(make_service());
  become("333333333333");
  EXPECT_EQ(run("DescribeVpcEndpoints", "VpcEndpointId.1=" + endpoint).code(),
            "InvalidVpcEndpointId.NotFound");
  EXPECT_EQ(must("DeleteVpcEndpoints", "VpcEndpointId.1=" + endpoint).text("//error/code"),
            "InvalidVpcEndpoint.NotFound");
  become(kConsumer, "us-east-1");
  EXPECT_EQ(must("DescribeVpcEndpoints").count("//item"), 0U);
}

// [VPC quotas: 50 interface endpoints in a VPC]
TEST_F(VpcEndpointTest, A_VPC_holds_fifty) {
  const std::string service = make_service();
  for (int i = 0; i < 50; ++i) {
    must("CreateVpcEndpoint", endpoint_parameters(service));
  }
  EXPECT_EQ(run("CreateVpcEndpoint", endpoint_parameters(service)).code(),
            "VpcEndpointLimitExceeded");
}

}  // namespace
}  // namespace postern::api::ec2
