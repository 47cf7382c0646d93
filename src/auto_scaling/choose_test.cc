// SPDX-License-Identifier: Apache-2.0
#include "auto_scaling/choose.h"

#include <gtest/gtest.h>

namespace postern::auto_scaling {
namespace {

using model::AutoScalingGroup;
using model::Id;
using model::LifecycleState;
using model::ScalingInstance;
using model::Subnet;

TimePoint minute(int n) {
  return TimePoint{} + std::chrono::minutes(n);
}

ScalingInstance instance(const char* id, const char* zone, int launched, std::int64_t version = 1) {
  return {.id = id,
          .zone = zone,
          .state = LifecycleState::InService,
          .launch_template = Id<model::LaunchTemplate>("lt-1"),
          .template_version = version,
          .launched_at = minute(launched)};
}

AutoScalingGroup group(std::vector<ScalingInstance> instances,
                       std::vector<std::string> policies = {"Default"}) {
  return {.launch_template = Id<model::LaunchTemplate>("lt-1"),
          .subnets = {Id<Subnet>("subnet-a"), Id<Subnet>("subnet-c")},
          .termination_policies = std::move(policies),
          .instances = std::move(instances)};
}

std::string first(const AutoScalingGroup& of) {
  const ScalingInstance* found = first_to_go(of);
  return found != nullptr ? found->id : "none";
}

// [EC2 Auto Scaling user guide, "Work with Amazon EC2 Auto Scaling termination policies"]
TEST(Choose, Who_goes_first) {
  const auto old = instance("i-old", "a", 1, 2);
  const auto young = instance("i-young", "a", 3, 2);
  const auto middle = instance("i-middle", "a", 2, 1);
  const auto other_zone = instance("i-c", "c", 0, 1);
  EXPECT_EQ(first(group({young, old, middle})), "i-middle") << "the oldest template version";
  EXPECT_EQ(first(group({young, old, middle}, {"OldestInstance"})), "i-old");
  EXPECT_EQ(first(group({young, old, middle}, {"NewestInstance"})), "i-young");
  EXPECT_EQ(first(group({young, old}, {"OldestLaunchTemplate", "NewestInstance"})), "i-young");
  EXPECT_EQ(first(group({young, old}, {"ClosestToNextInstanceHour"})), "i-old");
  EXPECT_EQ(first(group({other_zone, young, old})), "i-old") << "the fullest zone comes first";
  auto foreign = instance("i-foreign", "a", 9, 9);
  foreign.launch_template = Id<model::LaunchTemplate>("lt-2");
  EXPECT_EQ(first(group({young, old, foreign})), "i-foreign") << "not of the group's template";
}

TEST(Choose, Who_is_protected_or_on_its_way_does_not_go) {
  auto guarded = instance("i-guarded", "a", 1);
  guarded.protected_from_scale_in = true;
  auto leaving = instance("i-leaving", "a", 2);
  leaving.state = LifecycleState::Terminating;
  EXPECT_EQ(first(group({guarded, leaving, instance("i-3", "a", 3)})), "i-3");
  EXPECT_EQ(first(group({guarded, leaving})), "none");
}

// [EC2 Auto Scaling user guide, "Distribute instances across Availability Zones"]
TEST(Choose, The_emptiest_zone_gets_the_next) {
  const auto world = model::WorldBuilder()
                         .put(Subnet{.id = Id<Subnet>("subnet-a"), .zone = "a"})
                         .put(Subnet{.id = Id<Subnet>("subnet-c"), .zone = "c"})
                         .build();
  const auto where = [&](std::vector<ScalingInstance> instances) {
    return launch_subnets(world, group(std::move(instances))).front()->id.value;
  };
  EXPECT_EQ(where({}), "subnet-a");
  EXPECT_EQ(where({instance("i-1", "a", 1)}), "subnet-c");
  EXPECT_EQ(where({instance("i-1", "a", 1), instance("i-2", "c", 1)}), "subnet-a");
  auto leaving = instance("i-3", "a", 2);
  leaving.state = LifecycleState::Terminating;
  EXPECT_EQ(where({leaving, instance("i-2", "c", 1)}), "subnet-a");
  EXPECT_EQ(launch_subnets(world, group({instance("i-1", "a", 1)})).size(), 2U) << "if that fails";
  EXPECT_TRUE(launch_subnets(model::World(), group({})).empty());
}

}  // namespace
}  // namespace postern::auto_scaling
