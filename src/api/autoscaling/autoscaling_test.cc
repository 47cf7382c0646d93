// SPDX-License-Identifier: Apache-2.0
// Groups through their actions, kept as the daemon keeps them.
#include "api/autoscaling/launch.h"
#include "api/autoscaling/service.h"
#include "api/ec2/instances_test.h"
#include "model/target_health.h"

namespace postern::api::autoscaling {
namespace {

using ec2::Answer;
using model::Id;
using model::Instance;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class AutoScalingTest : public ec2::InstancesTest {
 protected:
  AutoScalingTest() {
    template_ = make("CreateLaunchTemplate",
                     "LaunchTemplateName=web&LaunchTemplateData.ImageId=ami-host&"
                     "LaunchTemplateData.InstanceType=t3.micro",
                     "//launchTemplateId");
    other_subnet_ =
        make("CreateSubnet", "CidrBlock=10.0.1.0/24&AvailabilityZone=ap-northeast-1c&VpcId=" + vpc_,
             "//subnetId");
  }

  Answer scale(const std::string& action, const std::string& parameters) {
    static const Service kService = autoscaling_service();
    return Answer(run_form({world_, caller_, now_, ids_, machine_}, kService, action, parameters));
  }
  Answer must_scale(const std::string& action, const std::string& parameters) {
    Answer answer = scale(action, parameters);
    EXPECT_TRUE(answer) << action << " " << parameters << "\n  " << answer.error();
    return answer;
  }
  std::string of_web(const std::string& more = "") const {
    return "AutoScalingGroupName=web&LaunchTemplate.LaunchTemplateName=web&VPCZoneIdentifier=" +
           subnet_ + "," + other_subnet_ + more;
  }
  void make_group(const std::string& more = "&MinSize=2&MaxSize=4") {
    must_scale("CreateAutoScalingGroup", of_web(more));
  }
  void update(const std::string& more) {
    must_scale("UpdateAutoScalingGroup", "AutoScalingGroupName=web&" + more);
  }

  // What the daemon does each second.
  void tick(std::chrono::seconds later = std::chrono::seconds(1)) {
    now_ += later;
    change([](model::Transaction& tx) { auto_scaling::keep(tx, launch_instance); });
  }
  // What the runner reports: what is to start runs, what is to end is gone.
  void run_machines() {
    change([](model::Transaction& tx) {
      const auto all = tx.world().all<Instance>();
      for (const auto& [id, instance] : all) {
        if (instance->state == model::InstanceState::Pending) {
          EXPECT_TRUE(model::mark_running(tx, id));
        } else if (instance->state == model::InstanceState::ShuttingDown) {
          EXPECT_TRUE(model::mark_terminated(tx, id));
        }
      }
    });
  }
  // Until nothing changes any more.
  void settle() {
    for (int round = 0; round < 6; ++round) {
      tick();
      run_machines();
    }
  }

  const model::AutoScalingGroup* web() {
    const auto& all = world_.all<model::AutoScalingGroup>();
    return all.begin() == all.end() ? nullptr : (*all.begin()).second.get();
  }
  std::vector<std::string> instances() {
    return must_scale("DescribeAutoScalingGroups", "").texts("//Instances//InstanceId");
  }
  std::vector<std::string> states() {
    return must_scale("DescribeAutoScalingGroups", "").texts("//LifecycleState");
  }
  std::string newest_cause() {
    return must_scale("DescribeScalingActivities", "AutoScalingGroupName=web")
        .text("//Activities/member[1]/Cause");
  }

  // A target group, with a listener before it.
  std::string make_target_group(const std::string& name = "tg") {
    const Id<model::TargetGroup> id("arn:aws:elasticloadbalancing:" + name);
    change([&](model::Transaction& tx) {
      tx.put(model::TargetGroup{.id = id,
                                .owner = caller_.account,
                                .region = caller_.region,
                                .name = name,
                                .protocol = "TCP",
                                .port = 80,
                                .target_type = "instance",
                                .vpc = Id<model::Vpc>(vpc_)});
    });
    return id.value;
  }
  std::vector<std::string> targets() {
    std::vector<std::string> ids;
    for (const auto& [id, target] : world_.all<model::Target>()) {
      if (!model::is_draining(*target)) {
        ids.push_back(target->target_id);
      }
    }
    return ids;
  }

  std::string template_;
  std::string other_subnet_;
};

// [API reference, AutoScalingGroup]
TEST_F(AutoScalingTest, A_group_launches_what_it_is_to_have) {
  make_group(
      "&MinSize=2&MaxSize=4&Tags.member.1.Key=Name&Tags.member.1.Value=w&"
      "Tags.member.1.PropagateAtLaunch=true&Tags.member.2.Key=own&Tags.member.2.Value=v");
  tick();
  EXPECT_THAT(states(), ElementsAre("Pending", "Pending"));
  run_machines();
  tick();
  EXPECT_THAT(states(), ElementsAre("InService", "InService"));
  const Answer group =
      must_scale("DescribeAutoScalingGroups", "AutoScalingGroupNames.member.1=web");
  EXPECT_THAT(group.texts("//Instances//AvailabilityZone"),
              ElementsAre("ap-northeast-1a", "ap-northeast-1c"));
  EXPECT_EQ(group.raw("//AutoScalingGroups/member/LaunchTemplate"),
            "<LaunchTemplate><LaunchTemplateId>" + template_ +
                "</LaunchTemplateId><LaunchTemplateName>web</LaunchTemplateName>"
                "<Version>$Default</Version></LaunchTemplate>");
  EXPECT_EQ(group.text("//VPCZoneIdentifier"), subnet_ + "," + other_subnet_);
  EXPECT_EQ(group.text("//DesiredCapacity"), "2");
  EXPECT_EQ(group.text("//HealthStatus"), "Healthy");
  const auto* instance = record<Instance>(instances().front());
  EXPECT_EQ(instance->instance_type, "t3.micro");
  EXPECT_EQ(instance->tags, (model::Tags{{"Name", "w"},
                                         {"aws:autoscaling:groupName", "web"},
                                         {"aws:ec2launchtemplate:id", template_},
                                         {"aws:ec2launchtemplate:version", "1"}}));
  const Answer activities = must_scale("DescribeScalingActivities", "AutoScalingGroupName=web");
  EXPECT_THAT(activities.texts("//StatusCode"), ElementsAre("Successful", "Successful"));
  EXPECT_THAT(newest_cause(),
              HasSubstr("a user request created an AutoScalingGroup changing the desired capacity "
                        "from 0 to 2.  At "));
  EXPECT_EQ(must_scale("DescribeAutoScalingInstances", "").text("//HealthStatus"), "HEALTHY");
}

TEST_F(AutoScalingTest, It_grows_and_shrinks) {
  make_group();
  settle();
  must_scale("SetDesiredCapacity", "AutoScalingGroupName=web&DesiredCapacity=4");
  settle();
  EXPECT_EQ(instances().size(), 4U);
  const std::string kept = instances().at(0);
  must_scale("SetInstanceProtection",
             "AutoScalingGroupName=web&ProtectedFromScaleIn=true&InstanceIds.member.1=" + kept);
  update("MinSize=1&DesiredCapacity=1");
  settle();
  EXPECT_THAT(instances(), ElementsAre(kept));
  EXPECT_THAT(newest_cause(), HasSubstr("shrinking the capacity from 2 to 1."));
  update("MinSize=0&MaxSize=0");
  settle();
  EXPECT_THAT(instances(), ElementsAre(kept)) << "protected";
  must_scale("SetInstanceProtection",
             "AutoScalingGroupName=web&ProtectedFromScaleIn=false&InstanceIds.member.1=" + kept);
  settle();
  EXPECT_THAT(instances(), IsEmpty());
  must_scale("DeleteAutoScalingGroup", "AutoScalingGroupName=web");
  EXPECT_EQ(web(), nullptr);
}

// [EC2 Auto Scaling user guide, "Health checks for instances in an Auto Scaling group"]
TEST_F(AutoScalingTest, What_dies_is_replaced) {
  make_group("&MinSize=1&MaxSize=2");
  settle();
  const std::string first = instances().at(0);
  must("TerminateInstances", "InstanceId.1=" + first);
  settle();
  ASSERT_EQ(instances().size(), 1U);
  const std::string second = instances().at(0);
  EXPECT_NE(second, first);
  must("StopInstances", "InstanceId.1=" + second);
  tick();
  EXPECT_THAT(states(), UnorderedElementsAre("Terminating", "Pending"));
  EXPECT_THAT(
      must_scale("DescribeScalingActivities", "").texts("//Cause"),
      testing::Contains(HasSubstr("an EC2 health check indicating it has been terminated or "
                                  "stopped.")));
  settle();
  const std::string third = instances().at(0);
  must_scale("SetInstanceHealth", "HealthStatus=Unhealthy&InstanceId=" + third);
  settle();
  EXPECT_NE(instances().at(0), third);
  EXPECT_EQ(state_of(third), "terminated");
  const std::string fourth = instances().at(0);
  must_scale("SuspendProcesses",
             "AutoScalingGroupName=web&ScalingProcesses.member.1=ReplaceUnhealthy");
  must_scale("SetInstanceHealth", "HealthStatus=Unhealthy&InstanceId=" + fourth);
  settle();
  EXPECT_THAT(instances(), ElementsAre(fourth));
  must_scale("ResumeProcesses", "AutoScalingGroupName=web");
  settle();
  EXPECT_NE(instances().at(0), fourth);
}

// [EC2 Auto Scaling user guide, "Attach a target group", "Deregistration delay"]
TEST_F(AutoScalingTest, Its_instances_are_the_targets_of_its_target_groups) {
  const std::string first = make_target_group("one");
  make_group("&MinSize=1&MaxSize=2&HealthCheckType=ELB&TargetGroupARNs.member.1=" + first);
  settle();
  EXPECT_THAT(targets(), ElementsAre(instances().at(0)));
  const std::string second = make_target_group("two");
  must_scale("AttachLoadBalancerTargetGroups",
             "AutoScalingGroupName=web&TargetGroupARNs.member.1=" + second);
  must_scale("DetachLoadBalancerTargetGroups",
             "AutoScalingGroupName=web&TargetGroupARNs.member.1=" + first);
  settle();
  ASSERT_EQ(world_.all<model::Target>().size(), 1U);
  EXPECT_EQ((*world_.all<model::Target>().begin()).second->target_group.value, second);
  EXPECT_EQ(
      must_scale("DescribeLoadBalancerTargetGroups", "AutoScalingGroupName=web").text("//State"),
      "Added");
  // A listener makes the group be used: now its targets drain, and their instances run until then.
  change([&](model::Transaction& tx) {
    const Id<model::LoadBalancer> balancer("lb");
    tx.put(model::LoadBalancer{.id = balancer, .owner = caller_.account});
    tx.put(model::Listener{.id = Id<model::Listener>("listener"),
                           .load_balancer = balancer,
                           .port = 80,
                           .default_action = model::forward_to(Id<model::TargetGroup>(second))});
  });
  const std::string leaving = instances().at(0);
  must_scale("TerminateInstanceInAutoScalingGroup",
             "ShouldDecrementDesiredCapacity=false&InstanceId=" + leaving);
  settle();
  EXPECT_EQ(state_of(leaving), "running");
  EXPECT_THAT(states(), UnorderedElementsAre("Terminating", "InService"));
  now_ += std::chrono::seconds(300);
  change([](model::Transaction& tx) {
    const auto all = tx.world().all<model::Target>();
    for (const auto& [id, target] : all) {
      if (model::is_draining(*target)) {
        tx.erase(id);
      }
    }
  });
  settle();
  EXPECT_EQ(state_of(leaving), "terminated");
  EXPECT_EQ(instances().size(), 1U);
}

TEST_F(AutoScalingTest, What_fails_its_load_balancers_check_is_replaced_after_the_grace_period) {
  const std::string arn = make_target_group();
  make_group(
      "&MinSize=1&MaxSize=1&HealthCheckType=ELB&HealthCheckGracePeriod=60&"
      "TargetGroupARNs.member.1=" +
      arn);
  change([&](model::Transaction& tx) {
    const Id<model::LoadBalancer> balancer("lb");
    tx.put(model::LoadBalancer{.id = balancer,
                               .owner = caller_.account,
                               .region = caller_.region,
                               .zones = {{.zone = "ap-northeast-1a"}, {.zone = "ap-northeast-1c"}},
                               .state = model::LoadBalancerState::Active});
    tx.put(model::Listener{.id = Id<model::Listener>("listener"),
                           .load_balancer = balancer,
                           .port = 80,
                           .default_action = model::forward_to(Id<model::TargetGroup>(arn))});
  });
  settle();
  const std::string first = instances().at(0);
  change([&](model::Transaction& tx) {
    model::Target target = *(*tx.world().all<model::Target>().begin()).second;
    target.verdict = model::HealthVerdict::Unhealthy;
    tx.put(target);
  });
  settle();
  EXPECT_THAT(instances(), ElementsAre(first)) << "within the grace period";
  now_ += std::chrono::seconds(60);
  settle();
  EXPECT_THAT(must_scale("DescribeScalingActivities", "").texts("//Cause"),
              testing::Contains(HasSubstr("in response to an ELB system health check failure.")));
}

TEST_F(AutoScalingTest, A_launch_that_fails_is_told_and_tried_again) {
  make_group("&MinSize=1&MaxSize=1");
  must("DeleteLaunchTemplate", "LaunchTemplateName=web");
  tick();
  tick();
  const Answer told = must_scale("DescribeScalingActivities", "");
  EXPECT_THAT(told.texts("//StatusCode"), ElementsAre("Failed"));
  EXPECT_EQ(told.text("//StatusMessage"), "The launch template ID '" + template_ +
                                              "' does not exist Launching EC2 instance failed.");
  tick(std::chrono::seconds(30));
  EXPECT_EQ(must_scale("DescribeScalingActivities", "").count("//StatusCode"), 2U);
  EXPECT_TRUE(world_.all<Instance>().empty());
}

TEST_F(AutoScalingTest, Instances_are_attached_and_detached) {
  make_group("&MinSize=1&MaxSize=3");
  settle();
  const std::string own = launch();
  run_machines();
  must_scale("AttachInstances", "AutoScalingGroupName=web&InstanceIds.member.1=" + own);
  settle();
  EXPECT_EQ(instances().size(), 2U);
  must_scale(
      "DetachInstances",
      "AutoScalingGroupName=web&ShouldDecrementDesiredCapacity=true&InstanceIds.member.1=" + own);
  settle();
  EXPECT_EQ(instances().size(), 1U);
  EXPECT_EQ(state_of(own), "running");
  EXPECT_EQ(scale("DetachInstances",
                  "AutoScalingGroupName=web&ShouldDecrementDesiredCapacity=true&"
                  "InstanceIds.member.1=" +
                      instances().at(0))
                .code(),
            "ValidationError");
}

// [API reference, DeleteAutoScalingGroup]
TEST_F(AutoScalingTest, Deleting_by_force_ends_the_instances) {
  make_group();
  settle();
  EXPECT_EQ(scale("DeleteAutoScalingGroup", "AutoScalingGroupName=web").code(), "ResourceInUse");
  must_scale("DeleteAutoScalingGroup", "AutoScalingGroupName=web&ForceDelete=true");
  EXPECT_EQ(must_scale("DescribeAutoScalingGroups", "").text("//Status"), "Delete in progress");
  settle();
  EXPECT_EQ(web(), nullptr);
  for (const auto& [id, instance] : world_.all<Instance>()) {
    EXPECT_EQ(instance->state, model::InstanceState::Terminated);
  }
}

TEST_F(AutoScalingTest, Tags_are_changed_filtered_and_taken_away) {
  make_group();
  const std::string tag =
      "Tags.member.1.ResourceId=web&Tags.member.1.ResourceType="
      "auto-scaling-group&Tags.member.1.Key=k";
  must_scale("CreateOrUpdateTags",
             tag + "&Tags.member.1.Value=v&Tags.member.1.PropagateAtLaunch=true");
  EXPECT_EQ(
      must_scale("DescribeTags", "Filters.member.1.Name=key&Filters.member.1.Values.member.1=k")
          .raw("//Tags"),
      "<Tags><member><ResourceId>web</ResourceId><ResourceType>auto-scaling-group"
      "</ResourceType><Key>k</Key><Value>v</Value><PropagateAtLaunch>true"
      "</PropagateAtLaunch></member></Tags>");
  EXPECT_EQ(must_scale("DescribeAutoScalingGroups",
                       "Filters.member.1.Name=tag:k&Filters.member.1.Values.member.1=other")
                .count("//AutoScalingGroups/member"),
            0U);
  must_scale("DeleteTags", tag);
  EXPECT_EQ(must_scale("DescribeTags", "").count("//Tags/member"), 0U);
}

TEST_F(AutoScalingTest, What_cannot_be_is_refused) {
  make_group();
  struct Case {
    std::string action;
    std::string parameters;
    std::string error;
  };
  const std::string other = "AutoScalingGroupName=other&MinSize=1&MaxSize=2";
  const std::string zone = "&VPCZoneIdentifier=" + subnet_;
  const std::string from = "&LaunchTemplate.LaunchTemplateName=web";
  must("CreateLaunchTemplate", "LaunchTemplateName=bad&LaunchTemplateData.InstanceType=t3.micro");
  for (const Case& c : {
           Case{"CreateAutoScalingGroup", of_web("&MinSize=1&MaxSize=1"),
                "AlreadyExists: AutoScalingGroup by this name already exists - A group with the "
                "name web already exists"},
           Case{"CreateAutoScalingGroup", other + zone,
                "ValidationError: Valid requests must contain either LaunchTemplate, "
                "LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter."},
           Case{"CreateAutoScalingGroup", other + from,
                "ValidationError: At least one Availability Zone or VPC Subnet is required."},
           Case{"CreateAutoScalingGroup", other + zone + "&LaunchTemplate.LaunchTemplateName=bad",
                "ValidationError: You must use a valid fully-formed launch template. The request "
                "must contain the parameter ImageId"},
           Case{"CreateAutoScalingGroup", other + from + "&VPCZoneIdentifier=subnet-1",
                "ValidationError: The subnet ID 'subnet-1' does not exist"},
           Case{"CreateAutoScalingGroup", other + zone + from + "&DesiredCapacity=3",
                "ValidationError: Desired capacity:3 must be between the specified min size:1 and "
                "max size:2"},
           Case{"CreateAutoScalingGroup", other + zone + from + "&TargetGroupARNs.member.1=no",
                "ValidationError: Provided Target Groups may not be valid. Please ensure they "
                "exist and try again."},
           Case{"CreateAutoScalingGroup", other + zone + from + "&TerminationPolicies.member.1=no",
                "ValidationError: Termination policy no is not supported."},
           Case{"UpdateAutoScalingGroup", "AutoScalingGroupName=web&MinSize=5",
                "ValidationError: Max bound, 4, must be greater than or equal to min bound, 5"},
           Case{"UpdateAutoScalingGroup", "AutoScalingGroupName=web&MaxInstanceLifetime=60",
                "ValidationError: Maximum instance lifetime must be equal to 0, or at least 86400 "
                "seconds."},
           Case{"SetDesiredCapacity", "AutoScalingGroupName=web&DesiredCapacity=9",
                "ValidationError: New SetDesiredCapacity value 9 is above max value 4 for the "
                "AutoScalingGroup."},
           Case{"DeleteAutoScalingGroup", "AutoScalingGroupName=none",
                "ValidationError: AutoScalingGroup name not found - AutoScalingGroup 'none' not "
                "found"},
           Case{"SuspendProcesses", "AutoScalingGroupName=web&ScalingProcesses.member.1=No",
                "ValidationError: 'No' is not a valid Scaling Process type"},
           Case{"TerminateInstanceInAutoScalingGroup",
                "InstanceId=i-1&ShouldDecrementDesiredCapacity=true",
                "ValidationError: Instance Id not found - No managed instance found for instance "
                "ID: i-1"},
       }) {
    SCOPED_TRACE(c.action + " " + c.parameters);
    EXPECT_EQ(scale(c.action, c.parameters).error(), c.error);
  }
  become("222222222222");
  EXPECT_EQ(must_scale("DescribeAutoScalingGroups", "").count("//member"), 0U);
}

}  // namespace
}  // namespace postern::api::autoscaling
