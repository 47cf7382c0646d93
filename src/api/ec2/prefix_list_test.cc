// SPDX-License-Identifier: Apache-2.0
// Prefix lists, their entries, and security group rules that name them.
#include "api/ec2/ec2_test.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PrefixListTest : public Ec2Test {
 protected:
  std::string make_list(const std::string& more = "", int size = 5) {
    return make("CreateManagedPrefixList",
                fmt::format("PrefixListName=list&AddressFamily=IPv4&MaxEntries={}{}", size, more),
                "//prefixListId");
  }
  std::vector<std::string> entries(const std::string& list, const std::string& more = "") {
    return must("GetManagedPrefixListEntries", "PrefixListId=" + list + more).texts("//cidr");
  }
  std::string modify(const std::string& list, const std::string& more) {
    return run("ModifyManagedPrefixList", "PrefixListId=" + list + more).error();
  }
};

// [EC2 API reference, ManagedPrefixList]
TEST_F(PrefixListTest, Is_described_as_AWS_describes_one) {
  const Answer made = must("CreateManagedPrefixList",
                           "PrefixListName=offices&AddressFamily=IPv4&MaxEntries=3&"
                           "Entry.1.Cidr=10.2.0.0/16&Entry.1.Description=b&"
                           "Entry.2.Cidr=10.1.0.7/16&TagSpecification.1.ResourceType=prefix-list&"
                           "TagSpecification.1.Tag.1.Key=Name&TagSpecification.1.Tag.1.Value=a");
  const std::string id = made.text("//prefixListId");
  EXPECT_EQ(made.text("//state"), "create-in-progress");
  EXPECT_EQ(must("DescribeManagedPrefixLists", "PrefixListId.1=" + id).xml(),
            "<prefixListSet><item><prefixListId>" + id +
                "</prefixListId><addressFamily>IPv4</addressFamily><state>create-complete</state>"
                "<prefixListArn>arn:aws:ec2:ap-northeast-1:111111111111:prefix-list/" +
                id +
                "</prefixListArn><prefixListName>offices</prefixListName><maxEntries>3"
                "</maxEntries><version>1</version><tagSet><item><key>Name</key><value>a</value>"
                "</item></tagSet><ownerId>111111111111</ownerId></item></prefixListSet>");
  EXPECT_EQ(must("GetManagedPrefixListEntries", "PrefixListId=" + id).xml(),
            "<entrySet><item><cidr>10.1.0.0/16</cidr></item><item><cidr>10.2.0.0/16</cidr>"
            "<description>b</description></item></entrySet>");
}

TEST_F(PrefixListTest, What_cannot_be_made_is_refused) {
  struct Case {
    std::string parameters;
    std::string error;
  };
  const Case cases[] = {
      {"PrefixListName=com.amazonaws.x&AddressFamily=IPv4&MaxEntries=1",
       "InvalidParameterValue: Value (com.amazonaws.x) for parameter PrefixListName is invalid. It "
       "has 1 to 255 characters and does not start with com.amazonaws."},
      {"PrefixListName=l&AddressFamily=ipv4&MaxEntries=1",
       "InvalidParameterValue: Value (ipv4) for parameter AddressFamily is invalid. Expected "
       "'IPv4' or 'IPv6'."},
      {"PrefixListName=l&AddressFamily=IPv4&MaxEntries=0",
       "InvalidParameterValue: Value (0) for parameter MaxEntries is invalid. Expected 1 to 1000."},
      {"PrefixListName=l&AddressFamily=IPv4&MaxEntries=2&Entry.1.Cidr=::/0",
       "InvalidParameterValue: The CIDR ::/0 is not a valid IPv4 CIDR block"},
      {"PrefixListName=l&AddressFamily=IPv4&MaxEntries=2&Entry.1.Cidr=10.0.0.0/8&"
       "Entry.2.Cidr=10.0.0.1/8",
       "InvalidParameterValue: The CIDR 10.0.0.0/8 is in the prefix list already"},
      {"PrefixListName=l&AddressFamily=IPv4&MaxEntries=1&Entry.1.Cidr=10.0.0.0/8&"
       "Entry.2.Cidr=11.0.0.0/8",
       "PrefixListMaxEntriesExceeded: You've reached the maximum number of entries for the prefix "
       "list."},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    EXPECT_EQ(refusal("CreateManagedPrefixList", c.parameters), c.error);
  }
}

// [EC2 API reference, ModifyManagedPrefixList, GetManagedPrefixListEntries]
TEST_F(PrefixListTest, Each_change_of_its_entries_is_a_version) {
  const std::string list = make_list("&Entry.1.Cidr=10.1.0.0/16");
  EXPECT_EQ(modify(list,
                   "&CurrentVersion=1&AddEntry.1.Cidr=10.3.0.0/16&"
                   "RemoveEntry.1.Cidr=10.1.0.0/16"),
            "no error");
  EXPECT_THAT(entries(list), ElementsAre("10.3.0.0/16"));
  EXPECT_THAT(entries(list, "&TargetVersion=1"), ElementsAre("10.1.0.0/16"));
  const Answer described = must("DescribeManagedPrefixLists", "PrefixListId.1=" + list);
  EXPECT_EQ(described.text("//version"), "2");
  EXPECT_EQ(described.text("//state"), "modify-complete");
  EXPECT_EQ(modify(list, "&CurrentVersion=1&AddEntry.1.Cidr=10.4.0.0/16"),
            "PrefixListVersionMismatch: The prefix list has the incorrect version number (1).");
  EXPECT_EQ(modify(list, "&AddEntry.1.Cidr=10.4.0.0/16"),
            "MissingParameter: The request must contain the parameter CurrentVersion");
  EXPECT_EQ(modify(list, "&CurrentVersion=2&RemoveEntry.1.Cidr=10.4.0.0/16"),
            "InvalidParameterValue: The CIDR 10.4.0.0/16 is not in the prefix list");
  EXPECT_EQ(modify(list,
                   "&CurrentVersion=2&AddEntry.1.Cidr=10.3.0.0/16&"
                   "RemoveEntry.1.Cidr=10.3.0.0/16"),
            "InvalidParameterValue: Request cannot contain Cidr 10.3.0.0/16 in both "
            "AddPrefixListEntries and RemovePrefixListEntries");
  EXPECT_EQ(refusal("GetManagedPrefixListEntries", "PrefixListId=" + list + "&TargetVersion=9"),
            "InvalidParameterValue: The prefix list " + list + " has no version 9");
}

