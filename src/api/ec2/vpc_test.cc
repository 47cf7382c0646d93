// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/ec2_test.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;

class VpcTest : public Ec2Test {};

TEST_F(VpcTest, A_new_VPC_is_answered_pending_and_is_available_at_once) {
  const Answer made = must("CreateVpc",
                           "CidrBlock=10.1.2.3/16&TagSpecification.1.ResourceType=vpc&"
                           "TagSpecification.1.Tag.1.Key=Name&TagSpecification.1.Tag.1.Value=a");
  const std::string id = made.text("//vpcId");
  EXPECT_EQ(made.text("//vpc/state"), "pending");
  const Answer seen = must("DescribeVpcs", "VpcId.1=" + id);
  EXPECT_EQ(seen.xml(),
            "<vpcSet><item><vpcId>" + id +
                "</vpcId><ownerId>111111111111</ownerId><state>available</state>"
                "<cidrBlock>10.1.0.0/16</cidrBlock><cidrBlockAssociationSet><item><associationId>"
                "vpc-cidr-assoc-" +
                id.substr(4) +
                "</associationId><cidrBlock>10.1.0.0/16</cidrBlock><cidrBlockState><state>"
                "associated</state></cidrBlockState></item></cidrBlockAssociationSet>"
                "<ipv6CidrBlockAssociationSet/><dhcpOptionsId>" +
                seen.text("//dhcpOptionsId") +
                "</dhcpOptionsId><instanceTenancy>default</instanceTenancy><isDefault>false"
                "</isDefault><tagSet><item><key>Name</key><value>a</value></item></tagSet></item>"
                "</vpcSet>");
}

// [VPC user guide, "Default security groups"; spec 7.3 pitfall 5: in the same transaction]
TEST_F(VpcTest, It_comes_with_its_default_group_and_main_route_table) {
  const std::string id = make_vpc();
  const Answer groups =
      must("DescribeSecurityGroups", "Filter.1.Name=vpc-id&Filter.1.Value.1=" + id);
  EXPECT_THAT(groups.texts("//groupName"), ElementsAre("default"));
  EXPECT_EQ(groups.text("//groupDescription"), "default VPC security group");
  EXPECT_TRUE(record<model::Vpc>(id)->main_route_table_id.value.starts_with("rtb-"));
}

// [EC2 error-code page: InvalidVpc.Range; VPC user guide, "VPC CIDR blocks"]
TEST_F(VpcTest, What_cannot_be_made_is_refused) {
  struct Case {
    const char* parameters;
    const char* error;
  };
  const Case cases[] = {
      {"", "MissingParameter: Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided."},
      {"CidrBlock=10.0.0.0",
       "InvalidParameterValue: Value (10.0.0.0) for parameter cidrBlock is invalid. This is not a "
       "valid CIDR block."},
      {"CidrBlock=fd00::/16",
       "InvalidParameterValue: Value (fd00::/16) for parameter cidrBlock is invalid. This is not a "
       "valid CIDR block."},
      {"CidrBlock=10.0.0.0/15", "InvalidVpc.Range: The CIDR '10.0.0.0/15' is invalid."},
      {"CidrBlock=10.0.0.0/29", "InvalidVpc.Range: The CIDR '10.0.0.0/29' is invalid."},
      {"CidrBlock=127.0.0.0/16", "InvalidVpc.Range: The CIDR '127.0.0.0/16' is invalid."},
      {"CidrBlock=169.254.0.0/24", "InvalidVpc.Range: The CIDR '169.254.0.0/24' is invalid."},
      {"CidrBlock=224.0.0.0/16", "InvalidVpc.Range: The CIDR '224.0.0.0/16' is invalid."},
      {"CidrBlock=10.0.0.0/16&InstanceTenancy=dedicated",
       "Unsupported: The parameter InstanceTenancy is not supported with the value dedicated"},
      {"CidrBlock=10.0.0.0/16&TagSpecification.1.ResourceType=subnet",
       "InvalidParameterValue: 'subnet' is not a valid taggable resource type for this "
       "operation."},
      {"CidrBlock=10.0.0.0/16&DryRun=true",
       "DryRunOperation: Request would have succeeded, but DryRun flag is set."},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    EXPECT_EQ(refusal("CreateVpc", c.parameters), c.error);
  }
  for (const char* cidr : {"10.0.0.0/16", "10.0.0.0/28", "100.64.0.0/16"}) {
    EXPECT_TRUE(
        must("CreateVpc", std::string("CidrBlock=") + cidr +
                              "&InstanceTenancy=default&AmazonProvidedIpv6CidrBlock=false"));
  }
}

