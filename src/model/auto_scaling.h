// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/account.h"
#include "model/launch_template.h"
#include "model/load_balancer.h"
#include "model/vpc.h"

namespace postern::model {

// Of an instance in its group. [EC2 Auto Scaling user guide, "Amazon EC2 Auto Scaling instance
// lifecycle"]
enum class LifecycleState { Pending, InService, Terminating };
BOOST_DESCRIBE_ENUM(LifecycleState, Pending, InService, Terminating)

struct ScalingInstance {
  std::string id;  // i-…
  std::string zone;
  LifecycleState state = LifecycleState::Pending;
  bool healthy = true;
  bool protected_from_scale_in = false;
  Id<LaunchTemplate> launch_template;
  std::int64_t template_version = 0;
  TimePoint launched_at;
  TimePoint in_service_at;
  std::vector<Id<TargetGroup>> registered_in;
  std::string activity;  // of what is being done with it
};
BOOST_DESCRIBE_STRUCT(ScalingInstance, (),
                      (id, zone, state, healthy, protected_from_scale_in, launch_template,
                       template_version, launched_at, in_service_at, registered_in, activity))

enum class ActivityStatus { InProgress, Successful, Failed, Cancelled };
BOOST_DESCRIBE_ENUM(ActivityStatus, InProgress, Successful, Failed, Cancelled)

struct ScalingActivity {
  std::string id;
  std::string description;
  std::string cause;
  TimePoint started_at;
  std::optional<TimePoint> ended_at;
  ActivityStatus status = ActivityStatus::InProgress;
  std::string message;
  std::string details;  // JSON: where
};
BOOST_DESCRIBE_STRUCT(ScalingActivity, (),
                      (id, description, cause, started_at, ended_at, status, message, details))

struct ScalingTag {
  std::string key;
  std::string value;
  bool propagate_at_launch = false;
};
BOOST_DESCRIBE_STRUCT(ScalingTag, (), (key, value, propagate_at_launch))

struct AutoScalingGroup {
  static constexpr const char* kTable = "auto_scaling_group";
  Id<AutoScalingGroup> id;  // its ARN
  Id<Account> owner;
  std::string region;
  std::string name;
  TimePoint created_at;
  int min_size = 0;
  int max_size = 0;
  int desired_capacity = 0;
  std::string capacity_cause;  // why the desired capacity is what it is
  Id<LaunchTemplate> launch_template;
  std::string template_version;  // as it was given: a number, $Default or $Latest
  std::vector<Id<Subnet>> subnets;
  std::vector<Id<TargetGroup>> target_groups;
  std::string health_check_type = "EC2";  // or ELB
  std::int64_t health_check_grace_seconds = 0;
  std::int64_t default_cooldown_seconds = 300;
  std::optional<std::int64_t> default_warmup_seconds;
  std::int64_t lifetime_seconds = 0;  // of an instance; 0: without end
  bool capacity_rebalance = false;
  bool new_instances_protected = false;
  std::vector<std::string> termination_policies{"Default"};
  std::vector<std::string> suspended_processes;
  std::vector<ScalingTag> tags;
  std::string service_linked_role_arn;
  bool deleting = false;
  TimePoint launch_after;  // a launch failed: the next try
  std::vector<ScalingInstance> instances;
  std::vector<ScalingActivity> activities;  // the newest ones, the newest last
};
BOOST_DESCRIBE_STRUCT(AutoScalingGroup, (),
                      (id, owner, region, name, created_at, min_size, max_size, desired_capacity,
                       capacity_cause, launch_template, template_version, subnets, target_groups,
                       health_check_type, health_check_grace_seconds, default_cooldown_seconds,
                       default_warmup_seconds, lifetime_seconds, capacity_rebalance,
                       new_instances_protected, termination_policies, suspended_processes, tags,
                       service_linked_role_arn, deleting, launch_after, instances, activities))

}  // namespace postern::model
