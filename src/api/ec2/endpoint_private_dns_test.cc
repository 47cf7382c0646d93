// SPDX-License-Identifier: Apache-2.0
// Private DNS names of services and endpoints. [PrivateLink guide, "Manage DNS names for VPC
// endpoint services", "Domain ownership verification"; recorded answers of CreateVpcEndpoint]
#include "api/ec2/privatelink_test.h"

namespace postern::api::ec2 {
namespace {

class EndpointPrivateDnsTest : public PrivateLinkTest {
 protected:
  void SetUp() override {
    PrivateLinkTest::SetUp();
    must("ModifyVpcAttribute", "VpcId=" + vpc_ + "&EnableDnsHostnames.Value=true");
  }

  std::string make_named_service(const std::string& name = "api.example.com") {
    return make_service("&AcceptanceRequired=false&PrivateDnsName=" + name);
  }
  // Publishes the record that the service asks for.
  void publish(const std::string& service) {
    const model::PrivateDnsName name = *record<model::EndpointService>(service)->private_dns;
    change([&](model::Transaction& tx) {
      const std::string at = name.record_name + "." + name.name + ".";
      model::HostedZone zone{.id = model::Id<model::HostedZone>("Z1"), .name = "example.com."};
      zone.record_sets[model::record_set_key(at, "TXT")] = {
          .name = at, .type = "TXT", .values = {'"' + name.record_value + '"'}};
      tx.put(zone);
    });
  }
  Answer as_provider(const std::string& action, const std::string& parameters) {
    const model::Caller before = caller_;
    become(kProvider);
    Answer answer = run(action, parameters);
    caller_ = before;
    return answer;
  }
  std::string state_of_name(const std::string& service) {
    return as_provider("DescribeVpcEndpointServiceConfigurations", "ServiceId.1=" + service)
        .text("//privateDnsNameConfiguration/state");
  }
  std::string verified_service() {
    const std::string service = make_named_service();
    publish(service);
    as_provider("StartVpcEndpointServicePrivateDnsVerification", "ServiceId=" + service);
    return service;
  }
  std::string with_private_dns(const std::string& service) {
    return endpoint_parameters(service) + "&SubnetId.1=" + subnet_a_ + "&PrivateDnsEnabled=true";
  }
};

TEST_F(EndpointPrivateDnsTest, A_service_says_what_its_owner_has_to_publish) {
  const std::string service = make_named_service();
  const Answer seen =
      as_provider("DescribeVpcEndpointServiceConfigurations", "ServiceId.1=" + service);
  EXPECT_EQ(seen.text("//privateDnsName"), "api.example.com");
  EXPECT_EQ(seen.text("//privateDnsNameConfiguration/type"), "TXT");
  EXPECT_THAT(seen.text("//privateDnsNameConfiguration/name"),
              testing::MatchesRegex("_[a-z0-9]{20}"));
  EXPECT_THAT(seen.text("//privateDnsNameConfiguration/value"),
              testing::MatchesRegex("vpce:[A-Za-z0-9]{20}"));
  EXPECT_EQ(seen.text("//privateDnsNameConfiguration/state"), "pendingVerification");
  EXPECT_EQ(must("DescribeVpcEndpointServices", "ServiceName.1=" + name_of(service))
                .text("//privateDnsNameVerificationState"),
            "pendingVerification");
}

TEST_F(EndpointPrivateDnsTest, Verification_finds_the_record_or_fails) {
  const std::string service = make_named_service();
  EXPECT_EQ(as_provider("StartVpcEndpointServicePrivateDnsVerification", "ServiceId=" + service)
                .text("//return"),
            "true");
  EXPECT_EQ(state_of_name(service), "failed");
  publish(service);
  as_provider("StartVpcEndpointServicePrivateDnsVerification", "ServiceId=" + service);
  EXPECT_EQ(state_of_name(service), "verified");
  as_provider("ModifyVpcEndpointServiceConfiguration",
              "ServiceId=" + service + "&PrivateDnsName=other.example.com");
  EXPECT_EQ(state_of_name(service), "pendingVerification");
  as_provider("ModifyVpcEndpointServiceConfiguration",
              "ServiceId=" + service + "&RemovePrivateDnsName=true");
  EXPECT_EQ(state_of_name(service), "");
  EXPECT_EQ(
      as_provider("StartVpcEndpointServicePrivateDnsVerification", "ServiceId=" + service).code(),
      "InvalidParameter");
}

TEST_F(EndpointPrivateDnsTest, An_endpoint_lists_its_private_name_last) {
  const Answer made = must("CreateVpcEndpoint", with_private_dns(verified_service()));
  EXPECT_EQ(made.text("//privateDnsEnabled"), "true");
  const auto names = made.texts("//dnsEntrySet/item/dnsName");
  ASSERT_EQ(names.size(), 3U);
  EXPECT_EQ(names[2], "api.example.com");
  const std::string endpoint = made.text("//vpcEndpointId");
  programmed();
  must("ModifyVpcEndpoint", "VpcEndpointId=" + endpoint + "&PrivateDnsEnabled=false");
  EXPECT_EQ(must("DescribeVpcEndpoints", "VpcEndpointId.1=" + endpoint).count("//dnsEntrySet/item"),
            2U);
}

TEST_F(EndpointPrivateDnsTest, Is_refused_without_a_name_unverified_and_where_DNS_is_off) {
  const std::string plain = make_service();
  EXPECT_EQ(refusal("CreateVpcEndpoint", with_private_dns(plain)),
            "InvalidParameter: Private DNS can't be enabled because the service " + name_of(plain) +
                " does not provide a private DNS name.");
  become(kProvider);
  must("DeleteVpcEndpointServiceConfigurations", "ServiceId.1=" + plain);
  become(kConsumer);
  const std::string service = make_named_service();
  EXPECT_THAT(refusal("CreateVpcEndpoint", with_private_dns(service)),
              testing::HasSubstr("has not verified the private DNS name"));
  publish(service);
  as_provider("StartVpcEndpointServicePrivateDnsVerification", "ServiceId=" + service);
  must("ModifyVpcAttribute", "VpcId=" + vpc_ + "&EnableDnsHostnames.Value=false");
  EXPECT_EQ(refusal("CreateVpcEndpoint", with_private_dns(service)),
            "InvalidParameter: Enabling private DNS requires both enableDnsSupport and "
            "enableDnsHostnames VPC attributes set to true for " +
                vpc_);
}

// [recorded: AWS's answer, as projects quote it]
TEST_F(EndpointPrivateDnsTest, Waits_for_the_owners_acceptance) {
  const std::string service = verified_service();
  as_provider("ModifyVpcEndpointServiceConfiguration",
              "ServiceId=" + service + "&AcceptanceRequired=true");
  const std::string refused =
      "InvalidParameter: Private DNS can only be enabled after the endpoint connection is accepted "
      "by the owner of " +
      name_of(service) + ".";
  EXPECT_EQ(refusal("CreateVpcEndpoint", with_private_dns(service)), refused);
  const std::string endpoint = make_endpoint(service);
  decide("AcceptVpcEndpointConnections", service, endpoint);
  programmed();
  must("ModifyVpcEndpoint", "VpcEndpointId=" + endpoint + "&PrivateDnsEnabled=true");
}

TEST_F(EndpointPrivateDnsTest, A_name_is_had_once_in_a_VPC) {
  const std::string service = verified_service();
  must("CreateVpcEndpoint", with_private_dns(service));
  EXPECT_EQ(refusal("CreateVpcEndpoint", with_private_dns(service)),
            "InvalidParameter: private-dns-enabled cannot be set because there is already a "
            "conflicting DNS domain for api.example.com in the VPC " +
                vpc_);
}

TEST_F(EndpointPrivateDnsTest, Refuses_what_is_no_name) {
  for (const char* name : {"com", "Api.example.com", "a..b", "*.*.b.com", "a.com."}) {
    become(kProvider);
    EXPECT_EQ(run("CreateVpcEndpointServiceConfiguration",
                  std::string("NetworkLoadBalancerArn.1=") + kNlb + "&PrivateDnsName=" + name)
                  .code(),
              "InvalidParameter")
        << name;
  }
}

}  // namespace
}  // namespace postern::api::ec2
