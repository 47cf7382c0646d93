// SPDX-License-Identifier: Apache-2.0
// Network ACLs, and which subnets have them.
#include "api/ec2/ec2_test.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class NetworkAclTest : public Ec2Test {
 protected:
  std::string make_acl() { return make("CreateNetworkAcl", "VpcId=" + vpc_, "//networkAclId"); }
  std::string default_acl(const std::string& vpc) {
    return must("DescribeNetworkAcls", "Filter.1.Name=vpc-id&Filter.1.Value.1=" + vpc +
                                           "&Filter.2.Name=default&Filter.2.Value.1=true")
        .text("//networkAclSet/item/networkAclId");
  }
  std::string association_of(const std::string& subnet) {
    return must("DescribeNetworkAcls",
                "Filter.1.Name=association.subnet-id&Filter.1.Value.1=" + subnet)
        .text("//associationSet/item[subnetId='" + subnet + "']/networkAclAssociationId");
  }
  std::string associate(const std::string& association, const std::string& acl) {
    return make("ReplaceNetworkAclAssociation",
                "AssociationId=" + association + "&NetworkAclId=" + acl, "//newAssociationId");
  }

  const std::string vpc_ = make_vpc();
};

std::string entry(const char* number, const char* action, const char* egress) {
  return fmt::format(
      "<item><ruleNumber>{}</ruleNumber><protocol>-1</protocol><ruleAction>{}</ruleAction>"
      "<egress>{}</egress><cidrBlock>0.0.0.0/0</cidrBlock></item>",
      number, action, egress);
}

// [VPC user guide, "Default network ACL for a VPC"; EC2 API reference, DescribeNetworkAcls]
TEST_F(NetworkAclTest, The_default_one_is_described_as_AWS_describes_it) {
  const std::string subnet = make_subnet(vpc_);
  const std::string acl = default_acl(vpc_);
  EXPECT_EQ(must("DescribeNetworkAcls", "NetworkAclId.1=" + acl).xml(),
            "<networkAclSet><item><networkAclId>" + acl + "</networkAclId><vpcId>" + vpc_ +
                "</vpcId><default>true</default><entrySet>" + entry("100", "allow", "true") +
                entry("32767", "deny", "true") + entry("100", "allow", "false") +
                entry("32767", "deny", "false") +
                "</entrySet><associationSet><item><networkAclAssociationId>" +
                association_of(subnet) + "</networkAclAssociationId><networkAclId>" + acl +
                "</networkAclId><subnetId>" + subnet +
                "</subnetId></item></associationSet><tagSet/><ownerId>111111111111</ownerId>"
                "</item></networkAclSet>");
}

// [VPC user guide, "Custom network ACLs for your VPC"]
TEST_F(NetworkAclTest, A_new_one_denies_everything_and_is_no_subnets) {
  make_subnet(vpc_);
  const Answer made = must("CreateNetworkAcl", "VpcId=" + vpc_ +
                                                   "&ClientToken=t&TagSpecification.1.ResourceType="
                                                   "network-acl&TagSpecification.1.Tag.1.Key=Name&"
                                                   "TagSpecification.1.Tag.1.Value=a");
  EXPECT_TRUE(made.text("//networkAclId").starts_with("acl-"));
  EXPECT_EQ(made.text("//default"), "false");
  EXPECT_THAT(made.texts("//ruleNumber"), ElementsAre("32767", "32767"));
  EXPECT_THAT(made.texts("//ruleAction"), ElementsAre("deny", "deny"));
  EXPECT_EQ(made.raw("//associationSet"), "<associationSet/>");
  EXPECT_EQ(made.text("//tagSet/item/value"), "a");
  EXPECT_EQ(made.text("/answer/clientToken"), "t");
  EXPECT_EQ(must("CreateNetworkAcl", "VpcId=" + vpc_ +
                                         "&ClientToken=t&TagSpecification.1.ResourceType="
                                         "network-acl&TagSpecification.1.Tag.1.Key=Name&"
                                         "TagSpecification.1.Tag.1.Value=a")
                .text("//networkAclId"),
            made.text("//networkAclId"));
}

