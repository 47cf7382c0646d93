// SPDX-License-Identifier: Apache-2.0
#include "api/autoscaling/find.h"

#include "api/action/constraint.h"

namespace postern::api::autoscaling {

using model::AutoScalingGroup;

std::vector<const AutoScalingGroup*> groups_of(const model::World& world,
                                               const model::Caller& caller) {
  std::vector<const AutoScalingGroup*> found;
  for (const auto& [id, group] : world.all<AutoScalingGroup>()) {
    if (model::owns(caller, *group)) {
      found.push_back(group.get());
    }
  }
  std::ranges::sort(found, {}, &AutoScalingGroup::name);
  return found;
}

const AutoScalingGroup* find_if_any(const model::World& world, const model::Caller& caller,
                                    const std::string& name) {
  const auto groups = groups_of(world, caller);
  const auto found = std::ranges::find(groups, name, &AutoScalingGroup::name);
  return found != groups.end() ? *found : nullptr;
}

// [the words are recorded]
Result<const AutoScalingGroup*> find(const model::World& world, const model::Caller& caller,
                                     const std::string& name) {
  const AutoScalingGroup* found = find_if_any(world, caller, name);
  if (found == nullptr) {
    return refuse_value("AutoScalingGroup name not found - AutoScalingGroup '{}' not found", name);
  }
  return found;
}

Result<model::ScalingInstance*> find_instance(AutoScalingGroup& group, const std::string& id) {
  const auto found = std::ranges::find(group.instances, id, &model::ScalingInstance::id);
  if (found == group.instances.end()) {
    return refuse_value("The instance {} is not part of Auto Scaling group {}.", id, group.name);
  }
  return &*found;
}

Result<const AutoScalingGroup*> group_of(const model::World& world, const model::Caller& caller,
                                         const std::string& instance) {
  for (const AutoScalingGroup* group : groups_of(world, caller)) {
    if (std::ranges::find(group->instances, instance, &model::ScalingInstance::id) !=
        group->instances.end()) {
      return group;
    }
  }
  return refuse_value("Instance Id not found - No managed instance found for instance ID: {}",
                      instance);
}

Result<Page> page_of(const std::optional<int>& max_records,
                     const std::optional<std::string>& next_token) {
  constexpr int kMost = 100;
  constexpr int kUsual = 50;
  TRY(check_number("maxRecords", max_records, {1, kMost}));
  return Page{.from = next_token.value_or(""),
              .items_max = static_cast<std::size_t>(max_records.value_or(kUsual))};
}

}  // namespace postern::api::autoscaling
