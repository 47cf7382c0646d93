// SPDX-License-Identifier: Apache-2.0
// Endpoint services and endpoints of both families.
#include "api/ec2/privatelink_test.h"

namespace postern::api::ec2 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class EndpointIpv6Test : public PrivateLinkTest {
 protected:
  void make_dualstack() {
    change([](model::Transaction& tx) {
      model::LoadBalancer both = load_balancer(kNlb);
      both.ip_address_type = "dualstack";
      tx.put(both);
    });
  }
  std::string make_dualstack_service() {
    make_dualstack();
    return make_service("&SupportedIpAddressType.1=ipv4&SupportedIpAddressType.2=ipv6");
  }
  // A's VPC and the subnet in the zone a get IPv6 CIDRs.
  void give_ipv6() {
    must("AssociateVpcCidrBlock", "AmazonProvidedIpv6CidrBlock=true&VpcId=" + vpc_);
    const Cidr block = record<model::Vpc>(vpc_)->ipv6_blocks.front().cidr;
    must("AssociateSubnetCidrBlock",
         "SubnetId=" + subnet_a_ + "&Ipv6CidrBlock=" + block.base().text() + "/64");
  }
  std::string endpoint_in(const std::string& service, const std::string& subnet,
                          const std::string& more) {
    return endpoint_parameters(service) + "&SubnetId.1=" + subnet + more;
  }
};

// [PrivateLink guide, "Create a service powered by AWS PrivateLink"]
TEST_F(EndpointIpv6Test, A_service_of_IPv6_needs_dualstack_load_balancers) {
  become(kProvider);
  const std::string service = std::string("NetworkLoadBalancerArn.1=") + kNlb;
  EXPECT_THAT(
      run("CreateVpcEndpointServiceConfiguration", service + "&SupportedIpAddressType.1=ipv6")
          .error(),
      HasSubstr("needs Network Load Balancers with IP address type 'dualstack'"));
  const std::string id = make_dualstack_service();
  EXPECT_THAT(must("DescribeVpcEndpointServiceConfigurations", "ServiceId.1=" + id)
                  .texts("//supportedIpAddressTypeSet/item"),
              ElementsAre("ipv4", "ipv6"));
}

TEST_F(EndpointIpv6Test, A_type_stays_while_an_endpoint_has_it) {
  give_ipv6();
  const std::string service = make_dualstack_service();
  must("CreateVpcEndpoint", endpoint_in(service, subnet_a_, "&IpAddressType=dualstack"));
  become(kProvider);
  EXPECT_EQ(run("ModifyVpcEndpointServiceConfiguration",
                "ServiceId=" + service + "&RemoveSupportedIpAddressType.1=ipv6")
                .code(),
            "ExistingVpcEndpointConnections");
}

// [PrivateLink guide, "Create an interface endpoint", IP address type: "each subnet has both IPv4
// and IPv6 address ranges and the endpoint service accepts both IPv4 and IPv6 requests"]
TEST_F(EndpointIpv6Test, A_service_of_IPv4_has_no_dualstack_endpoints) {
  give_ipv6();
  EXPECT_THAT(refusal("CreateVpcEndpoint",
                      endpoint_in(make_service(), subnet_a_, "&IpAddressType=dualstack")),
              HasSubstr("does not support the IP address type 'dualstack'"));
}

TEST_F(EndpointIpv6Test, What_cannot_be_dualstack_is_refused) {
  give_ipv6();
  const std::string both = make_dualstack_service();
  EXPECT_THAT(
      refusal("CreateVpcEndpoint", endpoint_in(both, subnet_c_, "&IpAddressType=dualstack")),
      HasSubstr(subnet_c_));
  EXPECT_THAT(refusal("CreateVpcEndpoint", endpoint_in(both, subnet_a_, "&IpAddressType=ipv6")),
              HasSubstr("subnets with IPv6 alone"));
  EXPECT_THAT(refusal("CreateVpcEndpoint", endpoint_in(both, subnet_a_,
                                                       "&IpAddressType=dualstack&DnsOptions."
                                                       "DnsRecordIpType=dualstock")),
              HasSubstr("'dualstock' does not fit"));
}

TEST_F(EndpointIpv6Test, An_endpoint_takes_the_second_family_and_gives_it_back) {
  give_ipv6();
  const std::string endpoint = make(
      "CreateVpcEndpoint", endpoint_in(make_dualstack_service(), subnet_a_, ""), "//vpcEndpointId");
  const auto interface = record<model::VpcEndpoint>(endpoint)->subnets.front().network_interface;
  const auto addresses = [&] {
    return record<model::NetworkInterface>(interface.value)->ipv6_addresses.size();
  };
  EXPECT_EQ(addresses(), 0U);
  must("ModifyVpcEndpoint", "VpcEndpointId=" + endpoint + "&IpAddressType=dualstack");
  EXPECT_EQ(addresses(), 1U);
  const Answer seen = must("DescribeVpcEndpoints", "VpcEndpointId.1=" + endpoint);
  EXPECT_EQ(seen.text("//ipAddressType"), "dualstack");
  EXPECT_EQ(seen.text("//dnsRecordIpType"), "dualstack");
  must("ModifyVpcEndpoint", "VpcEndpointId=" + endpoint + "&IpAddressType=ipv4");
  EXPECT_EQ(addresses(), 0U);
}

}  // namespace
}  // namespace postern::api::ec2
