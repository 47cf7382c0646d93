// SPDX-License-Identifier: Apache-2.0
// Launch templates, their versions, and instances that are launched from them.
#include "api/ec2/instances_test.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LaunchTemplateTest : public InstancesTest {
 protected:
  std::string make_template(const std::string& data, const std::string& name = "web") {
    return make("CreateLaunchTemplate", "LaunchTemplateName=" + name + data, "//launchTemplateId");
  }
  static std::string given(const std::string& name, const std::string& value) {
    return "&LaunchTemplateData." + name + "=" + value;
  }
  std::string data_of(const std::string& id, const std::string& version = "1") {
    return must("DescribeLaunchTemplateVersions",
                "LaunchTemplateId=" + id + "&LaunchTemplateVersion.1=" + version)
        .raw("//launchTemplateData");
  }
};

// [EC2 API reference, LaunchTemplate]
TEST_F(LaunchTemplateTest, Is_described_as_AWS_describes_one) {
  const Answer made =
      must("CreateLaunchTemplate",
           "LaunchTemplateName=web&VersionDescription=first" + given("ImageId", "ami-host") +
               "&TagSpecification.1.ResourceType=launch-template&TagSpecification.1.Tag.1.Key=Name&"
               "TagSpecification.1.Tag.1.Value=a");
  const std::string id = made.text("//launchTemplateId");
  const std::string item =
      "<launchTemplateId>" + id +
      "</launchTemplateId><launchTemplateName>web</launchTemplateName><createTime>" +
      format_iso8601(now_) +
      "</createTime><createdBy>arn:aws:iam::111111111111:root</createdBy><defaultVersionNumber>1"
      "</defaultVersionNumber><latestVersionNumber>1</latestVersionNumber><tagSet><item><key>Name"
      "</key><value>a</value></item></tagSet>";
  EXPECT_EQ(made.xml(), "<launchTemplate>" + item + "</launchTemplate>");
  EXPECT_EQ(must("DescribeLaunchTemplates", "LaunchTemplateName.1=web").xml(),
            "<launchTemplates><item>" + item + "</item></launchTemplates>");
  EXPECT_EQ(must("DescribeLaunchTemplates", "Filter.1.Name=tag:Name&Filter.1.Value.1=b")
                .count("//launchTemplates/item"),
            0U);
  EXPECT_EQ(must("DescribeLaunchTemplateVersions", "LaunchTemplateName=web").xml(),
            "<launchTemplateVersionSet><item><launchTemplateId>" + id +
                "</launchTemplateId><launchTemplateName>web</launchTemplateName><versionNumber>1"
                "</versionNumber><versionDescription>first</versionDescription><createTime>" +
                format_iso8601(now_) +
                "</createTime><createdBy>arn:aws:iam::111111111111:root</createdBy>"
                "<defaultVersion>true</defaultVersion><launchTemplateData><imageId>ami-host"
                "</imageId></launchTemplateData></item></launchTemplateVersionSet>");
}

// [EC2 API reference, ResponseLaunchTemplateData: the names of its elements]
TEST_F(LaunchTemplateTest, What_it_was_given_is_read_back) {
  const std::string id = make_template(
      given("EbsOptimized", "false") + given("IamInstanceProfile.Name", "p") +
      given("BlockDeviceMapping.1.DeviceName", "%2Fdev%2Fxvda") +
      given("BlockDeviceMapping.1.Ebs.VolumeSize", "9") +
      given("NetworkInterface.1.SecurityGroupId.1", "sg-1") +
      given("NetworkInterface.1.Ipv6Addresses.1.Ipv6Address", "fd00::1") +
      given("SecurityGroupId.1", "sg-2") + given("MetadataOptions.HttpTokens", "required") +
      given("TagSpecification.1.ResourceType", "instance") +
      given("TagSpecification.1.Tag.1.Key", "Name") + given("TagSpecification.1.Tag.1.Value", "w"));
  EXPECT_EQ(
      data_of(id),
      "<launchTemplateData><blockDeviceMappingSet><item><deviceName>/dev/xvda</deviceName>"
      "<ebs><volumeSize>9</volumeSize></ebs></item></blockDeviceMappingSet>"
      "<ebsOptimized>false</ebsOptimized><iamInstanceProfile><name>p</name>"
      "</iamInstanceProfile><metadataOptions><httpTokens>required</httpTokens>"
      "</metadataOptions><networkInterfaceSet><item><ipv6AddressesSet><item><ipv6Address>"
      "fd00::1</ipv6Address></item></ipv6AddressesSet><groupSet><groupId>sg-1</groupId></groupSet>"
      "</item></networkInterfaceSet><securityGroupIdSet><item>sg-2</item>"
      "</securityGroupIdSet><tagSpecificationSet><item><resourceType>instance</resourceType>"
      "<tagSet><item><key>Name</key><value>w</value></item></tagSet></item>"
      "</tagSpecificationSet></launchTemplateData>");
}