TEST_F(PrefixListTest, Name_and_size_change_and_the_size_not_with_entries) {
  const std::string list = make_list("&Entry.1.Cidr=10.1.0.0/16&Entry.2.Cidr=10.2.0.0/16");
  EXPECT_EQ(modify(list, "&PrefixListName=other&MaxEntries=2"), "no error");
  const Answer described =
      must("DescribeManagedPrefixLists", "Filter.1.Name=prefix-list-name&Filter.1.Value.1=other");
  EXPECT_EQ(described.text("//maxEntries"), "2");
  EXPECT_EQ(modify(list, "&MaxEntries=1"),
            "InvalidParameterValue: The prefix list " + list + " has more than 1 entries");
  EXPECT_EQ(modify(list, "&MaxEntries=9&CurrentVersion=1&AddEntry.1.Cidr=10.3.0.0/16"),
            "InvalidParameterCombination: The entries and the size of a prefix list cannot be "
            "modified at the same time");
}

// [VPC user guide, "Prefix lists": security group rules]
TEST_F(PrefixListTest, A_security_group_rule_names_it_and_holds_it) {
  const std::string list = make_list();
  const std::string group = make_group(make_vpc());
  const std::string permission =
      "GroupId=" + group +
      "&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=80&IpPermissions.1.ToPort=80&"
      "IpPermissions.1.PrefixListIds.1.PrefixListId=" +
      list;
  const Answer added = must("AuthorizeSecurityGroupIngress",
                            permission + "&IpPermissions.1.PrefixListIds.1.Description=d");
  EXPECT_EQ(added.text("//securityGroupRuleSet/item/prefixListId"), list);
  const Answer described = must("DescribeSecurityGroups", "GroupId.1=" + group);
  EXPECT_EQ(described.raw("//ipPermissions/item/prefixListIds"),
            "<prefixListIds><item><prefixListId>" + list +
                "</prefixListId><description>d</description></item></prefixListIds>");
  EXPECT_EQ(must("DescribeSecurityGroups",
                 "Filter.1.Name=ip-permission.prefix-list-id&Filter.1.Value.1=" + list)
                .text("//groupId"),
            group);
  EXPECT_EQ(refusal("AuthorizeSecurityGroupIngress", permission),
            "InvalidPermission.Duplicate: the specified rule \"peer: " + list +
                ", TCP, from port: 80, to port: 80, ALLOW\" already exists");
  EXPECT_EQ(refusal("DeleteManagedPrefixList", "PrefixListId=" + list),
            "DependencyViolation: The prefix list '" + list +
                "' has dependencies and cannot be deleted.");
  EXPECT_EQ(must("RevokeSecurityGroupIngress", permission).text("//prefixListId"), list);
  EXPECT_EQ(must("DeleteManagedPrefixList", "PrefixListId=" + list).text("//state"),
            "delete-in-progress");
  EXPECT_THAT(must("DescribeManagedPrefixLists").texts("//prefixListId"), IsEmpty());
}

// [VPC user guide, "Prefix lists": its maximum number of entries counts as so many rules]
TEST_F(PrefixListTest, Its_size_counts_against_the_groups_rules) {
  const std::string big = make_list("", 60);
  const std::string small = make_list("", 1);
  const std::string group = make_group(make_vpc());
  const auto add = [&](const std::string& list) {
    return run("AuthorizeSecurityGroupIngress",
               "GroupId=" + group +
                   "&IpPermissions.1.IpProtocol=-1&"
                   "IpPermissions.1.PrefixListIds.1.PrefixListId=" +
                   list)
        .code();
  };
  EXPECT_EQ(add(small), "no error");
  EXPECT_EQ(add(big), "RulesPerSecurityGroupLimitExceeded");
  EXPECT_EQ(modify(small, "&MaxEntries=60"), "no error");
  EXPECT_EQ(run("ModifyManagedPrefixList", "PrefixListId=" + small + "&MaxEntries=61").code(),
            "RulesPerSecurityGroupLimitExceeded");
}

TEST_F(PrefixListTest, What_is_not_there_is_refused_in_AWSs_words) {
  const std::string gone = "pl-00000000000000000";
  const std::string error =
      "InvalidPrefixListID.NotFound: The prefix list ID '" + gone + "' does not exist";
  EXPECT_EQ(refusal("GetManagedPrefixListEntries", "PrefixListId=" + gone), error);
  EXPECT_EQ(refusal("DescribePrefixLists", "PrefixListId.1=" + gone), error);
  EXPECT_EQ(must("DescribePrefixLists",
                 "Filter.1.Name=prefix-list-name&Filter.1.Value.1=com.amazonaws.ap-northeast-1.sqs")
                .xml(),
            "<prefixListSet/>");
  const std::string list = make_list();
  become("222222222222");
  EXPECT_EQ(run("DeleteManagedPrefixList", "PrefixListId=" + list).code(),
            "InvalidPrefixListID.NotFound");
}

}  // namespace
}  // namespace postern::api::ec2
