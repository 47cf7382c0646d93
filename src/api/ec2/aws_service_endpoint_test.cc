// SPDX-License-Identifier: Apache-2.0
// Interface endpoints to AWS's own services. [PrivateLink guide, "Access an AWS service using an
// interface VPC endpoint"; EC2 API reference, CreateVpcEndpoint, DescribeVpcEndpointServices]
#include "api/ec2/privatelink_test.h"
#include "api/wire/sigv4_text.h"

namespace postern::api::ec2 {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;
using testing::Not;

class AwsServiceEndpointTest : public PrivateLinkTest {
 protected:
  void SetUp() override {
    PrivateLinkTest::SetUp();
    must("ModifyVpcAttribute", "VpcId=" + vpc_ + "&EnableDnsHostnames.Value=true");
  }

  static std::string name(const std::string& service) {
    return "com.amazonaws.ap-northeast-1." + service;
  }
  std::string parameters(const std::string& service) const {
    return "VpcEndpointType=Interface&VpcId=" + vpc_ + "&ServiceName=" + name(service);
  }
  std::string made(const std::string& service, const std::string& more = "") {
    return make("CreateVpcEndpoint", parameters(service) + "&SubnetId.1=" + subnet_a_ + more,
                "//vpcEndpointId");
  }
  Answer seen(const std::string& id) {
    return must("DescribeVpcEndpoints", "VpcEndpointId.1=" + id);
  }
};

TEST_F(AwsServiceEndpointTest, Needs_no_acceptance_and_has_names_in_every_zone) {
  const std::string id = made("ec2", "&SubnetId.2=" + subnet_d_);
  programmed();
  const Answer answer = seen(id);
  EXPECT_EQ(answer.text("//state"), "available");
  EXPECT_EQ(answer.text("//serviceName"), name("ec2"));
  EXPECT_EQ(answer.text("//privateDnsEnabled"), "true");
  const auto names = answer.texts("//dnsEntrySet/item/dnsName");
  ASSERT_EQ(names.size(), 4U);
  EXPECT_TRUE(names[0].starts_with(id + "-"));
  EXPECT_TRUE(names[0].ends_with(".ec2.ap-northeast-1.vpce.amazonaws.com"));
  EXPECT_TRUE(names[1].ends_with("-ap-northeast-1a.ec2.ap-northeast-1.vpce.amazonaws.com"));
  EXPECT_EQ(names[3], "ec2.ap-northeast-1.amazonaws.com");
  EXPECT_EQ(answer.count("//networkInterfaceIdSet/item"), 2U);
}

TEST_F(AwsServiceEndpointTest, Is_modified_and_deleted_as_others_are) {
  const std::string id = made("kms");
  must("ModifyVpcEndpoint", "VpcEndpointId=" + id + "&AddSubnetId.1=" + subnet_c_ +
                                "&RemoveSubnetId.1=" + subnet_a_ + "&PrivateDnsEnabled=false");
  EXPECT_THAT(seen(id).texts("//subnetIdSet/item"), ElementsAre(subnet_c_));
  EXPECT_EQ(seen(id).text("//privateDnsEnabled"), "false");
  must("ModifyVpcEndpoint", "VpcEndpointId=" + id + "&PrivateDnsEnabled=true");
  const std::string policy =
      R"({"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]})";
  must("ModifyVpcEndpoint",
       "VpcEndpointId=" + id + "&PolicyDocument=" + wire::percent_encoded(policy));
  EXPECT_EQ(seen(id).text("//policyDocument"), policy);
  must("DeleteVpcEndpoints", "VpcEndpointId.1=" + id);
  programmed();
  EXPECT_EQ(run("DescribeVpcEndpoints", "VpcEndpointId.1=" + id).code(),
            "InvalidVpcEndpointId.NotFound");
}

