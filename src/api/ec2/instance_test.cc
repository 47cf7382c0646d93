// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/instances_test.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

class InstanceTest : public InstancesTest {};

TEST_F(InstanceTest, Reservations_hold_the_instances_that_were_launched_together) {
  const Answer two =
      must("RunInstances", "ImageId=ami-host&MinCount=2&MaxCount=2&SubnetId=" + subnet_);
  const std::string third = launch();
  const Answer all = must("DescribeInstances");
  EXPECT_EQ(all.count("//reservationSet/item"), 2U);
  EXPECT_EQ(all.count("//reservationSet/item[reservationId='" + two.text("//reservationId") +
                      "']/instancesSet/item"),
            2U);
  EXPECT_EQ(must("DescribeInstances", "InstanceId.1=" + third).count("//instancesSet/item"), 1U);
}

// [EC2 user guide, "Amazon EC2 instance state changes"]
TEST_F(InstanceTest, Goes_from_pending_to_terminated_and_is_then_nowhere) {
  const std::string id = launch();
  const std::string eni = record<model::Instance>(id)->network_interface.value;
  EXPECT_EQ(state_of(id), "pending");
  start(id);
  EXPECT_EQ(state_of(id), "running");
  EXPECT_EQ(must("TerminateInstances", "InstanceId.1=" + id).xml(),
            "<instancesSet><item><instanceId>" + id +
                "</instanceId><currentState><code>32</code><name>shutting-down</name>"
                "</currentState><previousState><code>16</code><name>running</name></previousState>"
                "</item></instancesSet>");
  EXPECT_EQ(state_of(id), "shutting-down");
  // Still there for the subnet. [spec 7.3 pitfall 10]
  EXPECT_EQ(run("DeleteSubnet", "SubnetId=" + subnet_).code(), "DependencyViolation");
  end(id);
  const Answer gone = must("DescribeInstances", "InstanceId.1=" + id);
  EXPECT_EQ(gone.text("//instanceState/name"), "terminated");
  EXPECT_EQ(gone.text("//stateReason/code"), "Client.UserInitiatedShutdown");
  EXPECT_TRUE(gone.text("//reason").starts_with("User initiated ("));
  for (const char* element : {"//subnetId", "//vpcId", "//privateIpAddress", "//networkInterfaceId",
                              "//groupId", "//sourceDestCheck"}) {
    EXPECT_EQ(gone.count(element), 0U) << element;
  }
  EXPECT_EQ(run("DescribeNetworkInterfaces", "NetworkInterfaceId.1=" + eni).code(),
            "InvalidNetworkInterfaceID.NotFound");
  must("DeleteSubnet", "SubnetId=" + subnet_);
}

// [EC2 API reference, TerminateInstances: "This operation is idempotent"]
TEST_F(InstanceTest, Terminating_again_is_no_error) {
  const std::string id = launch();
  start(id);
  must("TerminateInstances", "InstanceId.1=" + id);
  EXPECT_EQ(must("TerminateInstances", "InstanceId.1=" + id).text("//previousState/name"),
            "shutting-down");
  end(id);
  const Answer again = must("TerminateInstances", "InstanceId.1=" + id + "&InstanceId.2=" + id);
  EXPECT_THAT(again.texts("//currentState/name"), ElementsAre("terminated", "terminated"));
}

// [EC2 API reference, RunInstances, MonitorInstances, UnmonitorInstances]
TEST_F(InstanceTest, Detailed_monitoring_is_remembered) {
  const auto state = [&](const std::string& id) {
    return must("DescribeInstances", "InstanceId.1=" + id).text("//monitoring/state");
  };
  const std::string id = launch();
  EXPECT_EQ(state(id), "disabled");
  EXPECT_EQ(must("MonitorInstances", "InstanceId.1=" + id).text("//monitoring/state"), "pending");
  EXPECT_EQ(state(id), "enabled");
  EXPECT_EQ(must("MonitorInstances", "InstanceId.1=" + id).text("//monitoring/state"), "enabled");
  EXPECT_EQ(must("UnmonitorInstances", "InstanceId.1=" + id).text("//monitoring/state"),
            "disabling");
  EXPECT_EQ(state(id), "disabled");
  EXPECT_EQ(state(launch("&Monitoring.Enabled=true")), "enabled");
  EXPECT_EQ(run("MonitorInstances", "").code(), "MissingParameter");
  EXPECT_EQ(run("MonitorInstances", "InstanceId.1=i-00000000000000000").code(),
            "InvalidInstanceID.NotFound");
}

