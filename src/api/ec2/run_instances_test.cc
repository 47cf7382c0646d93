// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/default_vpc.h"
#include "api/ec2/instances_test.h"
#include "model/images.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;

class RunInstancesTest : public InstancesTest {};

TEST_F(RunInstancesTest, The_answer_is_a_reservation_of_pending_instances) {
  put_key_pair("key");
  const Answer made =
      must("RunInstances",
           one_ + "&SubnetId=" + subnet_ +
               "&InstanceType=t3.micro&KeyName=key&PrivateIpAddress=10.0.0.50&UserData=" +
               "ZWNobyBoaQ%3D%3D&ClientToken=t&TagSpecification.1.ResourceType=instance&"
               "TagSpecification.1.Tag.1.Key=Name&TagSpecification.1.Tag.1.Value=web&"
               "TagSpecification.2.ResourceType=network-interface&TagSpecification.2.Tag.1.Key="
               "For&TagSpecification.2.Tag.1.Value=web");
  const std::string id = made.text("//instanceId");
  const std::string eni = made.text("//networkInterfaceId");
  const std::string architecture = model::images().front().architecture;
  const std::string groups = "<groupSet><item><groupId>" + default_group_ +
                             "</groupId><groupName>default</groupName></item></groupSet>";
  const std::string name = "ip-10-0-0-50.ap-northeast-1.compute.internal";
  const std::string expected =
      "<reservationId>" + made.text("//reservationId") +
      "</reservationId><ownerId>111111111111</ownerId><groupSet/><instancesSet><item><instanceId>" +
      id +
      "</instanceId><imageId>ami-host</imageId><instanceState><code>0</code><name>pending</name></"
      "instanceState>"
      "<privateDnsName>" +
      name +
      "</privateDnsName><dnsName/><reason/><keyName>key</keyName><amiLaunchIndex>0"
      "</amiLaunchIndex><productCodes/><instanceType>t3.micro</instanceType><launchTime>" +
      format_iso8601(now_) +
      "</launchTime><placement><availabilityZone>ap-northeast-1a</availabilityZone><groupName/>"
      "<tenancy>default</tenancy></placement><monitoring><state>disabled</state>"
      "</monitoring><subnetId>" +
      subnet_ + "</subnetId><vpcId>" + vpc_ +
      "</vpcId><privateIpAddress>10.0.0.50</privateIpAddress><sourceDestCheck>true"
      "</sourceDestCheck>" +
      groups + "<architecture>" + architecture +
      "</architecture><rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/xvda"
      "</rootDeviceName>" +
      made.raw("//instancesSet/item/blockDeviceMapping") +
      "<virtualizationType>hvm</virtualizationType><tagSet><item><key>Name</key><value>web</value>"
      "</item></tagSet>" +
      made.raw("//networkInterfaceSet") +
      "<ebsOptimized>false</ebsOptimized><hibernationOptions><configured>false</configured>"
      "</hibernationOptions><metadataOptions><state>applied</state><httpTokens>optional"
      "</httpTokens><httpPutResponseHopLimit>1</httpPutResponseHopLimit><httpEndpoint>enabled"
      "</httpEndpoint><httpProtocolIpv6>disabled</httpProtocolIpv6><instanceMetadataTags>disabled"
      "</instanceMetadataTags></metadataOptions><privateDnsNameOptions><hostnameType>ip-name"
      "</hostnameType><enableResourceNameDnsARecord>false</enableResourceNameDnsARecord>"
      "<enableResourceNameDnsAAAARecord>false</enableResourceNameDnsAAAARecord>"
      "</privateDnsNameOptions><platformDetails>Linux/UNIX</platformDetails></item>"
      "</instancesSet>";
  EXPECT_EQ(made.xml(), expected);
  EXPECT_EQ(made.raw("//networkInterfaceSet/item/attachment"),
            "<attachment><attachmentId>" + made.text("//attachmentId") +
                "</attachmentId><deviceIndex>0"
                "</deviceIndex><networkCardIndex>0</networkCardIndex><status>attached</status>"
                "<attachTime>" +
                format_iso8601(now_) +
                "</attachTime><deleteOnTermination>true</deleteOnTermination></attachment>");
  EXPECT_EQ(record<model::Instance>(id)->user_data, "echo hi");
  EXPECT_NE(record<model::NetworkInterface>(eni)->port, 0U);
  EXPECT_EQ(must("DescribeNetworkInterfaces", "NetworkInterfaceId.1=" + eni).text("//tagSet//key"),
            "For");
}