// [EC2 API reference, CreateLaunchTemplateVersion, ModifyLaunchTemplate,
// DeleteLaunchTemplateVersions]
TEST_F(LaunchTemplateTest, Versions_inherit_are_chosen_and_are_deleted) {
  const std::string id =
      make_template(given("ImageId", "ami-host") + given("InstanceType", "t3.micro"));
  const std::string by_id = "LaunchTemplateId=" + id;
  EXPECT_EQ(make("CreateLaunchTemplateVersion",
                 by_id + "&SourceVersion=1" + given("InstanceType", "t3.small"), "//versionNumber"),
            "2");
  EXPECT_EQ(data_of(id, "$Latest"),
            "<launchTemplateData><imageId>ami-host</imageId><instanceType>t3.small</instanceType>"
            "</launchTemplateData>");
  EXPECT_EQ(make("CreateLaunchTemplateVersion", by_id + given("KeyName", "k"), "//versionNumber"),
            "3");
  EXPECT_EQ(data_of(id, "3"), "<launchTemplateData><keyName>k</keyName></launchTemplateData>");
  EXPECT_EQ(make("ModifyLaunchTemplate", by_id + "&SetDefaultVersion=2", "//defaultVersionNumber"),
            "2");
  EXPECT_THAT(
      must("DescribeLaunchTemplateVersions", by_id + "&MinVersion=2").texts("//defaultVersion"),
      ElementsAre("true", "false"));
  EXPECT_THAT(must("DescribeLaunchTemplateVersions", "LaunchTemplateVersion.1=$Default")
                  .texts("//versionNumber"),
              ElementsAre("2"));
  EXPECT_THAT(must("DescribeLaunchTemplateVersions",
                   by_id + "&Filter.1.Name=instance-type&Filter.1.Value.1=t3.*")
                  .texts("//versionNumber"),
              ElementsAre("1", "2"));
  const Answer deleted = must(
      "DeleteLaunchTemplateVersions",
      by_id + "&LaunchTemplateVersion.1=3&LaunchTemplateVersion.2=2&LaunchTemplateVersion.3=7");
  EXPECT_THAT(deleted.texts("//successfullyDeletedLaunchTemplateVersionSet/item/versionNumber"),
              ElementsAre("3"));
  EXPECT_THAT(deleted.texts("//unsuccessfullyDeletedLaunchTemplateVersionSet//code"),
              ElementsAre("unexpectedError", "launchTemplateVersionDoesNotExist"));
  EXPECT_EQ(make("CreateLaunchTemplateVersion", by_id + given("KeyName", "k"), "//versionNumber"),
            "4");
  EXPECT_THAT(must("DescribeLaunchTemplateVersions", by_id + "&MinVersion=2&MaxVersion=3")
                  .texts("//versionNumber"),
              ElementsAre("2"));
  must("DeleteLaunchTemplate", by_id);
  EXPECT_THAT(must("DescribeLaunchTemplates").texts("//launchTemplateId"), IsEmpty());
}

