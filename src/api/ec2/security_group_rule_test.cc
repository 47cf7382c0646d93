// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/ec2_test.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class SecurityGroupRuleTest : public Ec2Test {
 protected:
  std::string authorize(const std::string& cidr, const std::string& more = "") {
    return make("AuthorizeSecurityGroupIngress",
                of_group_ +
                    "&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=80&IpPermissions.1."
                    "ToPort=80&IpPermissions.1.IpRanges.1.CidrIp=" +
                    cidr + more,
                "//securityGroupRuleId");
  }
  std::string update(const std::string& id, const std::string& members) {
    return of_group_ + "&SecurityGroupRule.1.SecurityGroupRuleId=" + id + members;
  }
  Answer described(const std::string& id) {
    return must("DescribeSecurityGroupRules", "SecurityGroupRuleId.1=" + id);
  }

  const std::string vpc_ = make_vpc();
  const std::string group_ = make_group(vpc_);
  const std::string of_group_ = "GroupId=" + group_;
};

// [EC2 API reference, DescribeSecurityGroupRules; recorded answers for the group-id filter]
TEST_F(SecurityGroupRuleTest, Are_found_by_id_by_group_and_by_tag) {
  const std::string a = authorize("10.0.0.0/16",
                                  "&TagSpecification.1.ResourceType=security-group-rule&"
                                  "TagSpecification.1.Tag.1.Key=Name&TagSpecification.1.Tag.1."
                                  "Value=web");
  const std::string b = authorize("10.1.0.0/16");
  const std::string filter = "Filter.1.Name=";
  const Answer all =
      must("DescribeSecurityGroupRules", filter + "group-id&Filter.1.Value.1=" + group_);
  EXPECT_EQ(all.count("//securityGroupRuleSet/item"), 3U);  // with the outbound one
  EXPECT_THAT(must("DescribeSecurityGroupRules",
                   "SecurityGroupRuleId.1=" + a + "&SecurityGroupRuleId.2=" + b)
                  .texts("//securityGroupRuleId"),
              UnorderedElementsAre(a, b));
  EXPECT_THAT(
      must("DescribeSecurityGroupRules", filter + "security-group-rule-id&Filter.1.Value.1=" + b)
          .texts("//securityGroupRuleId"),
      ElementsAre(b));
  EXPECT_THAT(must("DescribeSecurityGroupRules", filter + "tag:Name&Filter.1.Value.1=web")
                  .texts("//securityGroupRuleId"),
              ElementsAre(a));
  EXPECT_THAT(
      must("DescribeSecurityGroupRules", filter + "group-id&Filter.1.Value.1=sg-00000000000000000")
          .texts("//securityGroupRuleId"),
      IsEmpty());
  EXPECT_EQ(refusal("DescribeSecurityGroupRules", filter + "group-id&Filter.1.Value.1=web"),
            "InvalidGroupId.Malformed: The security group ID 'web' is malformed");
  EXPECT_EQ(refusal("DescribeSecurityGroupRules", filter + "colour&Filter.1.Value.1=red"),
            "InvalidFilter: The filter 'colour' is invalid");
  EXPECT_EQ(refusal("DescribeSecurityGroupRules", "SecurityGroupRuleId.1=sgr-00000000000000000"),
            "InvalidSecurityGroupRuleId.NotFound: The security group rule ID "
            "'sgr-00000000000000000' does not exist");
  EXPECT_EQ(refusal("DescribeSecurityGroupRules", "SecurityGroupRuleId.1=sgr-x"),
            "InvalidSecurityGroupRuleId.Malformed: Invalid id: \"sgr-x\" (expecting "
            "\"sgr-...\")");
}

TEST_F(SecurityGroupRuleTest, Come_in_pages) {
  for (int n = 0; n < 6; ++n) {
    authorize(fmt::format("10.{}.0.0/16", n));
  }
  const std::string of_group = "Filter.1.Name=group-id&Filter.1.Value.1=" + group_;
  const Answer first = must("DescribeSecurityGroupRules", of_group + "&MaxResults=5");
  const Answer rest = must("DescribeSecurityGroupRules",
                           of_group + "&MaxResults=5&NextToken=" + first.text("//nextToken"));
  EXPECT_EQ(first.count("//securityGroupRuleId"), 5U);
  EXPECT_EQ(rest.count("//securityGroupRuleId"), 2U);
  EXPECT_EQ(rest.text("//nextToken"), "");
}