TEST_F(NetworkAclTest, An_association_is_replaced_by_another_with_another_id) {
  const std::string a = make_subnet(vpc_, "10.0.0.0/24");
  const std::string b = make_subnet(vpc_, "10.0.1.0/24");
  const std::string acl = make_acl();
  const std::string before = association_of(a);
  const std::string after = associate(before, acl);
  EXPECT_TRUE(after.starts_with("aclassoc-"));
  EXPECT_NE(after, before);
  EXPECT_EQ(association_of(a), after);
  EXPECT_EQ(record<model::Subnet>(a)->network_acl.value, acl);
  EXPECT_EQ(record<model::Subnet>(b)->network_acl.value, default_acl(vpc_));
  EXPECT_EQ(
      refusal("ReplaceNetworkAclAssociation", "AssociationId=" + before + "&NetworkAclId=" + acl),
      "InvalidAssociationID.NotFound: The association ID '" + before + "' does not exist");
  const std::string other = default_acl(make_vpc());
  EXPECT_EQ(
      refusal("ReplaceNetworkAclAssociation", "AssociationId=" + after + "&NetworkAclId=" + other),
      "InvalidParameterValue: The network ACL " + other + " and the subnet " + a +
          " belong to different networks.");
}

// [EC2 API reference, DeleteNetworkAcl; error-code page: DependencyViolation]
TEST_F(NetworkAclTest, Goes_only_when_no_subnet_has_it_and_the_default_one_with_its_VPC) {
  const std::string subnet = make_subnet(vpc_);
  const std::string acl = make_acl();
  const std::string standard = default_acl(vpc_);
  associate(association_of(subnet), acl);
  EXPECT_EQ(
      refusal("DeleteNetworkAcl", "NetworkAclId=" + acl),
      "DependencyViolation: The networkAcl '" + acl + "' has dependencies and cannot be deleted.");
  EXPECT_EQ(refusal("DeleteNetworkAcl", "NetworkAclId=" + standard),
            "InvalidParameterValue: cannot delete default network ACL " + standard);
  must("DeleteSubnet", "SubnetId=" + subnet);
  EXPECT_EQ(run("DeleteVpc", "VpcId=" + vpc_).code(), "DependencyViolation");
  must("DeleteNetworkAcl", "NetworkAclId=" + acl);
  must("DeleteVpc", "VpcId=" + vpc_);
  EXPECT_EQ(must("DescribeNetworkAcls").count("//networkAclId"), 0U);
}

TEST_F(NetworkAclTest, What_is_not_there_is_refused_in_AWSs_words) {
  const std::string gone = "acl-00000000000000000";
  EXPECT_EQ(refusal("DescribeNetworkAcls", "NetworkAclId.1=" + gone),
            "InvalidNetworkAclID.NotFound: The networkAcl ID '" + gone + "' does not exist");
  EXPECT_EQ(refusal("DeleteNetworkAcl", "NetworkAclId=acl-1"),
            "InvalidNetworkAclID.Malformed: Invalid id: \"acl-1\" (expecting \"acl-...\")");
  const std::string acl = make_acl();
  const std::string association = association_of(make_subnet(vpc_));
  become("222222222222");
  EXPECT_THAT(must("DescribeNetworkAcls").texts("//networkAclId"), IsEmpty());
  EXPECT_EQ(run("DeleteNetworkAcl", "NetworkAclId=" + acl).code(), "InvalidNetworkAclID.NotFound");
  EXPECT_EQ(
      run("ReplaceNetworkAclAssociation", "AssociationId=" + association + "&NetworkAclId=" + acl)
          .code(),
      "InvalidAssociationID.NotFound");
}

// [VPC user guide, "Amazon VPC quotas": 200]
TEST_F(NetworkAclTest, Two_hundred_fit_into_a_VPC) {
  for (int n = 1; n < 200; ++n) {  // beside the default one
    make_acl();
  }
  EXPECT_EQ(refusal("CreateNetworkAcl", "VpcId=" + vpc_),
            "NetworkAclLimitExceeded: The maximum number of network ACLs has been reached.");
}

