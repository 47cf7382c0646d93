// SPDX-License-Identifier: Apache-2.0
// The rules of network ACLs.
#include "api/ec2/ec2_test.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;

class NetworkAclEntryTest : public Ec2Test {
 protected:
  std::string rule(const std::string& parameters) {
    return "NetworkAclId=" + acl_ + "&Egress=false&RuleAction=allow&" + parameters;
  }
  // The elements of the rule of that number.
  std::string described(const std::string& number) {
    return must("DescribeNetworkAcls", "NetworkAclId.1=" + acl_)
        .raw("//entrySet/item[ruleNumber='" + number + "']");
  }

  const std::string vpc_ = make_vpc();
  const std::string acl_ = make("CreateNetworkAcl", "VpcId=" + vpc_, "//networkAclId");
};

// [EC2 API reference, CreateNetworkAclEntry and NetworkAclEntry]
TEST_F(NetworkAclEntryTest, Is_described_by_what_its_protocol_has) {
  struct Case {
    std::string written;
    std::string protocol;
    std::string rest;
  };
  const std::string any = "<cidrBlock>10.1.0.0/16</cidrBlock>";
  const Case cases[] = {
      {"Protocol=6&CidrBlock=10.1.2.3/16&PortRange.From=80&PortRange.To=443", "6",
       any + "<portRange><from>80</from><to>443</to></portRange>"},
      {"Protocol=udp&CidrBlock=10.1.0.0/16&PortRange.From=0&PortRange.To=65535", "17",
       any + "<portRange><from>0</from><to>65535</to></portRange>"},
      {"Protocol=1&CidrBlock=10.1.0.0/16&Icmp.Type=8&Icmp.Code=-1", "1",
       any + "<icmpTypeCode><code>-1</code><type>8</type></icmpTypeCode>"},
      {"Protocol=-1&CidrBlock=10.1.0.0/16&PortRange.From=0&PortRange.To=0", "-1", any},
      {"Protocol=47&CidrBlock=10.1.0.0/16&PortRange.From=5&PortRange.To=6", "47", any},
      {"Protocol=58&CidrBlock=10.1.0.0/16&Icmp.Type=128&Icmp.Code=0", "58", any},
      {"Protocol=58&Ipv6CidrBlock=::/0&Icmp.Type=-1&Icmp.Code=-1", "58",
       "<ipv6CidrBlock>::/0</ipv6CidrBlock><icmpTypeCode><code>-1</code><type>-1</type>"
       "</icmpTypeCode>"},
  };
  int number = 0;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.written);
    const std::string text = std::to_string(++number);
    EXPECT_EQ(must("CreateNetworkAclEntry", rule("RuleNumber=" + text + "&" + c.written)).xml(),
              "<return>true</return>");
    EXPECT_EQ(described(text), "<item><ruleNumber>" + text + "</ruleNumber><protocol>" +
                                   c.protocol +
                                   "</protocol><ruleAction>allow</ruleAction>"
                                   "<egress>false</egress>" +
                                   c.rest + "</item>");
  }
}

// [EC2 API reference, CreateNetworkAclEntry; error-code page]
TEST_F(NetworkAclEntryTest, What_is_no_rule_is_refused) {
  struct Case {
    std::string parameters;
    std::string error;
  };
  const std::string all = "&Protocol=-1&CidrBlock=0.0.0.0/0";
  const Case cases[] = {
      {"RuleNumber=0" + all,
       "InvalidParameterValue: Value (0) for parameter ruleNumber is invalid. The rule number must "
       "be between 1 and 32766."},
      {"RuleNumber=32767" + all,
       "InvalidParameterValue: Value (32767) for parameter ruleNumber is invalid. The rule number "
       "must be between 1 and 32766."},
      {"RuleNumber=1&Protocol=256&CidrBlock=0.0.0.0/0",
       "InvalidParameterValue: Value (256) for parameter protocol is invalid. Unknown protocol."},
      {"RuleNumber=1&Protocol=&CidrBlock=0.0.0.0/0",
       "InvalidParameterValue: Value () for parameter protocol is invalid. Unknown protocol."},
      {"RuleNumber=1&Protocol=-1",
       "MissingParameter: Either 'cidrBlock' or 'ipv6CidrBlock' should be provided."},
      {"RuleNumber=1&Protocol=-1&CidrBlock=0.0.0.0/0&Ipv6CidrBlock=::/0",
       "InvalidParameterCombination: The parameter cidrBlock cannot be used with the parameter "
       "ipv6CidrBlock"},
      {"RuleNumber=1&Protocol=-1&CidrBlock=::/0",
       "InvalidParameterValue: Value (::/0) for parameter cidrBlock is invalid. This is not a "
       "valid CIDR block."},
      {"RuleNumber=1&Protocol=-1&Ipv6CidrBlock=0.0.0.0/0",
       "InvalidParameterValue: Value (0.0.0.0/0) for parameter ipv6CidrBlock is invalid. This is "
       "not a valid CIDR block."},
      {"RuleNumber=1&Protocol=6&CidrBlock=0.0.0.0/0",
       "MissingParameter: The request must contain the parameter portRange"},
      {"RuleNumber=1&Protocol=6&CidrBlock=0.0.0.0/0&PortRange.From=443&PortRange.To=80",
       "InvalidParameterValue: Value (443-80) for parameter portRange is invalid. Invalid port "
       "range."},
      {"RuleNumber=1&Protocol=17&CidrBlock=0.0.0.0/0&PortRange.From=0&PortRange.To=65536",
       "InvalidParameterValue: Value (0-65536) for parameter portRange is invalid. Invalid port "
       "range."},
      {"RuleNumber=1&Protocol=1&CidrBlock=0.0.0.0/0&Icmp.Type=8",
       "MissingParameter: The request must contain the parameter icmpTypeCode"},
      {"RuleNumber=1&Protocol=1&CidrBlock=0.0.0.0/0&Icmp.Type=256&Icmp.Code=0",
       "InvalidParameterValue: Value (256) for parameter icmpTypeCode is invalid. Expected -1 to "
       "255."},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    for (const char* action : {"CreateNetworkAclEntry", "ReplaceNetworkAclEntry"}) {
      EXPECT_EQ(refusal(action, rule(c.parameters)), c.error);
    }
  }
  EXPECT_EQ(refusal("CreateNetworkAclEntry",
                    "NetworkAclId=" + acl_ + "&Egress=false&RuleAction=maybe&RuleNumber=1" + all),
            "InvalidParameterValue: Value (maybe) for parameter ruleAction is invalid. Expected "
            "'allow' or 'deny'.");
  EXPECT_EQ(refusal("CreateNetworkAclEntry",
                    "NetworkAclId=" + acl_ + "&RuleAction=allow&RuleNumber=1" + all),
            "MissingParameter: The request must contain the parameter Egress");
}