// [EC2 error-code page: VpcLimitExceeded]
TEST_F(VpcTest, Only_so_many_fit_into_a_region) {
  for (int n = 0; n < 100; ++n) {
    make_vpc();
  }
  EXPECT_EQ(refusal("CreateVpc", "CidrBlock=10.0.0.0/16"),
            "VpcLimitExceeded: The maximum number of VPCs has been reached.");
  become("111111111111", "us-east-1");
  make_vpc();
  become("222222222222");
  make_vpc();
}

TEST_F(VpcTest, Filters_pick_by_what_AWS_documents) {
  const std::string a = make_vpc("10.0.0.0/16");
  const std::string b = make_vpc("10.1.0.0/16");
  must("CreateTags", "ResourceId.1=" + b + "&Tag.1.Key=Name&Tag.1.Value=blue");
  struct Case {
    std::string name;
    std::string value;
    std::string found;
  };
  const Case cases[] = {
      {"vpc-id", a, a},
      {"cidr", "10.1.0.0/16", b},
      {"cidr-block-association.cidr-block", "10.1.*", b},
      {"cidr-block-association.association-id", "vpc-cidr-assoc-" + a.substr(4), a},
      {"tag:Name", "blue", b},
      {"tag-key", "Name", b},
      {"is-default", "true", ""},
      {"isDefault", "true", ""},
      {"owner-id", "222222222222", ""},
      {"state", "pending", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Answer found =
        must("DescribeVpcs", "Filter.1.Name=" + c.name + "&Filter.1.Value.1=" + c.value);
    EXPECT_EQ(found.text("//vpcId"), c.found);
    EXPECT_EQ(found.count("//vpcSet/item"), c.found.empty() ? 0U : 1U);
  }
  EXPECT_EQ(must("DescribeVpcs", "Filter.1.Name=state&Filter.1.Value.1=available").count("//vpcId"),
            2U);
  EXPECT_EQ(refusal("DescribeVpcs", "Filter.1.Name=colour&Filter.1.Value.1=red"),
            "InvalidFilter: The filter 'colour' is invalid");
}

// [EC2 API reference, "Pagination"]
TEST_F(VpcTest, Pages_hold_each_VPC_once) {
  for (int n = 0; n < 12; ++n) {
    make_vpc();
  }
  std::vector<std::string> seen;
  std::string token;
  int pages = 0;
  do {
    const Answer page =
        must("DescribeVpcs", "MaxResults=5" + (token.empty() ? "" : "&NextToken=" + token));
    for (const std::string& id : page.texts("//vpcId")) {
      seen.push_back(id);
    }
    token = page.text("//nextToken");
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(seen, must("DescribeVpcs").texts("//vpcId"));
}

TEST_F(VpcTest, Another_accounts_and_another_regions_VPC_do_not_exist) {
  const std::string id = make_vpc();
  const std::string missing = "InvalidVpcID.NotFound: The vpc ID '" + id + "' does not exist";
  for (const auto& [account, region] :
       {std::pair("222222222222", "ap-northeast-1"), {"111111111111", "us-east-1"}}) {
    become(account, region);
    EXPECT_EQ(must("DescribeVpcs").count("//vpcId"), 0U);
    EXPECT_EQ(refusal("DescribeVpcs", "VpcId.1=" + id), missing);
    EXPECT_EQ(refusal("DeleteVpc", "VpcId=" + id), missing);
    EXPECT_EQ(refusal("ModifyVpcAttribute", "VpcId=" + id + "&EnableDnsSupport.Value=false"),
              missing);
    EXPECT_EQ(refusal("DescribeVpcAttribute", "VpcId=" + id + "&Attribute=enableDnsSupport"),
              missing);
    EXPECT_EQ(refusal("CreateSubnet", "VpcId=" + id + "&CidrBlock=10.0.0.0/24"), missing);
    EXPECT_EQ(refusal("CreateSecurityGroup", "GroupName=g&GroupDescription=d&VpcId=" + id),
              missing);
  }
  EXPECT_EQ(refusal("DescribeVpcs", "VpcId.1=vpc-x"),
            "InvalidVpcID.Malformed: Invalid id: \"vpc-x\" (expecting \"vpc-...\")");
}

// [VPC user guide, "Delete your VPC"; EC2 error-code page: DependencyViolation]
TEST_F(VpcTest, It_goes_only_when_empty_and_takes_its_default_group_along) {
  const std::string id = make_vpc();
  const std::string refused =
      "DependencyViolation: The vpc '" + id + "' has dependencies and cannot be deleted.";
  const std::string subnet = make_subnet(id);
  EXPECT_EQ(refusal("DeleteVpc", "VpcId=" + id), refused);
  must("DeleteSubnet", "SubnetId=" + subnet);
  const std::string group = make_group(id);
  EXPECT_EQ(refusal("DeleteVpc", "VpcId=" + id), refused);
  must("DeleteSecurityGroup", "GroupId=" + group);
  change([&](model::Transaction& tx) {
    tx.put(model::VpcEndpoint{.id = model::Id<model::VpcEndpoint>("vpce-1"),
                              .vpc = model::Id<model::Vpc>(id),
                              .state = model::EndpointState::Rejected});
  });
  EXPECT_EQ(refusal("DeleteVpc", "VpcId=" + id), refused);
  change([&](model::Transaction& tx) {
    tx.put(model::VpcEndpoint{.id = model::Id<model::VpcEndpoint>("vpce-1"),
                              .vpc = model::Id<model::Vpc>(id),
                              .state = model::EndpointState::Deleted});
  });
  EXPECT_EQ(must("DeleteVpc", "VpcId=" + id).xml(), "<return>true</return>");
  EXPECT_EQ(refusal("DeleteVpc", "VpcId=" + id),
            "InvalidVpcID.NotFound: The vpc ID '" + id + "' does not exist");
  EXPECT_TRUE(world_.all<model::SecurityGroup>().empty());
}

// [EC2 API reference, DescribeVpcAttribute: one attribute at a time; spec 7.3 pitfall 6]
TEST_F(VpcTest, Attributes_are_read_and_changed_one_at_a_time) {
  const std::string id = make_vpc();
  EXPECT_EQ(must("DescribeVpcAttribute", "VpcId=" + id + "&Attribute=enableDnsSupport").xml(),
            "<vpcId>" + id + "</vpcId><enableDnsSupport><value>true</value></enableDnsSupport>");
  EXPECT_EQ(
      must("DescribeVpcAttribute", "VpcId=" + id + "&Attribute=enableDnsHostnames").xml(),
      "<vpcId>" + id + "</vpcId><enableDnsHostnames><value>false</value></enableDnsHostnames>");
  EXPECT_EQ(
      must("DescribeVpcAttribute", "VpcId=" + id + "&Attribute=enableNetworkAddressUsageMetrics")
          .text("//enableNetworkAddressUsageMetrics/value"),
      "false");
  must("ModifyVpcAttribute", "VpcId=" + id + "&EnableNetworkAddressUsageMetrics.Value=true");
  EXPECT_TRUE(record<model::Vpc>(id)->network_address_usage_metrics);
  must("ModifyVpcAttribute", "VpcId=" + id + "&EnableDnsHostnames.Value=true");
  must("ModifyVpcAttribute", "VpcId=" + id + "&EnableDnsSupport.Value=false");
  EXPECT_TRUE(record<model::Vpc>(id)->enable_dns_hostnames);
  EXPECT_FALSE(record<model::Vpc>(id)->enable_dns_support);

  struct Case {
    const char* action;
    const char* parameters;
    const char* error;
  };
  const Case cases[] = {
      {"ModifyVpcAttribute", "", "InvalidParameterCombination: No attributes specified."},
      {"ModifyVpcAttribute", "&EnableDnsHostnames.Value=true&EnableDnsSupport.Value=true",
       "InvalidParameterCombination: Fields for multiple attribute types specified."},
      {"DescribeVpcAttribute", "",
       "MissingParameter: The request must contain the parameter Attribute"},
      {"DescribeVpcAttribute", "&Attribute=colour",
       "InvalidParameterValue: Value (colour) for parameter attribute is invalid. Unknown "
       "attribute."},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(refusal(c.action, "VpcId=" + id + c.parameters), c.error);
  }
}

}  // namespace
}  // namespace postern::api::ec2
