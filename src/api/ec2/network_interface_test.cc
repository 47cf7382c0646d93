// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/ec2_test.h"
#include "model/addresses.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;

class NetworkInterfaceTest : public Ec2Test {
 protected:
  std::string make_interface(const std::string& more = "") {
    return make("CreateNetworkInterface", "SubnetId=" + subnet_ + more, "//networkInterfaceId");
  }
  // What an endpoint's creation puts into the World.
  std::string make_endpoint_interface() {
    std::string id;
    change([&](model::Transaction& tx) {
      id = model::add_interface(tx, *record<model::Subnet>(subnet_), std::nullopt,
                                {.groups = {model::Id<model::SecurityGroup>(default_group_)},
                                 .type = model::InterfaceType::VpcEndpoint,
                                 .description = "VPC Endpoint Interface vpce-1",
                                 .requester_managed = true,
                                 .requester_id = "727180483921",
                                 .attachment = model::Attachment{.id = "ela-attach-1",
                                                                 .instance_owner_id = "amazon-aws",
                                                                 .device_index = 1,
                                                                 .delete_on_termination = false,
                                                                 .attached_at = now_}})
               ->id.value;
    });
    return id;
  }

  const std::string vpc_ = make_vpc();
  const std::string subnet_ = make_subnet(vpc_);
  const std::string default_group_ = default_group_of(vpc_);
};

// What `postern attach` puts into the World. There is no such holder on AWS.
TEST_F(NetworkInterfaceTest, What_the_host_holds_is_in_use_and_protected) {
  std::string id;
  const auto hold = [&](model::HolderState state) {
    change([&](model::Transaction& tx) {
      model::NetworkInterface held = *record<model::NetworkInterface>(id);
      held.attachment = model::Attachment{.id = "eni-attach-1",
                                          .instance_owner_id = "111111111111",
                                          .attached_at = now_,
                                          .holder = model::Holder{.state = state}};
      tx.put(held);
    });
  };
  id = make_interface();
  hold(model::HolderState::Attached);
  const Answer item = must("DescribeNetworkInterfaces",
                           "Filter.1.Name=attachment.status&Filter.1.Value.1=attached");
  EXPECT_EQ(item.text("//networkInterfaceId"), id);
  EXPECT_EQ(item.text("//item/status"), "in-use");
  EXPECT_EQ(item.text("//attachment/status"), "attached");
  EXPECT_EQ(item.text("//attachment/instanceOwnerId"), "111111111111");
  EXPECT_EQ(item.xml().find("<instanceId>"), std::string::npos);
  EXPECT_EQ(refusal("DeleteNetworkInterface", "NetworkInterfaceId=" + id),
            "InvalidParameterValue: Network interface '" + id + "' is currently in use.");
  EXPECT_EQ(
      refusal("DeleteSubnet", "SubnetId=" + subnet_),
      "DependencyViolation: The subnet '" + subnet_ + "' has dependencies and cannot be deleted.");
  EXPECT_EQ(
      refusal("ModifyNetworkInterfaceAttribute",
              "NetworkInterfaceId=" + id +
                  "&Attachment.AttachmentId=eni-attach-1&Attachment.DeleteOnTermination=false"),
      "OperationNotPermitted: The attachment 'eni-attach-1' is the operator's (postern "
      "detach)");
  hold(model::HolderState::Waiting);
  EXPECT_EQ(
      must("DescribeNetworkInterfaces", "NetworkInterfaceId.1=" + id).text("//attachment/status"),
      "attaching");
}

TEST_F(NetworkInterfaceTest, Is_described_as_AWS_describes_one) {
  const Answer made =
      must("CreateNetworkInterface", "SubnetId=" + subnet_ +
                                         "&Description=mine&TagSpecification.1.ResourceType="
                                         "network-interface&TagSpecification.1.Tag.1.Key=Name&"
                                         "TagSpecification.1.Tag.1.Value=a&ClientToken=t");
  const std::string id = made.text("//networkInterfaceId");
  const std::string item =
      "<networkInterfaceId>" + id + "</networkInterfaceId><subnetId>" + subnet_ +
      "</subnetId><vpcId>" + vpc_ +
      "</vpcId><availabilityZone>ap-northeast-1a</availabilityZone><availabilityZoneId>apne1-az4"
      "</availabilityZoneId><description>mine</description><ownerId>111111111111</ownerId>"
      "<requesterId>111111111111</requesterId><requesterManaged>false</requesterManaged><status>"
      "available</status><macAddress>" +
      made.text("//macAddress") +
      "</macAddress><privateIpAddress>10.0.0.4</privateIpAddress><privateDnsName>"
      "ip-10-0-0-4.ap-northeast-1.compute.internal</privateDnsName><sourceDestCheck>true"
      "</sourceDestCheck><groupSet><item><groupId>" +
      default_group_ +
      "</groupId><groupName>default</groupName></item></groupSet><privateIpAddressesSet><item>"
      "<privateIpAddress>10.0.0.4</privateIpAddress><privateDnsName>"
      "ip-10-0-0-4.ap-northeast-1.compute.internal</privateDnsName><primary>true</primary></item>"
      "</privateIpAddressesSet><ipv6AddressesSet/><interfaceType>interface</interfaceType><tagSet>"
      "<item><key>Name</key><value>a</value></item></tagSet>";
  EXPECT_EQ(made.xml(),
            "<networkInterface>" + item + "</networkInterface><clientToken>t</clientToken>");
  EXPECT_EQ(must("DescribeNetworkInterfaces", "NetworkInterfaceId.1=" + id).xml(),
            "<networkInterfaceSet><item>" + item + "</item></networkInterfaceSet>");
}

