// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/default_vpc.h"
#include "api/ec2/ec2_test.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;

class SecurityGroupTest : public Ec2Test {
 protected:
  std::string filtered(const std::string& name, const std::string& value) {
    return must("DescribeSecurityGroups", "Filter.1.Name=" + name + "&Filter.1.Value.1=" + value +
                                              "&Filter.2.Name=group-name&Filter.2.Value.1=web*")
        .text("//groupName");
  }

  const std::string vpc_ = make_vpc();
};

// [VPC user guide, "Security groups": no inbound rules, all outbound traffic]
TEST_F(SecurityGroupTest, A_new_one_lets_nothing_in_and_everything_out) {
  const Answer made =
      must("CreateSecurityGroup",
           "GroupName=web%20servers%20%20&GroupDescription=For%20the%20web&VpcId=" + vpc_ +
               "&TagSpecification.1.ResourceType=security-group&TagSpecification.1."
               "Tag.1.Key=Name&TagSpecification.1.Tag.1.Value=w");
  const std::string id = made.text("//groupId");
  const std::string arn = "arn:aws:ec2:ap-northeast-1:111111111111:security-group/" + id;
  EXPECT_EQ(made.xml(), "<groupId>" + id + "</groupId><securityGroupArn>" + arn +
                            "</securityGroupArn><tagSet><item><key>Name</key><value>w</value>"
                            "</item></tagSet>");
  EXPECT_EQ(must("DescribeSecurityGroups", "GroupId.1=" + id).xml(),
            "<securityGroupInfo><item><groupId>" + id +
                "</groupId><groupName>web servers</groupName><groupDescription>For the web"
                "</groupDescription><vpcId>" +
                vpc_ + "</vpcId><ownerId>111111111111</ownerId><securityGroupArn>" + arn +
                "</securityGroupArn><ipPermissions/><ipPermissionsEgress><item><ipProtocol>-1"
                "</ipProtocol><groups/><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges>"
                "<ipv6Ranges/><prefixListIds/></item></ipPermissionsEgress><tagSet><item><key>Name"
                "</key><value>w</value></item></tagSet></item></securityGroupInfo>");
}

