// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/ec2_test.h"
#include "model/chosen.h"

namespace postern::api::ec2 {
namespace {

class SubnetTest : public Ec2Test {
 protected:
  const std::string vpc_ = make_vpc();
};

TEST_F(SubnetTest, Is_described_as_AWS_describes_one) {
  const Answer made = must("CreateSubnet", "VpcId=" + vpc_ +
                                               "&CidrBlock=10.0.1.7/24&AvailabilityZone="
                                               "ap-northeast-1c&TagSpecification.1.ResourceType="
                                               "subnet&TagSpecification.1.Tag.1.Key=Name&"
                                               "TagSpecification.1.Tag.1.Value=a");
  const std::string id = made.text("//subnetId");
  const std::string item =
      "<subnetId>" + id + "</subnetId><subnetArn>arn:aws:ec2:ap-northeast-1:111111111111:subnet/" +
      id + "</subnetArn><state>available</state><vpcId>" + vpc_ +
      "</vpcId><ownerId>111111111111</ownerId><cidrBlock>10.0.1.0/24</cidrBlock>"
      "<ipv6CidrBlockAssociationSet/><availableIpAddressCount>251</availableIpAddressCount>"
      "<availabilityZone>ap-northeast-1c</availabilityZone><availabilityZoneId>apne1-az1"
      "</availabilityZoneId><defaultForAz>false</defaultForAz><mapPublicIpOnLaunch>false"
      "</mapPublicIpOnLaunch><mapCustomerOwnedIpOnLaunch>false</mapCustomerOwnedIpOnLaunch>"
      "<assignIpv6AddressOnCreation>false</assignIpv6AddressOnCreation><enableDns64>false"
      "</enableDns64><ipv6Native>false</ipv6Native><privateDnsNameOptionsOnLaunch><hostnameType>"
      "ip-name</hostnameType><enableResourceNameDnsARecord>false</enableResourceNameDnsARecord>"
      "<enableResourceNameDnsAAAARecord>false</enableResourceNameDnsAAAARecord>"
      "</privateDnsNameOptionsOnLaunch><tagSet><item><key>Name</key><value>a</value></item>"
      "</tagSet>";
  EXPECT_EQ(made.xml(), "<subnet>" + item + "</subnet>");
  EXPECT_EQ(must("DescribeSubnets", "SubnetId.1=" + id).xml(),
            "<subnetSet><item>" + item + "</item></subnetSet>");
}

TEST_F(SubnetTest, The_zone_is_named_by_name_or_id_and_is_the_first_otherwise) {
  struct Case {
    const char* parameters;
    const char* zone;
  };
  const Case cases[] = {
      {"&CidrBlock=10.0.0.0/24", "ap-northeast-1a"},
      {"&CidrBlock=10.0.1.0/24&AvailabilityZone=ap-northeast-1d", "ap-northeast-1d"},
      {"&CidrBlock=10.0.2.0/24&AvailabilityZoneId=apne1-az1", "ap-northeast-1c"},
      {"&CidrBlock=10.0.3.0/24&AvailabilityZone=", "ap-northeast-1a"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(must("CreateSubnet", "VpcId=" + vpc_ + c.parameters).text("//availabilityZone"),
              c.zone);
  }
}

// [EC2 error-code page: InvalidSubnet.Range, InvalidSubnet.Conflict; VPC user guide, "Subnet CIDR
// blocks"; recorded answers for the zones]
TEST_F(SubnetTest, What_cannot_be_made_is_refused) {
  make_subnet(vpc_, "10.0.128.0/20");
  const std::string zones =
      "Subnets can currently only be created in the following availability zones: "
      "ap-northeast-1a, ap-northeast-1c, ap-northeast-1d.";
  struct Case {
    std::string parameters;
    std::string error;
  };
  const Case cases[] = {
      {"", "MissingParameter: Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided."},
      {"&CidrBlock=x",
       "InvalidParameterValue: Value (x) for parameter cidrBlock is invalid. This is not a valid "
       "CIDR block."},
      {"&CidrBlock=10.1.0.0/24", "InvalidSubnet.Range: The CIDR '10.1.0.0/24' is invalid."},
      {"&CidrBlock=10.0.0.0/15", "InvalidSubnet.Range: The CIDR '10.0.0.0/15' is invalid."},
      {"&CidrBlock=10.0.0.0/29", "InvalidSubnet.Range: The CIDR '10.0.0.0/29' is invalid."},
      {"&CidrBlock=10.0.128.0/20",
       "InvalidSubnet.Conflict: The CIDR '10.0.128.0/20' conflicts with another subnet"},
      {"&CidrBlock=10.0.143.240/28",
       "InvalidSubnet.Conflict: The CIDR '10.0.143.240/28' conflicts with another subnet"},
      {"&CidrBlock=10.0.0.0/16",
       "InvalidSubnet.Conflict: The CIDR '10.0.0.0/16' conflicts with another subnet"},
      {"&CidrBlock=10.0.0.0/24&AvailabilityZone=ap-northeast-1b",
       "InvalidParameterValue: Value (ap-northeast-1b) for parameter availabilityZone is "
       "invalid. " +
           zones},
      {"&CidrBlock=10.0.0.0/24&AvailabilityZoneId=apne1-az3",
       "InvalidParameterValue: Value (apne1-az3) for parameter availabilityZoneId is invalid. " +
           zones},
      {"&CidrBlock=10.0.0.0/24&AvailabilityZone=ap-northeast-1a&AvailabilityZoneId=apne1-az4",
       "InvalidParameterCombination: The parameter availabilityZone cannot be used with the "
       "parameter availabilityZoneId"},
      {"&CidrBlock=10.0.0.0/24&Ipv6CidrBlock=fd00::/64",
       "InvalidSubnet.Range: The CIDR 'fd00::/64' is invalid."},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    EXPECT_EQ(refusal("CreateSubnet", "VpcId=" + vpc_ + c.parameters), c.error);
  }
  EXPECT_EQ(refusal("CreateSubnet", "CidrBlock=10.0.0.0/24"),
            "MissingParameter: The request must contain the parameter VpcId");
  // Its neighbours on both sides, and the same range in another VPC, are free.
  make_subnet(vpc_, "10.0.112.0/20");
  make_subnet(vpc_, "10.0.144.0/28");
  make_subnet(make_vpc(), "10.0.128.0/20");
}

// [VPC user guide, "Amazon VPC quotas": 200]
TEST_F(SubnetTest, Two_hundred_fit_into_a_VPC) {
  for (int n = 0; n < 200; ++n) {
    make_subnet(vpc_, fmt::format("10.0.{}.0/24", n));
  }
  EXPECT_EQ(refusal("CreateSubnet", "VpcId=" + vpc_ + "&CidrBlock=10.0.200.0/24"),
            "SubnetLimitExceeded: The maximum number of subnets has been reached.");
}

TEST_F(SubnetTest, The_operator_may_say_how_many_fit) {
  change([](model::Transaction& tx) { model::set_quotas(tx, {{"subnets-per-vpc", 1}}); });
  make_subnet(vpc_, "10.0.0.0/24");
  EXPECT_EQ(refusal("CreateSubnet", "VpcId=" + vpc_ + "&CidrBlock=10.0.1.0/24"),
            "SubnetLimitExceeded: The maximum number of subnets has been reached.");
}

TEST_F(SubnetTest, The_count_of_free_addresses_is_exact) {
  const std::string id = make_subnet(vpc_, "10.0.0.0/28");
  for (int left = 11; left > 0; --left) {
    EXPECT_EQ(must("DescribeSubnets", "SubnetId.1=" + id).text("//availableIpAddressCount"),
              std::to_string(left));
    must("CreateNetworkInterface", "SubnetId=" + id);
  }
  EXPECT_EQ(must("DescribeSubnets", "SubnetId.1=" + id).text("//availableIpAddressCount"), "0");
  EXPECT_EQ(run("CreateNetworkInterface", "SubnetId=" + id).code(),
            "InsufficientFreeAddressesInSubnet");
}

TEST_F(SubnetTest, Filters_pick_by_what_AWS_documents) {
  const std::string a = make_subnet(vpc_, "10.0.0.0/24");
  const std::string b = make(
      "CreateSubnet", "VpcId=" + vpc_ + "&CidrBlock=10.0.1.0/25&AvailabilityZone=ap-northeast-1c",
      "//subnetId");
  must("ModifySubnetAttribute", "SubnetId=" + b + "&MapPublicIpOnLaunch.Value=true");
  struct Case {
    std::string name;
    std::string value;
    std::string found;
  };
  const Case cases[] = {
      {"availability-zone", "ap-northeast-1c", b},
      {"availabilityZone", "ap-northeast-1a", a},
      {"availability-zone-id", "apne1-az4", a},
      {"availabilityZoneId", "apne1-az1", b},
      {"available-ip-address-count", "123", b},
      {"cidr", "10.0.0.0/24", a},
      {"cidr-block", "10.0.1.0/25", b},
      {"cidrBlock", "10.0.1.*", b},
      {"default-for-az", "true", ""},
      {"defaultForAz", "true", ""},
      {"map-public-ip-on-launch", "true", b},
      {"owner-id", "222222222222", ""},
      {"state", "pending", ""},
      {"ipv6-native", "true", ""},
      {"subnet-arn", "*" + a, a},
      {"subnet-id", b, b},
      {"vpc-id", "vpc-x", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Answer found =
        must("DescribeSubnets", "Filter.1.Name=" + c.name + "&Filter.1.Value.1=" + c.value);
    EXPECT_EQ(found.text("//subnetId"), c.found);
    EXPECT_EQ(found.count("//subnetId"), c.found.empty() ? 0U : 1U);
  }
}

// [EC2 error-code page: DependencyViolation; spec 7.2: InvalidSubnetID.NotFound with capital ID]
TEST_F(SubnetTest, Goes_only_when_no_interface_is_in_it) {
  const std::string id = make_subnet(vpc_);
  const std::string interface =
      make("CreateNetworkInterface", "SubnetId=" + id, "//networkInterfaceId");
  EXPECT_EQ(refusal("DeleteSubnet", "SubnetId=" + id),
            "DependencyViolation: The subnet '" + id + "' has dependencies and cannot be deleted.");
  must("DeleteNetworkInterface", "NetworkInterfaceId=" + interface);
  must("DeleteSubnet", "SubnetId=" + id);
  EXPECT_EQ(refusal("DescribeSubnets", "SubnetId.1=" + id),
            "InvalidSubnetID.NotFound: The subnet ID '" + id + "' does not exist");
  EXPECT_EQ(refusal("DeleteSubnet", "SubnetId=subnet-1"),
            "InvalidSubnetID.Malformed: Invalid id: \"subnet-1\" (expecting \"subnet-...\")");
}

TEST_F(SubnetTest, Another_accounts_subnet_does_not_exist) {
  const std::string id = make_subnet(vpc_);
  become("222222222222");
  for (const char* action : {"DeleteSubnet", "ModifySubnetAttribute", "CreateNetworkInterface"}) {
    EXPECT_EQ(refusal(action, "SubnetId=" + id),
              "InvalidSubnetID.NotFound: The subnet ID '" + id + "' does not exist");
  }
  EXPECT_EQ(must("DescribeSubnets").count("//subnetId"), 0U);
}

// [EC2 API reference, ModifySubnetAttribute: one attribute at a time]
TEST_F(SubnetTest, Attributes_are_changed_one_at_a_time) {
  const std::string id = make_subnet(vpc_);
  must("ModifySubnetAttribute", "SubnetId=" + id + "&MapPublicIpOnLaunch.Value=true");
  EXPECT_TRUE(record<model::Subnet>(id)->map_public_ip_on_launch);
  must("ModifySubnetAttribute", "SubnetId=" + id + "&AssignIpv6AddressOnCreation.Value=false");
  must("ModifySubnetAttribute", "SubnetId=" + id + "&PrivateDnsHostnameTypeOnLaunch=ip-name");
  EXPECT_TRUE(record<model::Subnet>(id)->map_public_ip_on_launch);
  must("ModifySubnetAttribute",
       "SubnetId=" + id + "&EnableResourceNameDnsARecordOnLaunch.Value=true");
  EXPECT_TRUE(record<model::Subnet>(id)->instance_names.a);
  EXPECT_EQ(refusal("ModifySubnetAttribute", "SubnetId=" + id + "&EnableDns64.Value=true"),
            "InvalidParameterValue: The subnet '" + id +
                "' does not have an IPv6 CIDR block associated with it.");
  struct Case {
    const char* parameters;
    const char* error;
  };
  const Case cases[] = {
      {"", "InvalidParameterCombination: No attributes specified."},
      {"&MapPublicIpOnLaunch.Value=true&EnableDns64.Value=false",
       "InvalidParameterCombination: Fields for multiple attribute types specified."},
      {"&PrivateDnsHostnameTypeOnLaunch=resource-name",
       "Unsupported: The parameter PrivateDnsHostnameTypeOnLaunch is not supported with the value "
       "resource-name"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(refusal("ModifySubnetAttribute", "SubnetId=" + id + c.parameters), c.error);
  }
}

}  // namespace
}  // namespace postern::api::ec2