// [PrivateLink guide, "Endpoint network interfaces"; spec 4.1]
TEST_F(NetworkInterfaceTest, An_endpoints_interface_is_described_too) {
  const std::string id = make_endpoint_interface();
  const Answer seen = must("DescribeNetworkInterfaces", "NetworkInterfaceId.1=" + id);
  EXPECT_EQ(seen.text("//interfaceType"), "vpc_endpoint");
  EXPECT_EQ(seen.text("//status"), "in-use");
  EXPECT_EQ(seen.text("//requesterManaged"), "true");
  EXPECT_EQ(seen.text("//requesterId"), "727180483921");
  EXPECT_EQ(seen.raw("//attachment"),
            "<attachment><attachmentId>ela-attach-1</attachmentId><instanceOwnerId>amazon-aws"
            "</instanceOwnerId><deviceIndex>1</deviceIndex><networkCardIndex>0</networkCardIndex>"
            "<status>attached</status><attachTime>" +
                format_iso8601(now_) +
                "</attachTime><deleteOnTermination>false</deleteOnTermination></attachment>");
}

TEST_F(NetworkInterfaceTest, The_address_may_be_chosen_in_two_ways) {
  struct Case {
    const char* parameters;
    const char* address;
  };
  const Case cases[] = {
      {"&PrivateIpAddress=10.0.0.77", "10.0.0.77"},
      {"&PrivateIpAddresses.1.Primary=true&PrivateIpAddresses.1.PrivateIpAddress=10.0.0.78",
       "10.0.0.78"},
      {"&PrivateIpAddresses.1.PrivateIpAddress=10.0.0.79&InterfaceType=interface&Ipv6AddressCount=0"
       "&SecondaryPrivateIpAddressCount=0",
       "10.0.0.79"},
      {"", "10.0.0.4"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(must("CreateNetworkInterface", "SubnetId=" + subnet_ + c.parameters)
                  .text("//privateIpAddress"),
              c.address);
  }
}

// [EC2 API reference, CreateNetworkInterface; EC2 error-code page; recorded answers]
TEST_F(NetworkInterfaceTest, What_cannot_be_made_is_refused) {
  make_interface("&PrivateIpAddress=10.0.0.10");
  const std::string elsewhere = make_group(make_vpc());
  std::string six;
  for (int n = 1; n <= 6; ++n) {
    six += fmt::format("&SecurityGroupId.{}={}", n, make_group(vpc_, fmt::format("g{}", n)));
  }
  const std::string no_ipv6 = "InvalidParameterValue: The subnet '" + subnet_ +
                              "' does not have an IPv6 CIDR block associated with it.";
  struct Case {
    std::string parameters;
    std::string error;
  };
  const Case cases[] = {
      {"&PrivateIpAddress=10.0.0.10", "InvalidIPAddress.InUse: Address 10.0.0.10 is in use."},
      {"&PrivateIpAddress=10.0.1.10",
       "InvalidParameterValue: Address 10.0.1.10 does not fall within the subnet's address range"},
      {"&PrivateIpAddress=10.0.0.2",
       "InvalidParameterValue: Address 10.0.0.2 is in subnet's reserved address range"},
      {"&PrivateIpAddress=ten", "InvalidParameterValue: invalid value for parameter address: ten"},
      {"&PrivateIpAddress=fd00::1",
       "InvalidParameterValue: invalid value for parameter address: fd00::1"},
      {"&PrivateIpAddress=10.0.0.5&PrivateIpAddresses.1.PrivateIpAddress=10.0.0.5",
       "InvalidParameterCombination: The parameter privateIpAddress cannot be used with the "
       "parameter privateIpAddresses"},
      {"&PrivateIpAddresses.1.PrivateIpAddress=10.0.0.5&PrivateIpAddresses.2.PrivateIpAddress="
       "10.0.0.6",
       "Unsupported: Secondary private IP addresses are not supported"},
      {"&PrivateIpAddresses.1.PrivateIpAddress=10.0.0.5&PrivateIpAddresses.1.Primary=false",
       "InvalidParameterCombination: One of the private IP addresses has to be the primary one"},
      {"&SecondaryPrivateIpAddressCount=1",
       "Unsupported: The parameter SecondaryPrivateIpAddressCount is not supported with the value "
       "1"},
      {"&Ipv6AddressCount=1", no_ipv6},
      {"&Ipv6Addresses.1.Ipv6Address=fd00::1", no_ipv6},
      {"&InterfaceType=efa",
       "Unsupported: The parameter InterfaceType is not supported with the value efa"},
      {"&SecurityGroupId.1=" + elsewhere, "InvalidParameter: Security group " + elsewhere +
                                              " and subnet " + subnet_ +
                                              " belong to different networks."},
      {"&SecurityGroupId.1=sg-00000000000000000",
       "InvalidGroup.NotFound: The security group 'sg-00000000000000000' does not exist"},
      {six,
       "SecurityGroupsPerInterfaceLimitExceeded: The maximum number of security groups per "
       "interface has been reached."},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    EXPECT_EQ(refusal("CreateNetworkInterface", "SubnetId=" + subnet_ + c.parameters), c.error);
  }
}

TEST_F(NetworkInterfaceTest, A_group_given_twice_is_on_it_once) {
  const std::string group = make_group(vpc_);
  EXPECT_THAT(must("CreateNetworkInterface", "SubnetId=" + subnet_ + "&SecurityGroupId.1=" + group +
                                                 "&SecurityGroupId.2=" + group)
                  .texts("//groupId"),
              ElementsAre(group));
}

// [VPC user guide, "Amazon VPC quotas": 5,000 in a region]
TEST_F(NetworkInterfaceTest, Only_so_many_fit_into_a_region) {
  change([&](model::Transaction& tx) {
    for (int n = 0; n < 5000; ++n) {
      tx.put(model::NetworkInterface{
          .id = model::Id<model::NetworkInterface>(fmt::format("eni-{}", n)),
          .owner = caller_.account,
          .region = caller_.region});
    }
  });
  EXPECT_EQ(refusal("CreateNetworkInterface", "SubnetId=" + subnet_),
            "NetworkInterfaceLimitExceeded: The maximum number of network interfaces has been "
            "reached.");
}

TEST_F(NetworkInterfaceTest, Filters_pick_by_what_AWS_documents) {
  const std::string group = make_group(vpc_, "web");
  const std::string plain = make_interface("&Description=mine&SecurityGroupId.1=" + group);
  const std::string endpoint = make_endpoint_interface();
  const auto* plain_record = record<model::NetworkInterface>(plain);
  struct Case {
    std::string name;
    std::string value;
    std::string found;
  };
  const Case cases[] = {
      {"addresses.private-ip-address", "10.0.0.4", plain},
      {"attachment.attach-time", format_iso8601(now_), endpoint},
      {"attachment.attachment-id", "ela-attach-1", endpoint},
      {"attachment.delete-on-termination", "false", endpoint},
      {"attachment.device-index", "1", endpoint},
      {"attachment.instance-id", "i-*", ""},
      {"attachment.instance-owner-id", "amazon-aws", endpoint},
      {"attachment.instance-owner-id", "amazon-elb", ""},
      {"attachment.status", "attached", endpoint},
      {"association.public-ip", "*", ""},
      {"description", "VPC Endpoint Interface *", endpoint},
      {"group-id", group, plain},
      {"group-name", "web", plain},
      {"interface-type", "vpc_endpoint", endpoint},
      {"ipv6-addresses.ipv6-address", "*", ""},
      {"mac-address", plain_record->mac.text(), plain},
      {"network-interface-id", endpoint, endpoint},
      {"owner-id", "222222222222", ""},
      {"private-dns-name", "ip-10-0-0-5.*", endpoint},
      {"private-ip-address", "10.0.0.5", endpoint},
      {"requester-id", "727180483921", endpoint},
      {"requester-managed", "false", plain},
      {"source-dest-check", "false", ""},
      {"status", "available", plain},
      {"subnet-id", "subnet-*x", ""},
      {"availability-zone", "ap-northeast-1c", ""},
      {"vpc-id", "vpc-x", ""},
      {"addresses.primary", "false", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Answer found = must("DescribeNetworkInterfaces",
                              "Filter.1.Name=" + c.name + "&Filter.1.Value.1=" + c.value);
    EXPECT_EQ(found.text("//networkInterfaceId"), c.found);
    EXPECT_EQ(found.count("//networkInterfaceId"), c.found.empty() ? 0U : 1U);
  }
  for (const auto& [name, value] : {std::pair("subnet-id", subnet_), {"vpc-id", vpc_}}) {
    EXPECT_EQ(must("DescribeNetworkInterfaces",
                   std::string("Filter.1.Name=") + name + "&Filter.1.Value.1=" + value)
                  .count("//networkInterfaceId"),
              2U);
  }
}

// [recorded answers for an endpoint's interface; spec 7.2 for the not-found code]
TEST_F(NetworkInterfaceTest, Goes_only_when_nothing_holds_it) {
  const std::string id = make_interface();
  EXPECT_EQ(must("DeleteNetworkInterface", "NetworkInterfaceId=" + id).xml(),
            "<return>true</return>");
  EXPECT_EQ(
      refusal("DeleteNetworkInterface", "NetworkInterfaceId=" + id),
      "InvalidNetworkInterfaceID.NotFound: The networkInterface ID '" + id + "' does not exist");
  EXPECT_EQ(refusal("DeleteNetworkInterface", "NetworkInterfaceId=eni-x"),
            "InvalidNetworkInterfaceId.Malformed: Invalid id: \"eni-x\" (expecting \"eni-...\")");
  const std::string endpoint = make_endpoint_interface();
  EXPECT_EQ(refusal("DeleteNetworkInterface", "NetworkInterfaceId=" + endpoint),
            "InvalidParameterValue: Network interface '" + endpoint + "' is currently in use.");
}

TEST_F(NetworkInterfaceTest, Another_accounts_interface_does_not_exist) {
  const std::string id = make_interface();
  become("222222222222");
  const std::string missing =
      "InvalidNetworkInterfaceID.NotFound: The networkInterface ID '" + id + "' does not exist";
  EXPECT_EQ(refusal("DescribeNetworkInterfaces", "NetworkInterfaceId.1=" + id), missing);
  EXPECT_EQ(refusal("DeleteNetworkInterface", "NetworkInterfaceId=" + id), missing);
  EXPECT_EQ(refusal("ModifyNetworkInterfaceAttribute", "NetworkInterfaceId=" + id), missing);
  EXPECT_EQ(must("DescribeNetworkInterfaces").count("//networkInterfaceId"), 0U);
}

// [EC2 API reference, ModifyNetworkInterfaceAttribute]
TEST_F(NetworkInterfaceTest, Attributes_are_changed_one_at_a_time) {
  const std::string id = make_interface();
  const std::string of_it = "NetworkInterfaceId=" + id;
  const std::string group = make_group(vpc_);
  must("ModifyNetworkInterfaceAttribute", of_it + "&Description.Value=new");
  must("ModifyNetworkInterfaceAttribute", of_it + "&SourceDestCheck.Value=false");
  must("ModifyNetworkInterfaceAttribute", of_it + "&SecurityGroupId.1=" + group);
  const Answer seen = must("DescribeNetworkInterfaces", "NetworkInterfaceId.1=" + id);
  EXPECT_EQ(seen.text("//description"), "new");
  EXPECT_EQ(seen.text("//sourceDestCheck"), "false");
  EXPECT_THAT(seen.texts("//groupId"), ElementsAre(group));

  struct Case {
    std::string parameters;
    std::string error;
  };
  const Case cases[] = {
      {"", "InvalidParameterCombination: No attributes specified."},
      {"&Description.Value=a&SourceDestCheck.Value=true",
       "InvalidParameterCombination: Fields for multiple attribute types specified."},
      {"&SecurityGroupId.1=sg-00000000000000000",
       "InvalidGroup.NotFound: The security group 'sg-00000000000000000' does not exist"},
      {"&AssociatePublicIpAddress=true",
       "Unsupported: The parameter AssociatePublicIpAddress is not supported with the value true"},
      {"&Attachment.AttachmentId=eni-attach-1&Attachment.DeleteOnTermination=true",
       "InvalidAttachmentID.NotFound: The attachment ID 'eni-attach-1' does not exist"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(refusal("ModifyNetworkInterfaceAttribute", of_it + c.parameters), c.error);
  }
  EXPECT_EQ(refusal("ModifyNetworkInterfaceAttribute",
                    "NetworkInterfaceId=" + make_endpoint_interface() + "&Description.Value=mine"),
            "OperationNotPermitted: You do not have permission to access the specified resource.");
}

}  // namespace
}  // namespace postern::api::ec2