TEST_F(NetworkAclEntryTest, Numbers_are_each_directions_own) {
  const std::string all = "&RuleNumber=100&Protocol=-1&CidrBlock=0.0.0.0/0&RuleAction=";
  must("CreateNetworkAclEntry", "NetworkAclId=" + acl_ + "&Egress=false" + all + "allow");
  must("CreateNetworkAclEntry", "NetworkAclId=" + acl_ + "&Egress=true" + all + "deny");
  EXPECT_EQ(
      refusal("CreateNetworkAclEntry", "NetworkAclId=" + acl_ + "&Egress=true" + all + "deny"),
      "NetworkAclEntryAlreadyExists: The network acl entry identified by 100 already "
      "exists.");
  must("ReplaceNetworkAclEntry", "NetworkAclId=" + acl_ + "&Egress=false" + all + "deny");
  EXPECT_THAT(must("DescribeNetworkAcls", "NetworkAclId.1=" + acl_)
                  .texts("//entrySet/item[ruleNumber='100']/ruleAction"),
              ElementsAre("deny", "deny"));
  must("DeleteNetworkAclEntry", "NetworkAclId=" + acl_ + "&Egress=false&RuleNumber=100");
  EXPECT_THAT(must("DescribeNetworkAcls", "NetworkAclId.1=" + acl_)
                  .texts("//entrySet/item[ruleNumber='100']/egress"),
              ElementsAre("true"));
}

TEST_F(NetworkAclEntryTest, What_is_not_there_is_neither_replaced_nor_deleted) {
  EXPECT_EQ(refusal("ReplaceNetworkAclEntry", rule("RuleNumber=5&Protocol=-1&CidrBlock=0.0.0.0/0")),
            "InvalidNetworkAclEntry.NotFound: The network acl entry identified by 5 does not "
            "exist.");
  EXPECT_EQ(refusal("DeleteNetworkAclEntry", "NetworkAclId=" + acl_ + "&Egress=true&RuleNumber=5"),
            "InvalidNetworkAclEntry.NotFound: The network acl entry identified by 5 does not "
            "exist.");
  EXPECT_EQ(
      run("DeleteNetworkAclEntry", "NetworkAclId=" + acl_ + "&Egress=true&RuleNumber=32767").code(),
      "InvalidParameterValue");
  become("222222222222");
  EXPECT_EQ(
      run("CreateNetworkAclEntry", rule("RuleNumber=5&Protocol=-1&CidrBlock=0.0.0.0/0")).code(),
      "InvalidNetworkAclID.NotFound");
}

// [VPC user guide, "Amazon VPC quotas": 20 in each direction, the default deny rule included]
TEST_F(NetworkAclEntryTest, Nineteen_fit_beside_the_one_that_denies_the_rest) {
  const auto create = [&](int number, const char* egress) {
    return run("CreateNetworkAclEntry",
               fmt::format("NetworkAclId={}&Egress={}&RuleAction=allow&RuleNumber={}&Protocol=-1&"
                           "CidrBlock=0.0.0.0/0",
                           acl_, egress, number))
        .error();
  };
  for (int number = 1; number <= 19; ++number) {
    EXPECT_EQ(create(number, "true"), "no error");
  }
  EXPECT_EQ(create(20, "true"),
            "NetworkAclEntryLimitExceeded: The maximum number of network acl entries has been "
            "reached.");
  EXPECT_EQ(create(1, "false"), "no error");
}

}  // namespace
}  // namespace postern::api::ec2
