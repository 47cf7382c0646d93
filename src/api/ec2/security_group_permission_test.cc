// SPDX-License-Identifier: Apache-2.0
// Authorize and Revoke. What traffic a rule may name is in model/security_group_rules_test.cc.
#include "api/ec2/default_vpc.h"
#include "api/ec2/ec2_test.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PermissionTest : public Ec2Test {
 protected:
  // One TCP permission with these peers, such as "IpRanges.1.CidrIp=…".
  std::string tcp(int port, const std::string& peers) {
    return fmt::format(
        "&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort={}&IpPermissions.1.ToPort={}"
        "&IpPermissions.1.{}",
        port, port, peers);
  }
  Answer described() { return must("DescribeSecurityGroups", "GroupId.1=" + group_); }

  const std::string vpc_ = make_vpc();
  const std::string group_ = make_group(vpc_);
  const std::string of_group_ = "GroupId=" + group_;
};

// [EC2 API reference, AuthorizeSecurityGroupIngress; spec 7.3 pitfall 4: securityGroupRuleSet]
TEST_F(PermissionTest, The_answer_is_the_rule_with_its_own_id) {
  const Answer made =
      must("AuthorizeSecurityGroupIngress",
           of_group_ + tcp(80, "IpRanges.1.CidrIp=10.0.1.7/16") +
               "&IpPermissions.1.IpRanges.1.Description=web&TagSpecification.1.ResourceType="
               "security-group-rule&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1."
               "Value=b");
  const std::string id = made.text("//securityGroupRuleId");
  EXPECT_TRUE(id.starts_with("sgr-"));
  const std::string item =
      "<securityGroupRuleId>" + id + "</securityGroupRuleId><groupId>" + group_ +
      "</groupId><groupOwnerId>111111111111</groupOwnerId><isEgress>false</isEgress><ipProtocol>"
      "tcp</ipProtocol><fromPort>80</fromPort><toPort>80</toPort><cidrIpv4>10.0.0.0/16</cidrIpv4>"
      "<description>web</description><tagSet><item><key>a</key><value>b</value></item></tagSet>"
      "<securityGroupRuleArn>arn:aws:ec2:ap-northeast-1:111111111111:security-group-rule/" +
      id + "</securityGroupRuleArn>";
  EXPECT_EQ(made.xml(), "<return>true</return><securityGroupRuleSet><item>" + item +
                            "</item></securityGroupRuleSet>");
  EXPECT_EQ(must("DescribeSecurityGroupRules", "SecurityGroupRuleId.1=" + id).xml(),
            "<securityGroupRuleSet><item>" + item + "</item></securityGroupRuleSet>");
}

TEST_F(PermissionTest, One_permission_with_three_peers_is_three_rules_and_is_listed_as_one) {
  const std::string other = make_group(vpc_, "other");
  const Answer made = must("AuthorizeSecurityGroupIngress",
                           of_group_ + tcp(443, "IpRanges.1.CidrIp=10.0.0.0/8") +
                               "&IpPermissions.1.Ipv6Ranges.1.CidrIpv6=fd00::/8&IpPermissions.1."
                               "Groups.1.GroupId=" +
                               other + "&IpPermissions.1.Groups.1.Description=from%20others");
  EXPECT_EQ(made.count("//securityGroupRuleSet/item"), 3U);
  EXPECT_EQ(made.raw("//item[3]/referencedGroupInfo"),
            "<referencedGroupInfo><groupId>" + other +
                "</groupId><userId>111111111111</userId></referencedGroupInfo>");
  must("AuthorizeSecurityGroupIngress", of_group_ + tcp(443, "IpRanges.1.CidrIp=172.16.0.0/12"));
  EXPECT_EQ(described().raw("//ipPermissions"),
            "<ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>443</fromPort><toPort>443"
            "</toPort><groups><item><userId>111111111111</userId><groupId>" +
                other +
                "</groupId><description>from others</description></item></groups><ipRanges><item>"
                "<cidrIp>10.0.0.0/8</cidrIp></item><item><cidrIp>172.16.0.0/12</cidrIp></item>"
                "</ipRanges><ipv6Ranges><item><cidrIpv6>fd00::/8</cidrIpv6></item></ipv6Ranges>"
                "<prefixListIds/></item></ipPermissions>");
}