TEST_F(NetworkAclTest, Filters_pick_by_what_AWS_documents) {
  const std::string subnet = make_subnet(vpc_);
  const std::string standard = default_acl(vpc_);
  const std::string acl = make_acl();
  const std::string rule = "NetworkAclId=" + acl + "&Egress=false&RuleAction=allow&";
  must("CreateNetworkAclEntry", rule +
                                    "RuleNumber=7&Protocol=6&CidrBlock=10.9.0.0/16&"
                                    "PortRange.From=80&PortRange.To=443");
  must("CreateNetworkAclEntry",
       rule + "RuleNumber=8&Protocol=1&CidrBlock=10.8.0.0/16&Icmp.Type=8&Icmp.Code=-1");
  must("CreateNetworkAclEntry", rule + "RuleNumber=9&Protocol=-1&Ipv6CidrBlock=2001:db8::/32");
  struct Case {
    std::string name;
    std::string value;
    std::string found;
  };
  const Case cases[] = {
      {"association.association-id", association_of(subnet), standard},
      {"association.network-acl-id", standard, standard},
      {"association.subnet-id", subnet, standard},
      {"default", "false", acl},
      {"entry.cidr", "10.9.0.0/16", acl},
      {"entry.icmp.code", "-1", acl},
      {"entry.icmp.type", "8", acl},
      {"entry.ipv6-cidr", "2001:db8::/32", acl},
      {"entry.port-range.from", "80", acl},
      {"entry.port-range.to", "443", acl},
      {"entry.protocol", "tcp", acl},
      {"entry.protocol", "1", acl},
      {"entry.protocol", "udp", ""},
      {"entry.rule-number", "100", standard},
      {"network-acl-id", acl, acl},
      {"owner-id", "222222222222", ""},
      {"vpc-id", "vpc-x", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Answer found =
        must("DescribeNetworkAcls", "Filter.1.Name=" + c.name + "&Filter.1.Value.1=" + c.value);
    const auto ids = found.texts("//networkAclSet/item/networkAclId");
    EXPECT_EQ(ids, c.found.empty() ? std::vector<std::string>{} : std::vector{c.found});
  }
  for (const char* both :
       {"entry.egress&Filter.1.Value.1=true", "entry.rule-action&Filter.1.Value.1=allow"}) {
    EXPECT_THAT(must("DescribeNetworkAcls", std::string("Filter.1.Name=") + both)
                    .texts("//networkAclSet/item/networkAclId"),
                UnorderedElementsAre(standard, acl));
  }
  EXPECT_EQ(refusal("DescribeNetworkAcls", "Filter.1.Name=x&Filter.1.Value.1=y"),
            "InvalidFilter: The filter 'x' is invalid");
}

TEST_F(NetworkAclTest, Pages_are_followed_by_their_tokens) {
  for (int n = 0; n < 6; ++n) {
    make_acl();
  }
  const Answer first = must("DescribeNetworkAcls", "MaxResults=5");
  EXPECT_EQ(first.count("//networkAclSet/item"), 5U);
  const Answer second =
      must("DescribeNetworkAcls", "MaxResults=5&NextToken=" + first.text("//nextToken"));
  EXPECT_EQ(second.count("//networkAclSet/item"), 2U);
  EXPECT_EQ(second.count("//nextToken"), 0U);
}

TEST_F(NetworkAclTest, Has_tags) {
  const std::string acl = make_acl();
  must("CreateTags", "ResourceId.1=" + acl + "&Tag.1.Key=k&Tag.1.Value=v");
  EXPECT_EQ(must("DescribeTags").text("//resourceType"), "network-acl");
  EXPECT_EQ(
      must("DescribeNetworkAcls", "Filter.1.Name=tag:k&Filter.1.Value.1=v").text("//networkAclId"),
      acl);
}

}  // namespace
}  // namespace postern::api::ec2