// [EC2 user guide, "Enable termination protection"; recorded answers]
TEST_F(InstanceTest, A_protected_one_is_not_terminated_and_nor_are_the_others) {
  const std::string open = launch();
  const std::string closed = launch("&DisableApiTermination=true");
  EXPECT_EQ(refusal("TerminateInstances", "InstanceId.1=" + open + "&InstanceId.2=" + closed),
            "OperationNotPermitted: The instance '" + closed +
                "' may not be terminated. Modify its 'disableApiTermination' instance attribute "
                "and try again.");
  EXPECT_EQ(state_of(open), "pending");
  must("ModifyInstanceAttribute", "InstanceId=" + closed + "&DisableApiTermination.Value=false");
  must("TerminateInstances", "InstanceId.1=" + closed);
}

TEST_F(InstanceTest, Bad_ids_are_refused) {
  const std::string mine = launch();
  const std::string missing =
      "InvalidInstanceID.NotFound: The instance ID 'i-00000000000000000' "
      "does not exist";
  for (const char* action : {"DescribeInstances", "DescribeInstanceStatus", "TerminateInstances"}) {
    EXPECT_EQ(refusal(action, "InstanceId.1=" + mine + "&InstanceId.2=i-00000000000000000"),
              missing);
    EXPECT_EQ(refusal(action, "InstanceId.1=i-x"),
              "InvalidInstanceID.Malformed: Invalid id: \"i-x\" (expecting \"i-...\")");
  }
  EXPECT_EQ(refusal("GetConsoleOutput", "InstanceId=i-00000000000000000"), missing);
  EXPECT_EQ(refusal("TerminateInstances"),
            "MissingParameter: The request must contain the parameter InstanceId");
  EXPECT_EQ(refusal("DescribeInstances", "MaxResults=5&InstanceId.1=" + mine),
            "InvalidParameterCombination: The parameter instancesSet cannot be used with the "
            "parameter maxResults");
  EXPECT_EQ(refusal("DescribeInstances", "MaxResults=4"),
            "InvalidParameterValue: Value ( 4 ) for parameter maxResults is invalid. Expecting a "
            "value greater than or equal to 5.");
  become("222222222222");
  EXPECT_EQ(refusal("TerminateInstances", "InstanceId.1=" + mine),
            "InvalidInstanceID.NotFound: The instance ID '" + mine + "' does not exist");
  EXPECT_EQ(must("DescribeInstances").count("//instanceId"), 0U);
}

TEST_F(InstanceTest, Filters_pick_by_what_AWS_documents) {
  const std::string group = make_group(vpc_, "web");
  put_key_pair("key");
  const std::string a =
      launch("&SecurityGroupId.1=" + group + "&KeyName=key&InstanceType=t3.micro");
  start(a);
  must("CreateTags", "ResourceId.1=" + a + "&Tag.1.Key=Name&Tag.1.Value=web1");
  const std::string b = launch();
  const std::string c = launch();
  start(c);
  must("TerminateInstances", "InstanceId.1=" + c);
  end(c);
  const auto* of_a = record<model::Instance>(a);
  struct Case {
    std::string name;
    std::string value;
    std::vector<std::string> found;
  };
  const Case cases[] = {
      {"instance-state-name", "running", {a}},
      {"instance-state-name", "terminated", {c}},
      {"instance-state-code", "0", {b}},
      {"instance-id", b, {b}},
      {"instance-type", "t3.*", {a}},
      {"image-id", "ami-*", {a, b, c}},
      {"architecture", "*", {a, b, c}},
      {"availability-zone", "ap-northeast-1a", {a, b, c}},
      {"vpc-id", vpc_, {a, b}},
      {"subnet-id", subnet_, {a, b}},
      {"private-ip-address", of_a->address.text(), {a}},
      {"private-dns-name", "ip-10-0-0-5.*", {b}},
      {"network-interface.addresses.private-ip-address", of_a->address.text(), {a}},
      {"network-interface.network-interface-id", of_a->network_interface.value, {a}},
      {"network-interface.subnet-id", subnet_, {a, b}},
      {"network-interface.vpc-id", vpc_, {a, b}},
      {"network-interface.group-id", group, {a}},
      {"network-interface.group-name", "web", {a}},
      {"network-interface.description", "?*", {}},
      {"network-interface.mac-address", "02:*", {a, b}},
      {"instance.group-id", group, {a}},
      {"instance.group-name", "default", {b}},
      {"key-name", "key", {a}},
      {"launch-index", "0", {a, b, c}},
      {"launch-time", format_iso8601(now_), {a, b, c}},
      {"owner-id", "111111111111", {a, b, c}},
      {"reservation-id", of_a->reservation_id, {a}},
      {"reason", "User*", {c}},
      {"state-reason-code", "Client.UserInitiatedShutdown", {c}},
      {"state-reason-message", "*shutdown", {c}},
      {"source-dest-check", "true", {a, b}},
      {"monitoring-state", "enabled", {}},
      {"tenancy", "dedicated", {}},
      {"platform", "windows", {}},
      {"platform-details", "Linux/UNIX", {a, b, c}},
      {"virtualization-type", "paravirtual", {}},
      {"root-device-type", "instance-store", {}},
      {"hibernation-options.configured", "true", {}},
      {"instance-lifecycle", "spot", {}},
      {"ip-address", "*", {}},
      {"dns-name", "*", {}},
      {"iam-instance-profile.arn", "*", {}},
      {"tag:Name", "web*", {a}},
      {"tag-key", "Name", {a}},
  };
  for (const Case& row : cases) {
    SCOPED_TRACE(row.name);
    EXPECT_THAT(
        must("DescribeInstances", "Filter.1.Name=" + row.name + "&Filter.1.Value.1=" + row.value)
            .texts("//instancesSet/item/instanceId"),
        testing::UnorderedElementsAreArray(row.found));
  }
  EXPECT_EQ(refusal("DescribeInstances", "Filter.1.Name=colour&Filter.1.Value.1=red"),
            "InvalidFilter: The filter 'colour' is invalid");
}