TEST_F(PermissionTest, Protocols_without_ports_are_listed_without_them) {
  must("AuthorizeSecurityGroupIngress",
       of_group_ +
           "&IpPermissions.1.IpProtocol=-1&IpPermissions.1.FromPort=0&IpPermissions.1.ToPort=0"
           "&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8&IpPermissions.2.IpProtocol=50"
           "&IpPermissions.2.IpRanges.1.CidrIp=10.0.0.0/8&IpPermissions.3.IpProtocol=icmp"
           "&IpPermissions.3.FromPort=-1&IpPermissions.3.ToPort=-1"
           "&IpPermissions.3.IpRanges.1.CidrIp=10.0.0.0/8");
  EXPECT_THAT(described().texts("//ipPermissions/item/ipProtocol"),
              ElementsAre("-1", "50", "icmp"));
  EXPECT_THAT(described().texts("//ipPermissions/item/fromPort"), ElementsAre("-1"));
  EXPECT_EQ(must("DescribeSecurityGroupRules").texts("//fromPort"),
            std::vector<std::string>(must("DescribeSecurityGroupRules").count("//fromPort"), "-1"));
}

TEST_F(PermissionTest, The_flat_form_is_one_permission) {
  must("AuthorizeSecurityGroupIngress",
       of_group_ + "&IpProtocol=TCP&FromPort=22&ToPort=22&CidrIp=10.0.0.0/8");
  must("AuthorizeSecurityGroupEgress", of_group_ + "&IpProtocol=-1&CidrIp=10.0.0.0/8");
  make_group(vpc_, "other");
  must("AuthorizeSecurityGroupIngress",
       of_group_ +
           "&IpProtocol=udp&FromPort=53&ToPort=53&SourceSecurityGroupName=other"
           "&SourceSecurityGroupOwnerId=111111111111");
  EXPECT_THAT(described().texts("//ipPermissions/item/ipProtocol"), ElementsAre("tcp", "udp"));
  EXPECT_THAT(described().texts("//ipPermissionsEgress//cidrIp"),
              ElementsAre("0.0.0.0/0", "10.0.0.0/8"));
  must("RevokeSecurityGroupIngress",
       of_group_ + "&IpProtocol=6&FromPort=22&ToPort=22&CidrIp=10.0.0.0/8");
  EXPECT_THAT(described().texts("//ipPermissions/item/ipProtocol"), ElementsAre("udp"));
}

TEST_F(PermissionTest, Names_of_groups_work_too) {
  change([&](model::Transaction& tx) { ensure_default_vpc(tx, caller_.account, caller_.region); });
  const std::string db =
      make("CreateSecurityGroup", "GroupName=db&GroupDescription=d", "//groupId");
  must("AuthorizeSecurityGroupIngress",
       "GroupName=db&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Groups.1.GroupName=default");
  EXPECT_EQ(
      must("DescribeSecurityGroups", "GroupId.1=" + db).count("//ipPermissions/item/groups/item"),
      1U);
  EXPECT_EQ(refusal("AuthorizeSecurityGroupIngress",
                    "GroupName=db&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Groups.1."
                    "GroupName=nobody"),
            "InvalidGroup.NotFound: The security group 'nobody' does not exist");
}

// [recorded answers, spec 8.2]
TEST_F(PermissionTest, A_rule_that_is_there_is_refused_in_AWS_words) {
  const std::string other = make_group(vpc_, "other");
  struct Case {
    std::string rule;
    std::string peer;
  };
  const Case cases[] = {
      {tcp(80, "IpRanges.1.CidrIp=10.0.0.0/16"),
       "peer: 10.0.0.0/16, TCP, from port: 80, to port: 80, ALLOW"},
      {"&IpPermissions.1.IpProtocol=-1&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0/0",
       "peer: 0.0.0.0/0, ALL, ALLOW"},
      {tcp(443, "Groups.1.GroupId=" + other),
       "peer: " + other + ", TCP, from port: 443, to port: 443, ALLOW"},
  };
  for (const Case& c : cases) {
    must("AuthorizeSecurityGroupIngress", of_group_ + c.rule);
    EXPECT_EQ(refusal("AuthorizeSecurityGroupIngress", of_group_ + c.rule),
              "InvalidPermission.Duplicate: the specified rule \"" + c.peer + "\" already exists");
  }
  // Another description, or host bits in the range, do not make it another rule.
  EXPECT_EQ(
      run("AuthorizeSecurityGroupIngress", of_group_ + tcp(80, "IpRanges.1.CidrIp=10.0.99.99/16") +
                                               "&IpPermissions.1.IpRanges.1.Description=x")
          .code(),
      "InvalidPermission.Duplicate");
  // The other direction does.
  must("AuthorizeSecurityGroupEgress", of_group_ + tcp(80, "IpRanges.1.CidrIp=10.0.0.0/16"));
}

