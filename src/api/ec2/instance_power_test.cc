// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/instances_test.h"

namespace postern::api::ec2 {
namespace {

using testing::ElementsAre;

class InstancePowerTest : public InstancesTest {
 protected:
  std::string launch_running(const std::string& more = "") {
    std::string id = launch(more);
    start(id);
    return id;
  }
  void stopped(const std::string& id) {
    change([&](model::Transaction& tx) {
      ASSERT_TRUE(model::mark_stopped(tx, model::Id<model::Instance>(id)));
    });
  }
  const model::Instance& instance(const std::string& id) { return *record<model::Instance>(id); }
};

// [EC2 user guide, "Amazon EC2 instance state changes"; EC2 API reference, StopInstances,
// StartInstances]
TEST_F(InstancePowerTest, Stops_and_starts_at_the_address_that_it_had) {
  const std::string id = launch_running();
  const auto address = instance(id).address;
  const auto interface = instance(id).network_interface;
  EXPECT_EQ(must("StopInstances", "InstanceId.1=" + id).xml(),
            "<instancesSet><item><instanceId>" + id +
                "</instanceId><currentState><code>64</code><name>stopping</name></currentState>"
                "<previousState><code>16</code><name>running</name></previousState></item>"
                "</instancesSet>");
  stopped(id);
  const Answer seen = must("DescribeInstances", "InstanceId.1=" + id);
  EXPECT_EQ(seen.text("//instanceState/name"), "stopped");
  EXPECT_EQ(seen.text("//stateReason/code"), "Client.UserInitiatedShutdown");
  EXPECT_TRUE(seen.text("//reason").starts_with("User initiated ("));
  EXPECT_EQ(seen.text("//privateIpAddress"), address.text());
  EXPECT_THAT(
      must("DescribeInstances", "Filter.1.Name=instance-state-name&Filter.1.Value.1=stopped")
          .texts("//instancesSet/item/instanceId"),
      ElementsAre(id));
  now_ += std::chrono::minutes(5);
  EXPECT_EQ(must("StartInstances", "InstanceId.1=" + id).xml(),
            "<instancesSet><item><instanceId>" + id +
                "</instanceId><currentState><code>0</code><name>pending</name></currentState>"
                "<previousState><code>80</code><name>stopped</name></previousState></item>"
                "</instancesSet>");
  start(id);
  const Answer again = must("DescribeInstances", "InstanceId.1=" + id);
  EXPECT_EQ(again.text("//privateIpAddress"), address.text());
  EXPECT_EQ(again.count("//stateReason"), 0U);
  EXPECT_EQ(again.text("//launchTime"), format_iso8601(now_)) << "LaunchTime is the last start's";
  EXPECT_EQ(instance(id).network_interface, interface);
}

TEST_F(InstancePowerTest, Each_action_takes_the_states_that_AWS_lets_it_take) {
  const std::string pending = launch();
  const std::string running = launch_running();
  const std::string stopping = launch_running();
  must("StopInstances", "InstanceId.1=" + stopping);
  const std::string halted = launch_running();
  must("StopInstances", "InstanceId.1=" + halted);
  stopped(halted);
  const std::string ending = launch_running();
  must("TerminateInstances", "InstanceId.1=" + ending);
  const std::string gone = launch_running();
  must("TerminateInstances", "InstanceId.1=" + gone);
  end(gone);
  const auto not_from = [](const std::string& id, const std::string& verb) {
    return "IncorrectInstanceState: The instance '" + id +
           "' is not in a state from which it can be " + verb + ".";
  };
  struct Case {
    std::string action;
    std::string id;
    std::string error;  // none: what is asked for is so already
  };
  const Case cases[] = {
      // [recorded answers: cloud-custodian pull request 6014]
      {"StopInstances", pending,
       "IncorrectInstanceState: Instance '" + pending +
           "' cannot be stopped as it has never reached the 'running' state."},
      {"StopInstances", stopping, ""},
      {"StopInstances", halted, ""},
      {"StopInstances", ending, not_from(ending, "stopped")},
      {"StopInstances", gone, not_from(gone, "stopped")},
      {"StartInstances", pending, ""},
      {"StartInstances", running, ""},
      {"StartInstances", stopping, not_from(stopping, "started")},
      {"StartInstances", ending, not_from(ending, "started")},
      {"StartInstances", gone, not_from(gone, "started")},
      {"RebootInstances", pending, not_from(pending, "rebooted")},
      {"RebootInstances", stopping, not_from(stopping, "rebooted")},
      {"RebootInstances", halted, not_from(halted, "rebooted")},
      {"RebootInstances", ending, not_from(ending, "rebooted")},
      // [EC2 API reference: "Requests to reboot terminated instances are ignored"]
      {"RebootInstances", gone, ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.action + " " + state_of(c.id));
    if (c.error.empty()) {
      const std::string before = state_of(c.id);
      must(c.action, "InstanceId.1=" + c.id);
      EXPECT_EQ(state_of(c.id), before);
    } else {
      EXPECT_EQ(refusal(c.action, "InstanceId.1=" + c.id), c.error);
    }
  }
}

TEST_F(InstancePowerTest, One_that_may_not_be_stopped_holds_back_the_others) {
  const std::string open = launch_running();
  const std::string closed = launch_running("&DisableApiStop=true");
  EXPECT_EQ(refusal("StopInstances", "InstanceId.1=" + open + "&InstanceId.2=" + closed),
            "OperationNotPermitted: The instance '" + closed +
                "' may not be stopped. Modify its 'disableApiStop' instance attribute and try "
                "again.");
  EXPECT_EQ(state_of(open), "running");
  // [EC2 user guide, "Enable stop protection": it "also protects your instance from accidental
  // termination"]
  EXPECT_EQ(run("TerminateInstances", "InstanceId.1=" + closed).code(), "OperationNotPermitted");
  must("RebootInstances", "InstanceId.1=" + closed);
  must("ModifyInstanceAttribute", "InstanceId=" + closed + "&DisableApiStop.Value=false");
  must("StopInstances", "InstanceId.1=" + closed);
}

// [EC2 API reference, StopInstances and TerminateInstances: Force, SkipOsShutdown]
TEST_F(InstancePowerTest, How_much_time_it_has_is_the_caller_s_to_say) {
  struct Case {
    std::string action;
    std::string more;
    model::ShutdownManner manner;
  };
  using enum model::ShutdownManner;
  for (const Case& c : {Case{"StopInstances", "", Graceful},
                        {"StopInstances", "&Force=true", Forced},
                        {"StopInstances", "&SkipOsShutdown=true", Immediate},
                        {"TerminateInstances", "", Forced},
                        {"TerminateInstances", "&Force=true", Forced},
                        {"TerminateInstances", "&SkipOsShutdown=true", Immediate}}) {
    const std::string id = launch_running();
    must(c.action, "InstanceId.1=" + id + c.more);
    EXPECT_EQ(instance(id).shutdown, c.manner) << c.action << c.more;
  }
}

TEST_F(InstancePowerTest, Bad_requests_are_refused) {
  const std::string id = launch_running();
  for (const char* action : {"StopInstances", "StartInstances", "RebootInstances"}) {
    EXPECT_EQ(refusal(action),
              "MissingParameter: The request must contain the parameter InstanceId");
    EXPECT_EQ(refusal(action, "InstanceId.1=" + id + "&InstanceId.2=i-00000000000000000"),
              "InvalidInstanceID.NotFound: The instance ID 'i-00000000000000000' does not exist");
    EXPECT_EQ(run(action, "DryRun=true&InstanceId.1=" + id).code(), "DryRunOperation");
  }
  EXPECT_EQ(refusal("StopInstances", "Hibernate=true&InstanceId.1=" + id),
            "UnsupportedOperation: The instance '" + id + "' is not enabled for hibernation");
  EXPECT_EQ(refusal("StartInstances", "AdditionalInfo=x&InstanceId.1=" + id),
            "Unsupported: The parameter AdditionalInfo is not supported with the value x");
  become("222222222222");
  EXPECT_EQ(refusal("StopInstances", "InstanceId.1=" + id),
            "InvalidInstanceID.NotFound: The instance ID '" + id + "' does not exist");
}

// [EC2 user guide, "Amazon EC2 instance IP addressing"]
TEST_F(InstancePowerTest, A_start_gives_another_public_address) {
  const std::string id =
      make("RunInstances",
           one_ + "&NetworkInterface.1.DeviceIndex=0&NetworkInterface.1.SubnetId=" + subnet_ +
               "&NetworkInterface.1.AssociatePublicIpAddress=true",
           "//instanceId");
  start(id);
  const auto address = [&] {
    return must("DescribeInstances", "InstanceId.1=" + id).text("//instancesSet/item/ipAddress");
  };
  EXPECT_NE(address(), "");
  must("StopInstances", "InstanceId.1=" + id);
  stopped(id);
  EXPECT_EQ(address(), "");
  must("StartInstances", "InstanceId.1=" + id);
  EXPECT_NE(address(), "");
}

}  // namespace
}  // namespace postern::api::ec2