TEST_F(AwsServiceEndpointTest, Refuses_as_AWS_does) {
  const auto code = [&](const std::string& service, const std::string& more) {
    return run("CreateVpcEndpoint", parameters(service) + "&SubnetId.1=" + subnet_a_ + more).code();
  };
  EXPECT_EQ(code("ec3", ""), "InvalidServiceName");
  EXPECT_EQ(code("ec2", "&RouteTableId.1=rtb-1"), "InvalidParameter");
  EXPECT_EQ(code("ec2", "&IpAddressType=dualstack"), "InvalidParameter");
  EXPECT_EQ(code("ec2", "&PolicyDocument=nonsense"), "InvalidPolicyDocument");
  // Its private names need a gateway endpoint beside it, and an option that is not served.
  EXPECT_EQ(code("s3", "&PrivateDnsEnabled=true"), "InvalidParameter");
  made("s3");
  made("ec2");
  // [Recorded: private-dns-enabled cannot be set because there is already a conflicting DNS domain]
  EXPECT_EQ(code("ec2", ""), "InvalidParameter");
  EXPECT_EQ(code("ec2", "&PrivateDnsEnabled=false"), "no error");
  must("ModifyVpcAttribute", "VpcId=" + vpc_ + "&EnableDnsHostnames.Value=false");
  EXPECT_EQ(code("sts", ""), "InvalidParameter");
  // Gateways are of two services only.
  EXPECT_EQ(run("CreateVpcEndpoint", "VpcId=" + vpc_ + "&ServiceName=" + name("ec2")).code(),
            "InvalidServiceName");
}

TEST_F(AwsServiceEndpointTest, Services_are_listed_with_their_names_and_types) {
  const Answer ec2 = must("DescribeVpcEndpointServices", "ServiceName.1=" + name("ec2"));
  EXPECT_EQ(ec2.count("//serviceDetailSet/item"), 1U);
  EXPECT_EQ(ec2.text("//owner"), "amazon");
  EXPECT_EQ(ec2.text("//serviceType/item/serviceType"), "Interface");
  EXPECT_EQ(ec2.text("//acceptanceRequired"), "false");
  EXPECT_EQ(ec2.text("//managesVpcEndpoints"), "false");
  EXPECT_EQ(ec2.text("//vpcEndpointPolicySupported"), "true");
  EXPECT_EQ(ec2.text("//baseEndpointDnsNameSet/item"), "ec2.ap-northeast-1.vpce.amazonaws.com");
  EXPECT_EQ(ec2.text("//privateDnsNameSet/item/privateDnsName"),
            "ec2.ap-northeast-1.amazonaws.com");
  EXPECT_EQ(ec2.text("//privateDnsNameVerificationState"), "verified");
  EXPECT_TRUE(ec2.text("//serviceId").starts_with("vpce-svc-"));
  EXPECT_THAT(ec2.texts("//availabilityZoneSet/item"),
              IsSupersetOf({"ap-northeast-1a", "ap-northeast-1c"}));
}

TEST_F(AwsServiceEndpointTest, Services_are_filtered_by_owner_and_type) {
  const std::string mine = name_of(make_service());
  const auto names = [&](const std::string& filters) {
    return must("DescribeVpcEndpointServices", filters).texts("//serviceNameSet/item");
  };
  const auto all = names("");
  EXPECT_THAT(all, IsSupersetOf({mine, name("ec2"), name("s3"), name("dynamodb")}));
  EXPECT_EQ(std::ranges::count(all, name("s3")), 1);
  const auto amazons = names("Filter.1.Name=owner&Filter.1.Value.1=amazon");
  EXPECT_THAT(amazons, Contains(name("sts")));
  EXPECT_THAT(amazons, Not(Contains(mine)));
  EXPECT_THAT(names("Filter.1.Name=service-type&Filter.1.Value.1=Gateway"),
              ElementsAre(name("dynamodb"), name("s3")));
  const Answer s3 = must("DescribeVpcEndpointServices", "ServiceName.1=" + name("s3"));
  EXPECT_THAT(s3.texts("//serviceType/item/serviceType"), ElementsAre("Gateway", "Interface"));
  EXPECT_THAT(
      s3.texts("//baseEndpointDnsNameSet/item"),
      ElementsAre("s3.ap-northeast-1.amazonaws.com", "s3.ap-northeast-1.vpce.amazonaws.com"));
}

}  // namespace
}  // namespace postern::api::ec2