TEST_F(PermissionTest, Nothing_is_added_when_one_rule_is_refused) {
  must("AuthorizeSecurityGroupIngress", of_group_ + tcp(80, "IpRanges.1.CidrIp=10.0.0.0/16"));
  refusal("AuthorizeSecurityGroupIngress", of_group_ + tcp(80, "IpRanges.1.CidrIp=10.9.0.0/16") +
                                               "&IpPermissions.1.IpRanges.2.CidrIp=10.0.0.0/16");
  EXPECT_THAT(described().texts("//ipPermissions//cidrIp"), ElementsAre("10.0.0.0/16"));
}

// [EC2 API reference, IpPermission; EC2 error-code page; recorded answers]
TEST_F(PermissionTest, What_cannot_be_authorized_is_refused) {
  const std::string elsewhere = make_group(make_vpc(), "elsewhere");
  struct Case {
    std::string parameters;
    std::string error;
  };
  const Case cases[] = {
      {"", "MissingParameter: The request must contain the parameter IpPermissions"},
      {"&IpPermissions.1.FromPort=80",
       "MissingParameter: The request must contain the parameter IpPermissions.1.IpProtocol"},
      {"&CidrIp=10.0.0.0/8", "MissingParameter: The request must contain the parameter IpProtocol"},
      {"&IpPermissions.1.IpProtocol=-1",
       "MissingParameter: Missing source specification: include source security group or CIDR "
       "information"},
      {"&IpProtocol=tcp&FromPort=80&ToPort=80",
       "MissingParameter: Missing source specification: include source security group or CIDR "
       "information"},
      {"&IpProtocol=tcp&CidrIp=10.0.0.0/8",
       "InvalidParameterValue: Invalid value 'Must specify both from and to ports with TCP/UDP.' "
       "for portRange."},
      {"&IpProtocol=-1&CidrIp=10.0.0.0/8" + tcp(80, "IpRanges.1.CidrIp=10.0.0.0/8"),
       "InvalidParameterCombination: The parameter ipPermissions cannot be used with the "
       "parameter ipProtocol"},
      {tcp(80, "IpRanges.1.CidrIp=10.0.0.0/33"),
       "InvalidParameterValue: CIDR block 10.0.0.0/33 is malformed"},
      {tcp(80, "Ipv6Ranges.1.CidrIpv6=10.0.0.0/8"),
       "InvalidParameterValue: CIDR block 10.0.0.0/8 is malformed"},
      {tcp(80, "IpRanges.1.CidrIp=10.0.0.0/8") + "&IpPermissions.1.IpRanges.1.Description=a%3Fb",
       "InvalidParameterValue: Invalid rule description. Valid descriptions are strings less than "
       "256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"},
      {tcp(80, "IpRanges.1.CidrIp=10.0.0.0/8") + "&IpPermissions.1.IpRanges.2.CidrIp=10.0.0.0/8",
       "InvalidParameterValue: The same permission must not appear multiple times"},
      {tcp(80, "Groups.1.GroupId=" + elsewhere),
       "InvalidGroup.NotFound: You have specified two resources that belong to different "
       "networks."},
      {tcp(80, "Groups.1.GroupId=sg-00000000000000000"),
       "InvalidGroup.NotFound: The security group 'sg-00000000000000000' does not exist"},
      {tcp(80, "Groups.1.GroupId=web"),
       "InvalidGroupId.Malformed: Invalid id: \"web\" (expecting \"sg-...\")"},
      {tcp(80, "Groups.1.UserId=111111111111"),
       "MissingParameter: The request must contain the parameter groupName or groupId"},
      {tcp(80, "Groups.1.VpcPeeringConnectionId=pcx-1"),
       "Unsupported: The parameter VpcPeeringConnectionId is not supported with the value pcx-1"},
      {tcp(80, "PrefixListIds.1.PrefixListId=pl-00000000000000000"),
       "InvalidPrefixListID.NotFound: The prefix list ID 'pl-00000000000000000' does not exist"},
      {tcp(80, "PrefixListIds.1.PrefixListId=x"),
       "InvalidPrefixListId.Malformed: Invalid id: \"x\" (expecting \"pl-...\")"},
      {tcp(80, "IpRanges.1.CidrIp=10.0.0.0/8") + "&TagSpecification.1.ResourceType=security-group",
       "InvalidParameterValue: 'security-group' is not a valid taggable resource type for this "
       "operation."},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    EXPECT_EQ(refusal("AuthorizeSecurityGroupIngress", of_group_ + c.parameters), c.error);
  }
  EXPECT_EQ(refusal("AuthorizeSecurityGroupEgress", of_group_ + "&IpPermissions.1.IpProtocol=-1"),
            "MissingParameter: Missing destination specification: include destination security "
            "group or CIDR information");
}