TEST_F(InstanceTest, Pages_hold_each_instance_once) {
  must("RunInstances", "ImageId=ami-host&MinCount=7&MaxCount=7&SubnetId=" + subnet_);
  const Answer first = must("DescribeInstances", "MaxResults=5");
  const Answer rest =
      must("DescribeInstances", "MaxResults=5&NextToken=" + first.text("//nextToken"));
  EXPECT_EQ(first.count("//instancesSet/item"), 5U);
  EXPECT_EQ(rest.count("//instancesSet/item"), 2U);
  EXPECT_EQ(rest.count("//nextToken"), 0U);
}

// [EC2 API reference, DescribeInstanceStatus; botocore waiter instance_status_ok]
TEST_F(InstanceTest, Status_is_of_running_instances_unless_all_are_asked_for) {
  const std::string running = launch();
  start(running);
  const std::string pending = launch();
  EXPECT_EQ(must("DescribeInstanceStatus").xml(),
            "<instanceStatusSet><item><instanceId>" + running +
                "</instanceId><availabilityZone>ap-northeast-1a</availabilityZone><instanceState>"
                "<code>16</code><name>running</name></instanceState><systemStatus><status>ok"
                "</status><details><item><name>reachability</name><status>passed</status></item>"
                "</details></systemStatus><instanceStatus><status>ok</status><details><item><name>"
                "reachability</name><status>passed</status></item></details></instanceStatus>"
                "</item></instanceStatusSet>");
  EXPECT_EQ(must("DescribeInstanceStatus", "InstanceId.1=" + pending).xml(),
            "<instanceStatusSet/>");
  const Answer all = must("DescribeInstanceStatus", "IncludeAllInstances=true");
  EXPECT_EQ(all.text("//item[instanceId='" + pending + "']/instanceStatus/status"),
            "not-applicable");
  for (const auto& [name, value] : {std::pair("instance-status.status", "ok"),
                                    {"instance-status.reachability", "passed"},
                                    {"system-status.status", "ok"},
                                    {"system-status.reachability", "passed"},
                                    {"instance-state-name", "running"},
                                    {"instance-state-code", "16"}}) {
    EXPECT_THAT(must("DescribeInstanceStatus",
                     fmt::format("IncludeAllInstances=true&Filter.1.Name={}&Filter.1.Value.1={}",
                                 name, value))
                    .texts("//instanceId"),
                ElementsAre(running))
        << name;
  }
}

// [EC2 API reference, GetConsoleOutput]
TEST_F(InstanceTest, Console_output_is_base64_and_absent_until_there_is_some) {
  const std::string id = launch();
  EXPECT_EQ(
      must("GetConsoleOutput", "InstanceId=" + id).xml(),
      "<instanceId>" + id + "</instanceId><timestamp>" + format_iso8601(now_) + "</timestamp>");
  std::optional<std::string> output;
  machine_.console_output = [&](const model::Id<model::Instance>& asked) {
    EXPECT_EQ(asked.value, id);
    return output;
  };
  EXPECT_EQ(must("GetConsoleOutput", "InstanceId=" + id).count("//output"), 0U);
  output = "hello\n";
  EXPECT_EQ(must("GetConsoleOutput", "InstanceId=" + id + "&Latest=true").text("//output"),
            "aGVsbG8K");
  output = "old" + std::string(64 * 1024, 'n');
  EXPECT_EQ(must("GetConsoleOutput", "InstanceId=" + id).text("//output"),
            wire::base64_encode(std::string(64 * 1024, 'n')));
}

}  // namespace
}  // namespace postern::api::ec2