// [EC2 API reference, RunInstances: MinCount, MaxCount]
TEST_F(RunInstancesTest, As_many_are_made_as_fit_above_the_minimum) {
  const std::string small = make_subnet(vpc_, "10.0.9.0/28");  // 11 addresses
  const std::string in_it = "ImageId=ami-host&SubnetId=" + small;
  EXPECT_EQ(refusal("RunInstances", in_it + "&MinCount=12&MaxCount=20"),
            "InsufficientFreeAddressesInSubnet: There are not enough free addresses in subnet '" +
                small + "' to satisfy the requested number of instances.");
  const Answer made = must("RunInstances", in_it + "&MinCount=5&MaxCount=20");
  EXPECT_EQ(made.count("//instancesSet/item"), 11U);
  EXPECT_EQ(made.count("//reservationId"), 1U);
  EXPECT_EQ(made.texts("//instancesSet/item/privateIpAddress").front(), "10.0.9.4");
  EXPECT_EQ(made.texts("//amiLaunchIndex").back(), "10");
  EXPECT_EQ(refusal("RunInstances", in_it + "&MinCount=1&MaxCount=1").substr(0, 33),
            "InsufficientFreeAddressesInSubnet");
}

TEST_F(RunInstancesTest, Only_so_many_run_at_a_time) {
  change([&](model::Transaction& tx) {
    for (int n = 0; n < 1000; ++n) {
      tx.put(model::Instance{
          .id = model::Id<model::Instance>(fmt::format("i-{}", n)),
          .owner = caller_.account,
          .region = caller_.region,
          .state = n == 0 ? model::InstanceState::Terminated : model::InstanceState::Running});
    }
  });
  EXPECT_EQ(refusal("RunInstances", "ImageId=ami-host&MinCount=2&MaxCount=2&SubnetId=" + subnet_),
            "InstanceLimitExceeded: You have requested more instances (1001) than your current "
            "instance limit of 1000 allows for the specified instance type.");
  EXPECT_EQ(must("RunInstances", "ImageId=ami-host&MinCount=1&MaxCount=2&SubnetId=" + subnet_)
                .count("//instancesSet/item"),
            1U);
}