// [EC2 API reference, AuthorizeSecurityGroupEgress, RevokeSecurityGroupEgress]
TEST_F(PermissionTest, The_outbound_actions_know_groups_by_id_alone) {
  const std::string rule = "&IpProtocol=-1&CidrIp=10.0.0.0/8";
  for (const char* action : {"AuthorizeSecurityGroupEgress", "RevokeSecurityGroupEgress"}) {
    EXPECT_EQ(refusal(action, rule),
              "MissingParameter: The request must contain the parameter GroupId");
    EXPECT_EQ(refusal(action, "GroupName=default" + rule),
              "UnknownParameter: The parameter GroupName is not recognized");
  }
}

// [VPC user guide, "Amazon VPC quotas"]
TEST_F(PermissionTest, A_group_has_sixty_rules_inbound_and_sixty_outbound) {
  for (int port = 1; port <= 60; ++port) {
    must("AuthorizeSecurityGroupIngress", of_group_ + tcp(port, "IpRanges.1.CidrIp=10.0.0.0/8"));
  }
  EXPECT_EQ(
      refusal("AuthorizeSecurityGroupIngress", of_group_ + tcp(61, "IpRanges.1.CidrIp=10.0.0.0/8")),
      "RulesPerSecurityGroupLimitExceeded: The maximum number of rules per security group "
      "has been reached.");
  must("AuthorizeSecurityGroupIngress", of_group_ + tcp(61, "Ipv6Ranges.1.CidrIpv6=fd00::/8"));
  must("AuthorizeSecurityGroupEgress", of_group_ + tcp(61, "IpRanges.1.CidrIp=10.0.0.0/8"));
}

// [EC2 API reference, RevokeSecurityGroupEgress; spec 7.3 pitfall 3: what Terraform sends first]
TEST_F(PermissionTest, The_first_rule_of_a_group_is_revoked_with_ports_or_without) {
  const std::string all =
      "&IpPermissions.1.IpProtocol=-1&IpPermissions.1.FromPort=0&"
      "IpPermissions.1.ToPort=0";
  const std::string id =
      must("DescribeSecurityGroupRules", "Filter.1.Name=group-id&Filter.1.Value.1=" + group_)
          .text("//securityGroupRuleId");
  EXPECT_EQ(must("RevokeSecurityGroupEgress",
                 of_group_ + all + "&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0/0")
                .xml(),
            "<return>true</return><unknownIpPermissionSet/><revokedSecurityGroupRuleSet><item>"
            "<securityGroupRuleId>" +
                id + "</securityGroupRuleId><groupId>" + group_ +
                "</groupId><isEgress>true</isEgress><ipProtocol>-1</ipProtocol><fromPort>-1"
                "</fromPort><toPort>-1</toPort><cidrIpv4>0.0.0.0/0</cidrIpv4></item>"
                "</revokedSecurityGroupRuleSet>");
  EXPECT_THAT(described().texts("//ipPermissionsEgress/item"), IsEmpty());
  EXPECT_EQ(refusal("RevokeSecurityGroupEgress",
                    of_group_ + all + "&IpPermissions.1.Ipv6Ranges.1.CidrIpv6=::/0"),
            "InvalidPermission.NotFound: The specified rule does not exist in this security "
            "group.");
}

TEST_F(PermissionTest, Rules_are_revoked_by_what_they_say_whatever_their_description) {
  must("AuthorizeSecurityGroupIngress",
       of_group_ + tcp(80, "IpRanges.1.CidrIp=10.0.0.0/16") +
           "&IpPermissions.1.IpRanges.1.Description=web&IpPermissions.1.IpRanges.2.CidrIp="
           "10.1.0.0/16");
  // One of two unknown: nothing goes.
  EXPECT_EQ(
      refusal("RevokeSecurityGroupIngress", of_group_ + tcp(80, "IpRanges.1.CidrIp=10.0.0.0/16") +
                                                "&IpPermissions.1.IpRanges.2.CidrIp=10.2.0.0/16"),
      "InvalidPermission.NotFound: The specified rule does not exist in this security "
      "group.");
  EXPECT_EQ(described().count("//ipPermissions//cidrIp"), 2U);
  EXPECT_EQ(
      refusal("RevokeSecurityGroupEgress", of_group_ + tcp(80, "IpRanges.1.CidrIp=10.0.0.0/16")),
      "InvalidPermission.NotFound: The specified rule does not exist in this security "
      "group.");
  must("RevokeSecurityGroupIngress", of_group_ + tcp(80, "IpRanges.1.CidrIp=10.0.0.0/16") +
                                         "&IpPermissions.1.IpRanges.1.Description=other");
  EXPECT_THAT(described().texts("//ipPermissions//cidrIp"), ElementsAre("10.1.0.0/16"));
}