// [EC2 API reference, CreateSecurityGroup; EC2 error-code page; spec 8.1]
TEST_F(SecurityGroupTest, What_cannot_be_made_is_refused) {
  make_group(vpc_, "web");
  const std::string in_vpc = "&VpcId=" + vpc_;
  const std::string bad_name =
      "InvalidParameterValue: Invalid security group name. Valid names are strings less than 256 "
      "characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*";
  const std::string bad_description =
      "InvalidParameterValue: Invalid security group description. Valid descriptions are strings "
      "less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*";
  struct Case {
    std::string parameters;
    std::string error;
  };
  const Case cases[] = {
      {"GroupDescription=d" + in_vpc,
       "MissingParameter: The request must contain the parameter GroupName"},
      {"GroupName=a" + in_vpc,
       "MissingParameter: The request must contain the parameter GroupDescription"},
      {"GroupName=a&GroupDescription=" + in_vpc,
       "MissingParameter: The request must contain the parameter GroupDescription"},
      {"GroupName=web&GroupDescription=d" + in_vpc,
       "InvalidGroup.Duplicate: The security group 'web' already exists for VPC '" + vpc_ + "'"},
      {"GroupName=WEB%20&GroupDescription=d" + in_vpc,
       "InvalidGroup.Duplicate: The security group 'WEB' already exists for VPC '" + vpc_ + "'"},
      {"GroupName=default&GroupDescription=d" + in_vpc,
       "InvalidGroup.Reserved: The security group 'default' is reserved"},
      {"GroupName=sg-web&GroupDescription=d" + in_vpc,
       "InvalidParameterValue: Value (sg-web) for parameter GroupName is invalid. Group names may "
       "not be in the format sg-*"},
      {"GroupName=a%3Fb&GroupDescription=d" + in_vpc, bad_name},
      {"GroupName=%20&GroupDescription=d" + in_vpc, bad_name},
      {"GroupName=" + std::string(256, 'a') + "&GroupDescription=d" + in_vpc, bad_name},
      {"GroupName=a&GroupDescription=caf%C3%A9" + in_vpc, bad_description},
      {"GroupName=a&GroupDescription=" + std::string(256, 'a') + in_vpc, bad_description},
      {"GroupName=a&GroupDescription=d&VpcId=vpc-00000000000000000",
       "InvalidVpcID.NotFound: The vpc ID 'vpc-00000000000000000' does not exist"},
      {"GroupName=a&GroupDescription=d", "VPCIdNotSpecified: No default VPC for this user"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    EXPECT_EQ(refusal("CreateSecurityGroup", c.parameters), c.error);
  }
  make_group(vpc_, std::string(255, 'a'));
  make_group(make_vpc(), "web");
}

TEST_F(SecurityGroupTest, Names_alone_speak_of_the_default_VPC) {
  change([&](model::Transaction& tx) { ensure_default_vpc(tx, caller_.account, caller_.region); });
  const std::string id =
      make("CreateSecurityGroup", "GroupName=web&GroupDescription=d", "//groupId");
  EXPECT_EQ(must("DescribeSecurityGroups", "GroupName.1=web").text("//groupId"), id);
  const std::string elsewhere = make_group(vpc_, "other");
  EXPECT_EQ(run("DescribeSecurityGroups", "GroupName.1=other").code(), "InvalidGroup.NotFound");
  EXPECT_EQ(run("DeleteSecurityGroup", "GroupName=other").code(), "InvalidGroup.NotFound");
  EXPECT_EQ(must("DeleteSecurityGroup", "GroupName=web").xml(),
            "<return>true</return><groupId>" + id + "</groupId>");
}

// [VPC user guide, "Amazon VPC quotas": 2,500 in a region]
TEST_F(SecurityGroupTest, Only_so_many_fit_into_a_region) {
  change([&](model::Transaction& tx) {
    for (int n = 1; n < 2500; ++n) {  // with the VPC's default group
      tx.put(model::SecurityGroup{.id = model::Id<model::SecurityGroup>(fmt::format("sg-{}", n)),
                                  .owner = caller_.account,
                                  .region = caller_.region});
    }
  });
  EXPECT_EQ(refusal("CreateSecurityGroup", "GroupName=a&GroupDescription=d&VpcId=" + vpc_),
            "SecurityGroupLimitExceeded: The maximum number of security groups has been reached.");
}

TEST_F(SecurityGroupTest, Filters_pick_by_what_AWS_documents) {
  const std::string other = make_group(vpc_, "other");
  const std::string id = make_group(vpc_, "web");
  must("AuthorizeSecurityGroupIngress",
       "GroupId=" + id +
           "&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=80&IpPermissions.1.ToPort=81&"
           "IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/16&IpPermissions.1.Ipv6Ranges.1.CidrIpv6="
           "fd00::/8&IpPermissions.1.Groups.1.GroupId=" +
           other);
  must("CreateTags", "ResourceId.1=" + id + "&Tag.1.Key=Stage&Tag.1.Value=prod");
  struct Case {
    std::string name;
    std::string value;
  };
  const Case found[] = {
      {"description", "d"},
      {"group-id", id},
      {"group-name", "web"},
      {"ip-permission.cidr", "10.0.0.0/16"},
      {"ip-permission.ipv6-cidr", "fd00::/8"},
      {"ip-permission.from-port", "80"},
      {"ip-permission.to-port", "81"},
      {"ip-permission.group-id", other},
      {"ip-permission.group-name", "other"},
      {"ip-permission.user-id", "111111111111"},
      {"ip-permission.protocol", "tcp"},
      {"egress.ip-permission.cidr", "0.0.0.0/0"},
      {"egress.ip-permission.protocol", "-1"},
      {"owner-id", "111111111111"},
      {"tag:Stage", "prod"},
      {"vpc-id", vpc_},
  };
  for (const Case& c : found) {
    EXPECT_EQ(filtered(c.name, c.value), "web") << c.name;
  }
  const Case not_found[] = {
      {"ip-permission.cidr", "0.0.0.0/0"},
      {"ip-permission.from-port", "81"},
      {"ip-permission.protocol", "udp"},
      {"ip-permission.prefix-list-id", "*"},
      {"ip-permission.group-name", "web"},
      {"egress.ip-permission.cidr", "10.0.0.0/16"},
      {"egress.ip-permission.from-port", "80"},
      {"egress.ip-permission.group-id", "*"},
      {"egress.ip-permission.group-name", "*"},
      {"egress.ip-permission.ipv6-cidr", "*"},
      {"egress.ip-permission.user-id", "*"},
      {"egress.ip-permission.to-port", "81"},
      {"egress.ip-permission.prefix-list-id", "*"},
      {"tag:Stage", "dev"},
  };
  for (const Case& c : not_found) {
    EXPECT_EQ(filtered(c.name, c.value), "") << c.name;
  }
}

// [EC2 error-code page: CannotDelete, DependencyViolation; VPC user guide, "Delete a security
// group"]
TEST_F(SecurityGroupTest, Goes_only_when_nothing_holds_it) {
  const std::string id = make_group(vpc_, "web");
  const std::string refused = "DependencyViolation: resource " + id + " has a dependent object";

  const std::string subnet = make_subnet(vpc_);
  const std::string interface =
      make("CreateNetworkInterface", "SubnetId=" + subnet + "&SecurityGroupId.1=" + id,
           "//networkInterfaceId");
  EXPECT_EQ(refusal("DeleteSecurityGroup", "GroupId=" + id), refused);
  must("DeleteNetworkInterface", "NetworkInterfaceId=" + interface);

  const std::string other = make_group(vpc_, "other");
  const std::string rule = "&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Groups.1.GroupId=" + id;
  must("AuthorizeSecurityGroupEgress", "GroupId=" + other + rule);
  EXPECT_EQ(refusal("DeleteSecurityGroup", "GroupId=" + id), refused);
  must("RevokeSecurityGroupEgress", "GroupId=" + other + rule);

  change([&](model::Transaction& tx) {
    tx.put(model::LoadBalancer{.id = model::Id<model::LoadBalancer>("arn"),
                               .security_groups = {model::Id<model::SecurityGroup>(id)}});
  });
  EXPECT_EQ(refusal("DeleteSecurityGroup", "GroupId=" + id), refused);
  change([&](model::Transaction& tx) {
    tx.erase(model::Id<model::LoadBalancer>("arn"));
    tx.put(model::VpcEndpoint{.id = model::Id<model::VpcEndpoint>("vpce-1"),
                              .groups = {model::Id<model::SecurityGroup>(id)},
                              .state = model::EndpointState::Available});
  });
  EXPECT_EQ(refusal("DeleteSecurityGroup", "GroupId=" + id), refused);
  change([&](model::Transaction& tx) {
    auto endpoint = *tx.world().find(model::Id<model::VpcEndpoint>("vpce-1"));
    endpoint.state = model::EndpointState::Deleted;
    tx.put(endpoint);
  });

  // Its own rule about itself is no reason to stay.
  must("AuthorizeSecurityGroupIngress", "GroupId=" + id + rule);
  must("DeleteSecurityGroup", "GroupId=" + id);
  EXPECT_EQ(refusal("DeleteSecurityGroup", "GroupId=" + id),
            "InvalidGroup.NotFound: The security group '" + id + "' does not exist");

  const std::string default_group = default_group_of(vpc_);
  EXPECT_EQ(refusal("DeleteSecurityGroup", "GroupId=" + default_group),
            "CannotDelete: the specified group: \"" + default_group +
                "\" name: \"default\" cannot be deleted by a user");
  EXPECT_EQ(refusal("DeleteSecurityGroup"),
            "MissingParameter: The request must contain the parameter groupName or groupId");
  EXPECT_EQ(refusal("DeleteSecurityGroup", "GroupId=sg-1&GroupName=web"),
            "InvalidParameterCombination: The parameter groupName cannot be used with the "
            "parameter groupId");
  EXPECT_EQ(refusal("DeleteSecurityGroup", "GroupId=web"),
            "InvalidGroupId.Malformed: Invalid id: \"web\" (expecting \"sg-...\")");
}

TEST_F(SecurityGroupTest, Another_accounts_group_does_not_exist) {
  const std::string id = make_group(vpc_);
  become("222222222222");
  const std::string missing =
      "InvalidGroup.NotFound: The security group '" + id + "' does not exist";
  const std::string rule = "&IpProtocol=-1&CidrIp=10.0.0.0/8";
  EXPECT_EQ(refusal("DescribeSecurityGroups", "GroupId.1=" + id), missing);
  EXPECT_EQ(refusal("DeleteSecurityGroup", "GroupId=" + id), missing);
  EXPECT_EQ(refusal("AuthorizeSecurityGroupIngress", "GroupId=" + id + rule), missing);
  EXPECT_EQ(refusal("RevokeSecurityGroupIngress", "GroupId=" + id + rule), missing);
  EXPECT_EQ(refusal("ModifySecurityGroupRules", "GroupId=" + id), missing);
  EXPECT_EQ(refusal("UpdateSecurityGroupRuleDescriptionsIngress", "GroupId=" + id), missing);
  EXPECT_EQ(must("DescribeSecurityGroups").count("//groupId"), 0U);
  EXPECT_EQ(must("DescribeSecurityGroupRules").count("//groupId"), 0U);
  // Consumers' and providers' groups are in different VPCs and cannot name each other. [spec 8.1]
  const std::string mine = make_group(make_vpc());
  for (const char* owner : {"", "&IpPermissions.1.Groups.1.UserId=111111111111"}) {
    EXPECT_EQ(refusal("AuthorizeSecurityGroupIngress",
                      "GroupId=" + mine +
                          "&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Groups.1.GroupId=" + id +
                          owner),
              missing);
  }
}

}  // namespace
}  // namespace postern::api::ec2