// [EC2 API reference, RunInstances: without a subnet, a default subnet is chosen]
TEST_F(RunInstancesTest, Without_a_subnet_it_goes_into_the_default_VPC) {
  EXPECT_EQ(refusal("RunInstances", one_), "VPCIdNotSpecified: No default VPC for this user");
  change([&](model::Transaction& tx) { ensure_default_vpc(tx, caller_.account, caller_.region); });
  const std::string web =
      make("CreateSecurityGroup", "GroupName=web&GroupDescription=d", "//groupId");
  struct Case {
    std::string parameters;
    std::string zone;
    std::string group;
  };
  const Case cases[] = {
      {"", "ap-northeast-1a", "default"},
      {"&Placement.AvailabilityZone=&Placement.Tenancy=", "ap-northeast-1a", "default"},
      {"&Placement.AvailabilityZone=ap-northeast-1d", "ap-northeast-1d", "default"},
      {"&Placement.AvailabilityZoneId=apne1-az1", "ap-northeast-1c", "default"},
      {"&SecurityGroup.1=web", "ap-northeast-1a", "web"},
      {"&SecurityGroupId.1=" + web, "ap-northeast-1a", "web"},
      {"&NetworkInterface.1.DeviceIndex=0&NetworkInterface.1.SecurityGroupId.1=" + web,
       "ap-northeast-1a", "web"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    const Answer made = must("RunInstances", one_ + c.parameters);
    EXPECT_EQ(made.text("//availabilityZone"), c.zone);
    EXPECT_EQ(made.text("//groupSet/item/groupName"), c.group);
  }
  EXPECT_EQ(refusal("RunInstances", one_ + "&Placement.AvailabilityZone=ap-northeast-1b"),
            "InvalidParameterValue: Invalid availability zone: [ap-northeast-1b]");
  EXPECT_EQ(refusal("RunInstances", one_ + "&Placement.AvailabilityZoneId=apne1-az3"),
            "InvalidParameterValue: Invalid availability zone: [apne1-az3]");
  EXPECT_EQ(run("RunInstances", one_ + "&SecurityGroup.1=nobody").code(), "InvalidGroup.NotFound");
}

TEST_F(RunInstancesTest, A_default_VPC_without_default_subnets_is_no_place) {
  change([&](model::Transaction& tx) { ensure_default_vpc(tx, caller_.account, caller_.region); });
  const Answer subnets =
      must("DescribeSubnets", "Filter.1.Name=default-for-az&Filter.1.Value.1=true");
  for (const std::string& subnet : subnets.texts("//subnetId")) {
    must("DeleteSubnet", "SubnetId=" + subnet);
  }
  EXPECT_EQ(refusal("RunInstances", one_), "MissingInput: No subnets found for the default VPC '" +
                                               subnets.text("//vpcId") +
                                               "'. Please specify a subnet.");
}

// [EC2 API reference, InstanceNetworkInterfaceSpecification]
TEST_F(RunInstancesTest, The_interface_may_be_specified_on_its_own) {
  const std::string group = make_group(vpc_);
  const Answer made =
      must("RunInstances",
           one_ + "&NetworkInterface.1.DeviceIndex=0&NetworkInterface.1.SubnetId=" + subnet_ +
               "&NetworkInterface.1.SecurityGroupId.1=" + group +
               "&NetworkInterface.1.Description=mine&NetworkInterface.1.DeleteOnTermination=false&"
               "NetworkInterface.1.PrivateIpAddresses.1.Primary=true&NetworkInterface.1."
               "PrivateIpAddresses.1.PrivateIpAddress=10.0.0.60&NetworkInterface.1."
               "AssociatePublicIpAddress=false");
  EXPECT_EQ(made.text("//privateIpAddress"), "10.0.0.60");
  EXPECT_EQ(made.text("//networkInterfaceSet/item/description"), "mine");
  EXPECT_EQ(made.text("//networkInterfaceSet/item/attachment/deleteOnTermination"), "false");
  EXPECT_EQ(made.text("//groupSet/item/groupId"), group);
}

TEST_F(RunInstancesTest, An_interface_that_is_there_may_be_used_once) {
  const std::string eni =
      make("CreateNetworkInterface", "SubnetId=" + subnet_, "//networkInterfaceId");
  const std::string with_it = "&NetworkInterface.1.NetworkInterfaceId=" + eni;
  EXPECT_EQ(refusal("RunInstances", "ImageId=ami-host&MinCount=1&MaxCount=2" + with_it),
            "InvalidParameterCombination: A network interface ID may be specified for one instance "
            "only");
  const Answer made = must("RunInstances", one_ + with_it);
  EXPECT_EQ(made.text("//networkInterfaceId"), eni);
  EXPECT_EQ(made.text("//privateIpAddress"), "10.0.0.4");
  EXPECT_EQ(made.text("//networkInterfaceSet/item/attachment/deleteOnTermination"), "false");
  EXPECT_EQ(must("DescribeNetworkInterfaces", "NetworkInterfaceId.1=" + eni).text("//status"),
            "in-use");
  EXPECT_EQ(refusal("RunInstances", one_ + with_it),
            "InvalidNetworkInterface.InUse: Interface: [" + eni + "] in use.");
  EXPECT_EQ(refusal("DeleteNetworkInterface", "NetworkInterfaceId=" + eni),
            "InvalidParameterValue: Network interface '" + eni + "' is currently in use.");
}

// [EC2 user guide, "Instance user data"; EC2 error-code page: InvalidUserData.Malformed]
TEST_F(RunInstancesTest, User_data_is_base64_of_up_to_16_KB) {
  const std::string most = wire::base64_encode(std::string(16384, 'a'));
  const std::string id = launch("&UserData=" + most);
  EXPECT_EQ(record<model::Instance>(id)->user_data.size(), 16384U);
  EXPECT_EQ(refusal("RunInstances", one_ + "&SubnetId=" + subnet_ + "&UserData=" +
                                        wire::base64_encode(std::string(16386, 'a'))),
            "InvalidParameterValue: User data is limited to 16384 bytes");
  EXPECT_EQ(refusal("RunInstances", one_ + "&SubnetId=" + subnet_ + "&UserData=%23%21%2Fbin%2Fsh"),
            "InvalidUserData.Malformed: Invalid BASE64 encoding of user data.");
}

TEST_F(RunInstancesTest, The_same_token_launches_nothing_twice) {
  const std::string parameters = one_ + "&SubnetId=" + subnet_ + "&ClientToken=t";
  EXPECT_EQ(must("RunInstances", parameters).xml(), must("RunInstances", parameters).xml());
  EXPECT_EQ(world_.all<model::Instance>().size(), 1U);
  EXPECT_EQ(run("RunInstances", parameters + "&KeyName=k").code(), "IdempotentParameterMismatch");
}

// [VPC guide, "Modify the IP addressing attributes of your subnet"; RunInstances,
// AssociatePublicIpAddress]
TEST_F(RunInstancesTest, A_public_address_is_given_by_the_subnet_or_the_launch) {
  const std::string plain = launch();
  const auto address_of = [&](const std::string& id) {
    return must("DescribeInstances", "InstanceId.1=" + id).text("//instancesSet/item/ipAddress");
  };
  EXPECT_EQ(address_of(plain), "");
  const auto launch_with = [&](const std::string& value) {
    return make("RunInstances",
                one_ + "&NetworkInterface.1.DeviceIndex=0&NetworkInterface.1.SubnetId=" + subnet_ +
                    "&NetworkInterface.1.AssociatePublicIpAddress=" + value,
                "//instanceId");
  };
  EXPECT_EQ(address_of(launch_with("true")), "198.18.0.1");
  must("ModifySubnetAttribute", "SubnetId=" + subnet_ + "&MapPublicIpOnLaunch.Value=true");
  EXPECT_EQ(address_of(launch()), "198.18.0.2");
  EXPECT_EQ(address_of(launch_with("false")), "");
}

TEST_F(RunInstancesTest, A_root_volume_is_what_was_asked_for) {
  const std::string id = launch(
      "&BlockDeviceMapping.1.DeviceName=%2Fdev%2Fxvda&BlockDeviceMapping.1.Ebs.VolumeSize=20"
      "&BlockDeviceMapping.1.Ebs.Encrypted=true&TagSpecification.1.ResourceType=volume"
      "&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1.Value=b");
  const std::string volume = must("DescribeInstances", "InstanceId.1=" + id).text("//ebs/volumeId");
  const Answer seen = must("DescribeVolumes", "VolumeId.1=" + volume);
  EXPECT_EQ(seen.text("//size"), "20");
  EXPECT_EQ(seen.text("//encrypted"), "true");
  EXPECT_EQ(seen.text("//iops"), "3000");
  EXPECT_EQ(seen.text("//attachmentSet/item/instanceId"), id);
  EXPECT_EQ(seen.text("//tagSet/item/key"), "a");
  must("CreateTags", "ResourceId.1=" + volume + "&Tag.1.Key=a&Tag.1.Value=c");
  EXPECT_EQ(must("DescribeVolumes", "Filter.1.Name=tag:a&Filter.1.Value.1=c").count("//volumeId"),
            2U);  // once of the volume, once of its attachment
  EXPECT_EQ(refusal("DescribeVolumes", "VolumeId.1=vol-00000000000000000"),
            "InvalidVolume.NotFound: The volume 'vol-00000000000000000' does not exist.");
}

TEST_F(RunInstancesTest, An_instance_profile_is_associated_replaced_and_taken_away) {
  for (const char* name : {"one", "two"}) {
    change([&](model::Transaction& tx) {
      tx.put(
          model::InstanceProfile{.id = model::iam_id<model::InstanceProfile>(caller_.account, name),
                                 .owner = caller_.account,
                                 .name = name,
                                 .path = "/",
                                 .unique_id = "AIPA"});
    });
  }
  const std::string id = launch("&IamInstanceProfile.Name=one&MetadataOptions.HttpTokens=required");
  const Answer seen = must("DescribeInstances", "InstanceId.1=" + id);
  EXPECT_EQ(seen.text("//iamInstanceProfile/arn"),
            "arn:aws:iam::111111111111:instance-profile/one");
  EXPECT_EQ(seen.text("//metadataOptions/httpTokens"), "required");
  const std::string of_instance = "Filter.1.Name=instance-id&Filter.1.Value.1=" + id;
  const std::string association =
      must("DescribeIamInstanceProfileAssociations", of_instance).text("//associationId");
  EXPECT_EQ(
      run("AssociateIamInstanceProfile", "IamInstanceProfile.Name=two&InstanceId=" + id).code(),
      "IncorrectState");
  const Answer replaced = must("ReplaceIamInstanceProfileAssociation",
                               "IamInstanceProfile.Name=two&AssociationId=" + association);
  EXPECT_EQ(replaced.text("//arn"), "arn:aws:iam::111111111111:instance-profile/two");
  must("DisassociateIamInstanceProfile", "AssociationId=" + replaced.text("//associationId"));
  EXPECT_EQ(must("DescribeIamInstanceProfileAssociations", of_instance).count("//associationId"),
            0U);
  must("ModifyInstanceMetadataOptions", "InstanceId=" + id + "&HttpPutResponseHopLimit=2");
  EXPECT_EQ(must("DescribeInstances", "InstanceId.1=" + id)
                .text("//metadataOptions/httpPutResponseHopLimit"),
            "2");
}

// Clients send these explicitly. [spec 7.3 pitfall 9]
TEST_F(RunInstancesTest, What_is_true_here_anyway_may_be_asked_for) {
  const std::string id = launch(
      "&DisableApiTermination=true&InstanceInitiatedShutdownBehavior=terminate&DisableApiStop=false"
      "&EbsOptimized=false&EnclaveOptions.Enabled=false&HibernationOptions.Configured=false"
      "&Monitoring.Enabled=false&Placement.Tenancy=default"
      "&Placement.AvailabilityZone=ap-northeast-1a&Placement.GroupName=&Ipv6AddressCount=0"
      "&PrivateDnsNameOptions.HostnameType=ip-name"
      "&PrivateDnsNameOptions.EnableResourceNameDnsARecord=false&EnablePrimaryIpv6=false");
  EXPECT_TRUE(record<model::Instance>(id)->disable_api_termination);
  EXPECT_EQ(record<model::Instance>(id)->shutdown_behavior, "terminate");
  EXPECT_EQ(record<model::Instance>(id)->instance_type, "m1.small");
}

// [EC2 API reference, RunInstances; EC2 error-code page; recorded answers]
TEST_F(RunInstancesTest, What_cannot_be_launched_is_refused) {
  const std::string elsewhere = make_group(make_vpc());
  const std::string in_subnet = one_ + "&SubnetId=" + subnet_;
  const std::string interface = "&NetworkInterface.1.SubnetId=" + subnet_;
  const auto unsupported = [](const std::string& name, const std::string& value) {
    return "Unsupported: The parameter " + name + " is not supported with the value " + value;
  };
  struct Case {
    std::string parameters;
    std::string error;
  };
  const Case cases[] = {
      {"MinCount=1&MaxCount=1", "MissingParameter: The request must contain the parameter ImageId"},
      {"ImageId=ami-host&MaxCount=1",
       "MissingParameter: The request must contain the parameter MinCount"},
      {"ImageId=ami-host&MinCount=0&MaxCount=1",
       "InvalidParameterValue: Value (0) for parameter minCount is invalid. Expecting a value "
       "greater than 0."},
      {"ImageId=ami-host&MinCount=2&MaxCount=1",
       "InvalidParameterCombination: The parameter minCount (2) is greater than the parameter "
       "maxCount (1)"},
      {"ImageId=debian&MinCount=1&MaxCount=1",
       "InvalidAMIID.Malformed: Invalid id: \"debian\" (expecting \"ami-...\")"},
      {in_subnet + "&InstanceType=big",
       "InvalidParameterValue: Invalid value 'big' for InstanceType."},
      {in_subnet + "&InstanceInitiatedShutdownBehavior=burn",
       "InvalidParameterValue: Value (burn) for parameter instanceInitiatedShutdownBehavior is "
       "invalid."},
      {one_ + "&SubnetId=subnet-00000000000000000",
       "InvalidSubnetID.NotFound: The subnet ID 'subnet-00000000000000000' does not exist"},
      {in_subnet + "&SecurityGroupId.1=" + elsewhere, "InvalidParameter: Security group " +
                                                          elsewhere + " and subnet " + subnet_ +
                                                          " belong to different networks."},
      {in_subnet + "&SecurityGroup.1=default",
       "InvalidParameterCombination: The parameter groupName cannot be used with the parameter "
       "subnet"},
      {in_subnet + "&Placement.AvailabilityZone=ap-northeast-1c",
       "InvalidParameterCombination: The subnet '" + subnet_ +
           "' is not in the availability zone 'ap-northeast-1c'"},
      {in_subnet + "&PrivateIpAddress=10.0.7.7",
       "InvalidParameterValue: Address 10.0.7.7 does not fall within the subnet's address range"},
      {"ImageId=ami-host&MinCount=1&MaxCount=2&PrivateIpAddress=10.0.0.9&SubnetId=" + subnet_,
       "InvalidParameterCombination: A private IP address may be specified for one instance only"},
      {in_subnet + interface,
       "InvalidParameterCombination: Network interfaces and an instance-level subnet ID may not be "
       "specified on the same request"},
      {one_ + interface + "&SecurityGroupId.1=" + default_group_,
       "InvalidParameterCombination: Network interfaces and an instance-level security groups may "
       "not be specified on the same request"},
      {one_ + interface + "&PrivateIpAddress=10.0.0.9",
       "InvalidParameterCombination: Network interfaces and an instance-level private IP address "
       "may not be specified on the same request"},
      {one_ + interface + "&NetworkInterface.2.SubnetId=" + subnet_,
       "Unsupported: A second network interface is not supported"},
      {one_ + interface + "&NetworkInterface.1.NetworkInterfaceId=eni-00000000000000000",
       "InvalidNetworkInterfaceID.NotFound: The networkInterface ID 'eni-00000000000000000' does "
       "not exist"},
      {one_ + interface + "&NetworkInterface.1.DeviceIndex=1",
       unsupported("NetworkInterface.1.DeviceIndex", "1")},
      {in_subnet + "&InstanceType=t2.micro&EbsOptimized=true",
       "Unsupported: EBS-optimized instances are not supported for your requested configuration. "
       "Please check the documentation for supported configurations."},
      {in_subnet + "&HibernationOptions.Configured=true",
       unsupported("HibernationOptions.Configured", "true")},
      {in_subnet + "&InstanceType=m5.large&CreditSpecification.CpuCredits=standard",
       "InstanceCreditSpecification.NotSupported: The m5.large instance type does not support T2 "
       "Unlimited."},
      {in_subnet + "&InstanceType=t3.micro&CreditSpecification.CpuCredits=endless",
       "InvalidParameterValue: Value (endless) for parameter cpuCredits is invalid."},
      {"MinCount=1&MaxCount=1&ImageId=ami-0000000000a0571a4&InstanceType=t3.micro&SubnetId=" +
           subnet_,
       "InvalidParameterValue: The architecture 'x86_64' of the specified instance type does not "
       "match the architecture 'arm64' of the specified AMI. Specify an instance type and an AMI "
       "that have matching architectures, and try again. You can use 'describe-instance-types' or "
       "'describe-images' to discover the architecture of the instance type or AMI."},
      {in_subnet + "&Placement.Tenancy=dedicated", unsupported("Placement.Tenancy", "dedicated")},
      {in_subnet + "&Placement.GroupName=g",
       "Unsupported: The parameter Placement.GroupName is not supported"},
      {in_subnet + "&BlockDeviceMapping.1.DeviceName=%2Fdev%2Fxvdb",
       "Unsupported: The device /dev/xvdb is not supported: an instance has its root device, "
       "/dev/xvda, only"},
      {in_subnet + "&BlockDeviceMapping.1.DeviceName=%2Fdev%2Fxvda&"
                   "BlockDeviceMapping.1.Ebs.VolumeSize=4",
       "InvalidParameterValue: Volume of size 4GB is not between the snapshot's size, 8GB, and "
       "65536GB"},
      {in_subnet + "&BlockDeviceMapping.1.DeviceName=%2Fdev%2Fxvda&"
                   "BlockDeviceMapping.1.Ebs.VolumeType=gp2&BlockDeviceMapping.1.Ebs.Iops=3000",
       "InvalidParameterCombination: The parameter iops is not supported for gp2 volumes."},
      {in_subnet + "&KeyName=unknown",
       "InvalidKeyPair.NotFound: The key pair 'unknown' does not exist"},
      {in_subnet + "&MetadataOptions.HttpTokens=no",
       "InvalidParameterValue: Value (no) for parameter HttpTokens is invalid."},
      {in_subnet + "&IamInstanceProfile.Name=p",
       "InvalidParameterValue: Value (p) for parameter iamInstanceProfile.name is invalid. Invalid "
       "IAM Instance Profile name"},
      {in_subnet + "&LaunchTemplate.LaunchTemplateId=lt-1",
       "InvalidLaunchTemplateId.Malformed: Invalid id: \"lt-1\" (expecting \"lt-...\")"},
      {in_subnet + "&TagSpecification.1.ResourceType=vpc",
       "InvalidParameterValue: 'vpc' is not a valid taggable resource type for this operation."},
      {in_subnet + "&Colour=red", "UnknownParameter: The parameter Colour is not recognized"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    EXPECT_EQ(refusal("RunInstances", c.parameters), c.error);
  }
  const std::string eni =
      make("CreateNetworkInterface", "SubnetId=" + subnet_, "//networkInterfaceId");
  EXPECT_EQ(run("RunInstances", one_ + interface + "&NetworkInterface.1.NetworkInterfaceId=" + eni)
                .code(),
            "InvalidParameterCombination");
  EXPECT_TRUE(world_.all<model::Instance>().empty());
}

TEST_F(RunInstancesTest, Another_accounts_subnet_does_not_exist) {
  become("222222222222");
  EXPECT_EQ(refusal("RunInstances", one_ + "&SubnetId=" + subnet_),
            "InvalidSubnetID.NotFound: The subnet ID '" + subnet_ + "' does not exist");
}

}  // namespace
}  // namespace postern::api::ec2