// [EC2 API reference, ModifySecurityGroupRules]
TEST_F(SecurityGroupRuleTest, A_modified_rule_keeps_its_id_and_tags_and_nothing_else) {
  const std::string id = authorize("10.0.0.0/16",
                                   "&IpPermissions.1.IpRanges.1.Description=web&TagSpecification."
                                   "1.ResourceType=security-group-rule&TagSpecification.1.Tag.1."
                                   "Key=a&TagSpecification.1.Tag.1.Value=b");
  must("ModifySecurityGroupRules",
       update(id,
              "&SecurityGroupRule.1.SecurityGroupRule.IpProtocol=udp&SecurityGroupRule.1."
              "SecurityGroupRule.FromPort=53&SecurityGroupRule.1.SecurityGroupRule.ToPort=54&"
              "SecurityGroupRule.1.SecurityGroupRule.CidrIpv4=10.7.1.1/16"));
  const Answer seen = described(id);
  EXPECT_EQ(seen.text("//ipProtocol"), "udp");
  EXPECT_EQ(seen.text("//fromPort"), "53");
  EXPECT_EQ(seen.text("//toPort"), "54");
  EXPECT_EQ(seen.text("//cidrIpv4"), "10.7.0.0/16");
  EXPECT_EQ(seen.count("//description"), 0U);
  EXPECT_EQ(seen.text("//tagSet/item/value"), "b");
  EXPECT_EQ(must("DescribeSecurityGroups", "GroupId.1=" + group_).count("//ipPermissions/item"),
            1U);
}

TEST_F(SecurityGroupRuleTest, Two_rules_can_swap_their_contents_in_one_call) {
  const std::string a = authorize("10.0.0.0/16");
  const std::string b = authorize("10.1.0.0/16");
  const std::string tcp =
      "SecurityGroupRule.IpProtocol=tcp&SecurityGroupRule.{0}."
      "SecurityGroupRule.FromPort=80&SecurityGroupRule.{0}.SecurityGroupRule."
      "ToPort=80&SecurityGroupRule.{0}.SecurityGroupRule.CidrIpv4=";
  must("ModifySecurityGroupRules", of_group_ + "&SecurityGroupRule.1.SecurityGroupRuleId=" + a +
                                       "&SecurityGroupRule.1." + fmt::format(fmt::runtime(tcp), 1) +
                                       "10.1.0.0/16&SecurityGroupRule.2."
                                       "SecurityGroupRuleId=" +
                                       b + "&SecurityGroupRule.2." +
                                       fmt::format(fmt::runtime(tcp), 2) + "10.0.0.0/16");
  EXPECT_EQ(described(a).text("//cidrIpv4"), "10.1.0.0/16");
  EXPECT_EQ(described(b).text("//cidrIpv4"), "10.0.0.0/16");
}

TEST_F(SecurityGroupRuleTest, A_rule_about_a_group_is_modified_to_another_group) {
  const std::string other = make_group(vpc_, "other");
  const std::string id =
      make("AuthorizeSecurityGroupIngress",
           of_group_ + "&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Groups.1.GroupId=" + group_,
           "//securityGroupRuleId");
  must("ModifySecurityGroupRules",
       update(id,
              "&SecurityGroupRule.1.SecurityGroupRule.IpProtocol=-1&SecurityGroupRule.1."
              "SecurityGroupRule.ReferencedGroupId=" +
                  other));
  EXPECT_EQ(described(id).text("//referencedGroupInfo/groupId"), other);
}