// [EC2 user guide, "Launch an instance from a launch template"]
TEST_F(LaunchTemplateTest, An_instance_gets_what_the_request_leaves_open) {
  const std::string id = make_template(
      given("ImageId", "ami-host") + given("InstanceType", "t3.micro") +
      given("UserData", "ZWNobyBoaQ%3D%3D") + given("MetadataOptions.HttpTokens", "required") +
      given("MetadataOptions.HttpPutResponseHopLimit", "2") +
      given("TagSpecification.1.ResourceType", "instance") +
      given("TagSpecification.1.Tag.1.Key", "Name") + given("TagSpecification.1.Tag.1.Value", "w"));
  const std::string from =
      "MinCount=1&MaxCount=1&SubnetId=" + subnet_ + "&LaunchTemplate.LaunchTemplateName=web";
  const Answer made =
      must("RunInstances", from + "&InstanceType=t3.small&MetadataOptions.HttpTokens=optional");
  const auto* instance = record<model::Instance>(made.text("//instanceId"));
  EXPECT_EQ(instance->instance_type, "t3.small");
  EXPECT_EQ(instance->user_data, "echo hi");
  EXPECT_EQ(instance->metadata.http_tokens, "optional");
  EXPECT_EQ(instance->metadata.hop_limit, 2);
  EXPECT_EQ(instance->tags, (model::Tags{{"Name", "w"},
                                         {"aws:ec2launchtemplate:id", id},
                                         {"aws:ec2launchtemplate:version", "1"}}));
  const Answer tagged =
      must("RunInstances", from +
                               "&TagSpecification.1.ResourceType=instance&"
                               "TagSpecification.1.Tag.1.Key=own&TagSpecification.1.Tag.1.Value=v");
  EXPECT_EQ(
      record<model::Instance>(tagged.text("//instanceId"))->tags,
      (model::Tags{
          {"aws:ec2launchtemplate:id", id}, {"aws:ec2launchtemplate:version", "1"}, {"own", "v"}}));
  EXPECT_EQ(refusal("RunInstances", from + "&LaunchTemplate.Version=2"),
            "InvalidLaunchTemplateId.VersionNotFound: Could not find launch template version 2 of "
            "launch template " +
                id);
}

TEST_F(LaunchTemplateTest, What_cannot_be_is_refused) {
  const std::string id = make_template(given("ImageId", "ami-host"));
  struct Case {
    std::string action;
    std::string parameters;
    std::string error;
  };
  const std::string names =
      "InvalidLaunchTemplateName.MalformedException: A launch template name must be between 3 and "
      "128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _";
  for (const Case& c : {
           Case{"CreateLaunchTemplate", "LaunchTemplateName=web" + given("ImageId", "ami-1"),
                "InvalidLaunchTemplateName.AlreadyExistsException: Launch template name already in "
                "use."},
           Case{"CreateLaunchTemplate", "LaunchTemplateName=ab" + given("ImageId", "ami-1"), names},
           Case{"CreateLaunchTemplate", "LaunchTemplateName=a%20b" + given("ImageId", "a"), names},
           Case{"CreateLaunchTemplate", "LaunchTemplateName=other",
                "MissingParameter: The request must contain the parameter LaunchTemplateData"},
           Case{"CreateLaunchTemplate", "LaunchTemplateName=other" + given("Colour", "red"),
                "UnknownParameter: The parameter LaunchTemplateData.Colour is not recognized"},
           Case{"CreateLaunchTemplate",
                "LaunchTemplateName=other" + given("InstanceMarketOptions.MarketType", "spot"),
                "Unsupported: The parameter LaunchTemplateData.InstanceMarketOptions is not "
                "supported"},
           Case{"CreateLaunchTemplate",
                "LaunchTemplateName=other" + given("HibernationOptions.Configured", "true"),
                "Unsupported: The parameter HibernationOptions.Configured is not supported with "
                "the value true"},
           Case{
               "DescribeLaunchTemplateVersions", "",
               "MissingParameter: Either LaunchTemplateId or LaunchTemplateName must be provided."},
           Case{"DescribeLaunchTemplates", "LaunchTemplateId.1=lt-1",
                "InvalidLaunchTemplateId.Malformed: Invalid id: \"lt-1\" (expecting \"lt-...\")"},
           Case{"DescribeLaunchTemplates", "LaunchTemplateName.1=none",
                "InvalidLaunchTemplateName.NotFoundException: The specified launch template, with "
                "template name none, does not exist."},
           Case{"ModifyLaunchTemplate", "LaunchTemplateId=" + id + "&LaunchTemplateName=web",
                "InvalidParameterCombination: The parameters LaunchTemplateId and "
                "LaunchTemplateName may not both be given"},
           Case{
               "ModifyLaunchTemplate", "LaunchTemplateId=" + id + "&SetDefaultVersion=two",
               "InvalidParameterValue: Value (two) for parameter LaunchTemplateVersion is invalid. "
               "Expected a number, $Default or $Latest."},
       }) {
    SCOPED_TRACE(c.action + " " + c.parameters);
    EXPECT_EQ(refusal(c.action, c.parameters), c.error);
  }
  become("222222222222");
  EXPECT_EQ(refusal("DeleteLaunchTemplate", "LaunchTemplateId=" + id),
            "InvalidLaunchTemplateId.NotFound: The launch template ID '" + id + "' does not exist");
}

}  // namespace
}  // namespace postern::api::ec2
