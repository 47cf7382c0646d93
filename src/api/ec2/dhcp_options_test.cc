// SPDX-License-Identifier: Apache-2.0
// [EC2 API reference, CreateDhcpOptions, DescribeDhcpOptions, AssociateDhcpOptions,
// DeleteDhcpOptions; VPC user guide, "DHCP option sets in Amazon VPC"]
#include "model/dhcp_options.h"

#include "api/ec2/ec2_test.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DhcpOptionsTest : public Ec2Test {
 protected:
  static std::string option(const std::string& key, const std::vector<std::string>& values) {
    std::string text = "DhcpConfiguration.1.Key=" + key;
    for (std::size_t i = 0; i < values.size(); ++i) {
      text += "&DhcpConfiguration.1.Value." + std::to_string(i + 1) + "=" + values[i];
    }
    return text;
  }
  std::string options_of_vpc() {
    return must("DescribeVpcs", "VpcId.1=" + vpc_).text("//dhcpOptionsId");
  }

  const std::string vpc_ = make_vpc();
};

TEST_F(DhcpOptionsTest, A_VPC_begins_with_AWSs_own) {
  const Answer own = must("DescribeDhcpOptions", "DhcpOptionsId.1=" + options_of_vpc());
  EXPECT_THAT(own.texts("//dhcpConfigurationSet/item/key"),
              ElementsAre("domain-name", "domain-name-servers"));
  EXPECT_THAT(own.texts("//valueSet/item/value"),
              ElementsAre("ap-northeast-1.compute.internal", "AmazonProvidedDNS"));
  EXPECT_EQ(own.text("//ownerId"), "111111111111");
}

TEST_F(DhcpOptionsTest, Others_are_made_associated_and_taken_away) {
  const std::string id =
      make("CreateDhcpOptions",
           option("domain-name-servers", {"10.0.0.9", "AmazonProvidedDNS"}) +
               "&DhcpConfiguration.2.Key=domain-name&DhcpConfiguration.2.Value.1=corp.example"
               "&TagSpecification.1.ResourceType=dhcp-options&TagSpecification.1.Tag.1.Key=Name"
               "&TagSpecification.1.Tag.1.Value=corp",
           "//dhcpOptionsId");
  EXPECT_EQ(must("DescribeDhcpOptions", "Filter.1.Name=tag:Name&Filter.1.Value.1=corp")
                .text("//dhcpOptionsId"),
            id);
  EXPECT_EQ(must("DescribeDhcpOptions", "Filter.1.Name=value&Filter.1.Value.1=10.0.0.9")
                .text("//dhcpOptionsId"),
            id);
  const std::string before = options_of_vpc();
  must("AssociateDhcpOptions", "DhcpOptionsId=" + id + "&VpcId=" + vpc_);
  EXPECT_EQ(options_of_vpc(), id);
  const model::DnsOfInstances dns = model::dns_of_instances(world_, *record<model::Vpc>(vpc_));
  EXPECT_EQ(dns.domain, "corp.example");
  ASSERT_EQ(dns.resolvers.size(), 2U);
  EXPECT_EQ(dns.resolvers[0].text(), "10.0.0.9");
  EXPECT_EQ(dns.resolvers[1], model::resolver_address(*record<model::Vpc>(vpc_)));
  EXPECT_EQ(run("DeleteDhcpOptions", "DhcpOptionsId=" + id).code(), "DependencyViolation");
  must("AssociateDhcpOptions", "DhcpOptionsId=default&VpcId=" + vpc_);
  EXPECT_EQ(options_of_vpc(), "default");
  EXPECT_TRUE(model::dns_of_instances(world_, *record<model::Vpc>(vpc_)).resolvers.empty());
  must("DeleteDhcpOptions", "DhcpOptionsId=" + id);
  // A new VPC has AWS's own, whatever others have.
  EXPECT_EQ(must("DescribeVpcs", "VpcId.1=" + make_vpc()).text("//dhcpOptionsId"), before);
}

TEST_F(DhcpOptionsTest, What_is_no_option_is_refused) {
  for (const std::string& bad :
       {option("colour", {"red"}), option("domain-name-servers", {"dns.example"}),
        option("domain-name-servers", {"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"}),
        option("domain-name", {}), option("netbios-node-type", {"3"}),
        option("ipv6-address-preferred-lease-time", {"100"}),
        option("domain-name", {"a"}) + "&DhcpConfiguration.2.Key=domain-name"
                                       "&DhcpConfiguration.2.Value.1=b"}) {
    EXPECT_EQ(run("CreateDhcpOptions", bad).code(), "InvalidParameterValue") << bad;
  }
  EXPECT_EQ(run("CreateDhcpOptions", "").code(), "MissingParameter");
  EXPECT_EQ(refusal("DescribeDhcpOptions", "DhcpOptionsId.1=dopt-00000000000000000"),
            "InvalidDhcpOptionID.NotFound: The dhcpOption ID 'dopt-00000000000000000' does not "
            "exist");
  EXPECT_EQ(
      run("AssociateDhcpOptions", "DhcpOptionsId=dopt-00000000000000000&VpcId=" + vpc_).code(),
      "InvalidDhcpOptionID.NotFound");
}

}  // namespace
}  // namespace postern::api::ec2