TEST_F(SecurityGroupRuleTest, What_cannot_be_modified_is_refused) {
  const std::string id = authorize("10.0.0.0/16");
  authorize("10.1.0.0/16");
  const std::string rule = "&SecurityGroupRule.1.SecurityGroupRule.";
  const std::string tcp = rule + "IpProtocol=tcp" + rule + "FromPort=80" + rule + "ToPort=80";
  struct Case {
    std::string parameters;
    std::string error;
  };
  const Case cases[] = {
      {of_group_, "MissingParameter: The request must contain the parameter SecurityGroupRule"},
      {of_group_ + tcp,
       "MissingParameter: The request must contain the parameter "
       "SecurityGroupRule.1.SecurityGroupRuleId"},
      {update(id, tcp),
       "InvalidParameterCombination: Exactly one of CidrIpv4, CidrIpv6, PrefixListId and "
       "ReferencedGroupId must be specified"},
      {update(id, tcp + rule + "CidrIpv4=10.0.0.0/8" + rule + "CidrIpv6=::/0"),
       "InvalidParameterCombination: Exactly one of CidrIpv4, CidrIpv6, PrefixListId and "
       "ReferencedGroupId must be specified"},
      {update(id, tcp + rule + "CidrIpv4=10.1.0.0/16"),
       "InvalidPermission.Duplicate: the specified rule \"peer: 10.1.0.0/16, TCP, from port: 80, "
       "to port: 80, ALLOW\" already exists"},
      {update(id, tcp + rule + "CidrIpv6=fd00::/8"),
       "InvalidParameterValue: The type of the security group rule '" + id + "' cannot be changed"},
      {update(id, tcp + rule + "ReferencedGroupId=" + group_),
       "InvalidParameterValue: The type of the security group rule '" + id + "' cannot be changed"},
      {update(id, tcp + rule + "PrefixListId=pl-00000000000000000"),
       "InvalidPrefixListID.NotFound: The prefix list ID 'pl-00000000000000000' does not exist"},
      {update(id, tcp + rule + "CidrIpv4=10.0.0.0/8" + rule + "Description=a%3Fb"),
       "InvalidParameterValue: Invalid rule description. Valid descriptions are strings less than "
       "256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"},
      {update("sgr-00000000000000000", tcp + rule + "CidrIpv4=10.0.0.0/8"),
       "InvalidSecurityGroupRuleId.NotFound: The security group rule ID 'sgr-00000000000000000' "
       "does not exist"},
      {"GroupId=sg-00000000000000000&SecurityGroupRule.1.SecurityGroupRuleId=" + id,
       "InvalidGroup.NotFound: The security group 'sg-00000000000000000' does not exist"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    EXPECT_EQ(refusal("ModifySecurityGroupRules", c.parameters), c.error);
  }
}

// [EC2 API reference, UpdateSecurityGroupRuleDescriptionsIngress]
TEST_F(SecurityGroupRuleTest, Descriptions_are_set_and_taken_away) {
  const std::string id = authorize("10.0.0.0/16");
  const std::string rule = of_group_ +
                           "&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=80&"
                           "IpPermissions.1.ToPort=80&IpPermissions.1.IpRanges.1.CidrIp=";
  must("UpdateSecurityGroupRuleDescriptionsIngress",
       rule + "10.0.0.0/16&IpPermissions.1.IpRanges.1.Description=web");
  EXPECT_EQ(described(id).text("//description"), "web");
  must("UpdateSecurityGroupRuleDescriptionsIngress", rule + "10.0.0.0/16");
  EXPECT_EQ(described(id).count("//description"), 0U);
  const std::string by_id = of_group_ + "&SecurityGroupRuleDescription.1.SecurityGroupRuleId=" + id;
  must("UpdateSecurityGroupRuleDescriptionsIngress",
       by_id + "&SecurityGroupRuleDescription.1.Description=again");
  EXPECT_EQ(described(id).text("//description"), "again");

  EXPECT_EQ(refusal("UpdateSecurityGroupRuleDescriptionsIngress", rule + "10.9.0.0/16"),
            "InvalidPermission.NotFound: The specified rule does not exist in this security "
            "group.");
  EXPECT_EQ(refusal("UpdateSecurityGroupRuleDescriptionsEgress", by_id),
            "InvalidSecurityGroupRuleId.NotFound: The security group rule ID '" + id +
                "' does not exist");
  EXPECT_EQ(refusal("UpdateSecurityGroupRuleDescriptionsIngress",
                    by_id + "&SecurityGroupRuleDescription.1.Description=a%3Fb"),
            "InvalidParameterValue: Invalid rule description. Valid descriptions are strings less "
            "than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*");
  EXPECT_EQ(refusal("UpdateSecurityGroupRuleDescriptionsIngress", of_group_),
            "InvalidParameterCombination: Exactly one of ipPermissions and "
            "securityGroupRuleDescriptions must be specified");
  const std::string egress =
      must("DescribeSecurityGroupRules", "Filter.1.Name=group-id&Filter.1.Value.1=" + group_)
          .text("//item[isEgress='true']/securityGroupRuleId");
  must("UpdateSecurityGroupRuleDescriptionsEgress",
       of_group_ + "&SecurityGroupRuleDescription.1.SecurityGroupRuleId=" + egress +
           "&SecurityGroupRuleDescription.1.Description=out");
  EXPECT_EQ(described(egress).text("//description"), "out");
}

}  // namespace
}  // namespace postern::api::ec2
