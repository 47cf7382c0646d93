// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/instances_test.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;

class InstanceAttributeTest : public InstancesTest {
 protected:
  std::string attribute(const std::string& id, const std::string& name) {
    return must("DescribeInstanceAttribute", "InstanceId=" + id + "&Attribute=" + name)
        .raw("//" + name);
  }
};

// [EC2 API reference, DescribeInstanceAttribute; spec 7.3 pitfall 7]
TEST_F(InstanceAttributeTest, Only_the_one_that_is_asked_for_is_answered) {
  const std::string id =
      launch("&UserData=ZWNobyBoaQ%3D%3D&DisableApiTermination=true&InstanceType=t3.micro");
  struct Case {
    std::string name;
    std::string xml;
  };
  const Case cases[] = {
      {"blockDeviceMapping",
       "<blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>" +
           record<model::Instance>(id)->root_volume.id +
           "</volumeId><status>attached</status><attachTime>" + format_iso8601(now_) +
           "</attachTime><deleteOnTermination>true</deleteOnTermination></ebs></item>"
           "</blockDeviceMapping>"},
      {"disableApiStop", "<disableApiStop><value>false</value></disableApiStop>"},
      {"disableApiTermination",
       "<disableApiTermination><value>true</value></disableApiTermination>"},
      {"ebsOptimized", "<ebsOptimized><value>false</value></ebsOptimized>"},
      {"enaSupport", "<enaSupport><value>false</value></enaSupport>"},
      {"enclaveOptions", "<enclaveOptions><enabled>false</enabled></enclaveOptions>"},
      {"groupSet", "<groupSet><item><groupId>" + default_group_ +
                       "</groupId><groupName>default</groupName></item></groupSet>"},
      {"instanceInitiatedShutdownBehavior",
       "<instanceInitiatedShutdownBehavior><value>stop</value>"
       "</instanceInitiatedShutdownBehavior>"},
      {"instanceType", "<instanceType><value>t3.micro</value></instanceType>"},
      {"kernel", "<kernel/>"},
      {"productCodes", "<productCodes/>"},
      {"ramdisk", "<ramdisk/>"},
      {"rootDeviceName", "<rootDeviceName><value>/dev/xvda</value></rootDeviceName>"},
      {"sourceDestCheck", "<sourceDestCheck><value>true</value></sourceDestCheck>"},
      {"sriovNetSupport", "<sriovNetSupport/>"},
      {"userData", "<userData><value>ZWNobyBoaQ==</value></userData>"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(must("DescribeInstanceAttribute", "InstanceId=" + id + "&Attribute=" + c.name).xml(),
              "<instanceId>" + id + "</instanceId>" + c.xml);
  }
  EXPECT_EQ(attribute(launch(), "userData"), "<userData/>");
  EXPECT_EQ(refusal("DescribeInstanceAttribute", "InstanceId=" + id + "&Attribute=colour"),
            "InvalidParameterValue: Value (colour) for parameter attribute is invalid. Unknown "
            "attribute.");
  EXPECT_EQ(refusal("DescribeInstanceAttribute", "InstanceId=" + id),
            "MissingParameter: The request must contain the parameter Attribute");
}

// [EC2 API reference, ModifyInstanceAttribute]
TEST_F(InstanceAttributeTest, Are_changed_one_at_a_time) {
  const std::string id = launch();
  const std::string of_it = "InstanceId=" + id;
  const std::string group = make_group(vpc_);
  must("ModifyInstanceAttribute", of_it + "&DisableApiTermination.Value=true");
  must("ModifyInstanceAttribute", of_it + "&InstanceInitiatedShutdownBehavior.Value=terminate");
  must("ModifyInstanceAttribute", of_it + "&SourceDestCheck.Value=false");
  must("ModifyInstanceAttribute", of_it + "&GroupId.1=" + group);
  must("ModifyInstanceAttribute", of_it + "&DisableApiStop.Value=true");
  EXPECT_EQ(attribute(id, "disableApiStop"),
            "<disableApiStop><value>true</value></disableApiStop>");
  EXPECT_TRUE(record<model::Instance>(id)->disable_api_termination);
  EXPECT_EQ(record<model::Instance>(id)->shutdown_behavior, "terminate");
  const Answer seen = must("DescribeInstances", "InstanceId.1=" + id);
  EXPECT_EQ(seen.text("//sourceDestCheck"), "false");
  EXPECT_THAT(seen.texts("//instancesSet/item/groupSet/item/groupId"), ElementsAre(group));

  struct Case {
    std::string parameters;
    std::string error;
  };
  const Case cases[] = {
      {"", "InvalidParameterCombination: No attributes specified."},
      {"&DisableApiTermination.Value=false&SourceDestCheck.Value=true",
       "InvalidParameterCombination: Fields for multiple attribute types specified."},
      {"&InstanceInitiatedShutdownBehavior.Value=burn",
       "InvalidParameterValue: Value (burn) for parameter instanceInitiatedShutdownBehavior is "
       "invalid."},
      {"&GroupId.1=sg-00000000000000000",
       "InvalidGroup.NotFound: The security group 'sg-00000000000000000' does not exist"},
      {"&EbsOptimized.Value=true",
       "IncorrectInstanceState: The instance '" + id + "' is not in the 'stopped' state."},
      {"&UserData.Value=YQ%3D%3D",
       "IncorrectInstanceState: The instance '" + id + "' is not in the 'stopped' state."},
      {"&InstanceType.Value=t3.large",
       "IncorrectInstanceState: The instance '" + id + "' is not in the 'stopped' state."},
      {"&Attribute=disableApiTermination&Value=true",
       "Unsupported: The parameter Attribute is not supported"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.parameters);
    EXPECT_EQ(refusal("ModifyInstanceAttribute", of_it + c.parameters), c.error);
  }
}

// [EC2 user guide, "Change the instance type", "Update the user data for your instance"]
TEST_F(InstanceAttributeTest, Type_and_user_data_are_changed_while_it_is_stopped) {
  const std::string id = launch("&UserData=YQ%3D%3D");
  start(id);
  must("StopInstances", "InstanceId.1=" + id);
  change([&](model::Transaction& tx) {
    ASSERT_TRUE(model::mark_stopped(tx, model::Id<model::Instance>(id)));
  });
  const std::string of_it = "InstanceId=" + id;
  must("ModifyInstanceAttribute", of_it + "&InstanceType.Value=m5.large");
  must("ModifyInstanceAttribute", of_it + "&UserData.Value=Yg%3D%3D");
  must("ModifyInstanceAttribute", of_it + "&EbsOptimized.Value=true");
  EXPECT_EQ(attribute(id, "ebsOptimized"), "<ebsOptimized><value>true</value></ebsOptimized>");
  EXPECT_EQ(record<model::Instance>(id)->instance_type, "m5.large");
  EXPECT_EQ(record<model::Instance>(id)->user_data, "b");
  EXPECT_EQ(refusal("ModifyInstanceAttribute", of_it + "&UserData.Value=%25"),
            "InvalidUserData.Malformed: Invalid BASE64 encoding of user data.");
  EXPECT_EQ(refusal("ModifyInstanceAttribute", of_it + "&InstanceType.Value=large"),
            "InvalidInstanceAttributeValue: Invalid value 'large' for InstanceType.");
}

TEST_F(InstanceAttributeTest, A_terminated_instance_has_no_groups_to_change) {
  const std::string id = launch();
  start(id);
  must("TerminateInstances", "InstanceId.1=" + id);
  end(id);
  EXPECT_EQ(attribute(id, "groupSet"), "<groupSet/>");
  EXPECT_EQ(refusal("ModifyInstanceAttribute", "InstanceId=" + id + "&GroupId.1=" + default_group_),
            "IncorrectInstanceState: The instance '" + id +
                "' is not in a state in which it can be modified");
}

TEST_F(InstanceAttributeTest, Another_accounts_instance_does_not_exist) {
  const std::string id = launch();
  become("222222222222");
  const std::string missing =
      "InvalidInstanceID.NotFound: The instance ID '" + id + "' does not exist";
  EXPECT_EQ(refusal("DescribeInstanceAttribute", "InstanceId=" + id + "&Attribute=userData"),
            missing);
  EXPECT_EQ(
      refusal("ModifyInstanceAttribute", "InstanceId=" + id + "&DisableApiTermination.Value=false"),
      missing);
  EXPECT_EQ(refusal("GetConsoleOutput", "InstanceId=" + id), missing);
}

}  // namespace
}  // namespace postern::api::ec2