// [EC2 API reference, RevokeSecurityGroupIngress: default VPC]
TEST_F(PermissionTest, In_the_default_VPC_an_unknown_rule_is_listed_and_no_error) {
  change([&](model::Transaction& tx) { ensure_default_vpc(tx, caller_.account, caller_.region); });
  const std::string id =
      make("CreateSecurityGroup", "GroupName=web&GroupDescription=d", "//groupId");
  must("AuthorizeSecurityGroupIngress", "GroupId=" + id + tcp(80, "IpRanges.1.CidrIp=10.0.0.0/16"));
  const Answer revoked = must("RevokeSecurityGroupIngress",
                              "GroupId=" + id + tcp(80, "IpRanges.1.CidrIp=10.0.0.0/16") +
                                  "&IpPermissions.1.IpRanges.2.CidrIp=10.2.0.0/16");
  EXPECT_THAT(revoked.texts("//unknownIpPermissionSet//cidrIp"), ElementsAre("10.2.0.0/16"));
  EXPECT_THAT(revoked.texts("//revokedSecurityGroupRuleSet//cidrIpv4"), ElementsAre("10.0.0.0/16"));
}

TEST_F(PermissionTest, Rules_are_revoked_by_id) {
  const Answer made =
      must("AuthorizeSecurityGroupIngress", of_group_ + tcp(80, "IpRanges.1.CidrIp=10.0.0.0/16") +
                                                "&IpPermissions.1.IpRanges.2.CidrIp=10.1.0.0/16");
  const std::vector<std::string> ids = made.texts("//securityGroupRuleId");
  const std::string other = make_group(vpc_, "other");
  struct Case {
    std::string action;
    std::string parameters;
    std::string error;
  };
  const std::string missing = "InvalidSecurityGroupRuleId.NotFound: The security group rule ID '" +
                              ids[0] + "' does not exist";
  const Case cases[] = {
      {"RevokeSecurityGroupIngress", "GroupId=" + other + "&SecurityGroupRuleId.1=" + ids[0],
       missing},
      {"RevokeSecurityGroupEgress", of_group_ + "&SecurityGroupRuleId.1=" + ids[0], missing},
      {"RevokeSecurityGroupIngress",
       of_group_ + "&SecurityGroupRuleId.1=" + ids[1] +
           "&SecurityGroupRuleId.2=sgr-00000000000000000",
       "InvalidSecurityGroupRuleId.NotFound: The security group rule ID 'sgr-00000000000000000' "
       "does not exist"},
      {"RevokeSecurityGroupIngress", of_group_ + "&SecurityGroupRuleId.1=x",
       "InvalidSecurityGroupRuleId.Malformed: Invalid id: \"x\" (expecting \"sgr-...\")"},
      {"RevokeSecurityGroupIngress", of_group_,
       "MissingParameter: Either 'ipPermissions' or 'securityGroupRuleIds' should be provided."},
      {"RevokeSecurityGroupIngress",
       of_group_ + "&SecurityGroupRuleId.1=" + ids[0] + tcp(80, "IpRanges.1.CidrIp=10.0.0.0/16"),
       "InvalidParameterCombination: The parameter securityGroupRuleIds cannot be used with the "
       "parameter ipPermissions"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    EXPECT_EQ(refusal(c.action, c.parameters), c.error);
  }
  const Answer revoked =
      must("RevokeSecurityGroupIngress", of_group_ + "&SecurityGroupRuleId.1=" + ids[0]);
  EXPECT_THAT(revoked.texts("//securityGroupRuleId"), ElementsAre(ids[0]));
  EXPECT_THAT(described().texts("//ipPermissions//cidrIp"), ElementsAre("10.1.0.0/16"));
}

}  // namespace
}  // namespace postern::api::ec2
