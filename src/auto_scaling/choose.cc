// SPDX-License-Identifier: Apache-2.0
#include "auto_scaling/choose.h"

#include <algorithm>
#include <map>

namespace postern::auto_scaling {
namespace {

using model::AutoScalingGroup;
using model::LifecycleState;
using model::ScalingInstance;

std::map<std::string, int> per_zone(const AutoScalingGroup& group) {
  std::map<std::string, int> count;
  for (const ScalingInstance& instance : group.instances) {
    count[instance.zone] += counts(instance) ? 1 : 0;
  }
  return count;
}

bool is_older_template(const ScalingInstance& a, const ScalingInstance& b) {
  return std::tie(a.launch_template.value, a.template_version) <
         std::tie(b.launch_template.value, b.template_version);
}

// Negative: `a` goes before `b`; 0: the policy does not say.
int compare(std::string_view policy, const AutoScalingGroup& group, const ScalingInstance& a,
            const ScalingInstance& b) {
  if (policy == "NewestInstance") {
    return a.launched_at > b.launched_at ? -1 : a.launched_at < b.launched_at ? 1 : 0;
  }
  if (policy == "OldestInstance") {
    return a.launched_at < b.launched_at ? -1 : a.launched_at > b.launched_at ? 1 : 0;
  }
  if (policy == "OldestLaunchTemplate" || policy == "Default") {
    // One of a template that the group has no more is the oldest.
    const bool a_other = a.launch_template != group.launch_template;
    const bool b_other = b.launch_template != group.launch_template;
    if (a_other != b_other) {
      return a_other ? -1 : 1;
    }
    return is_older_template(a, b) ? -1 : is_older_template(b, a) ? 1 : 0;
  }
  return 0;  // what it looks at is the same for all instances here
}

bool goes_before(const AutoScalingGroup& group, const ScalingInstance& a,
                 const ScalingInstance& b) {
  for (const std::string& policy : group.termination_policies) {
    if (const int order = compare(policy, group, a, b); order != 0) {
      return order < 0;
    }
  }
  // AWS draws one at random.
  return std::tie(a.launched_at, a.id) < std::tie(b.launched_at, b.id);
}

}  // namespace

bool counts(const ScalingInstance& instance) {
  return instance.state != LifecycleState::Terminating;
}

std::vector<const model::Subnet*> launch_subnets(const model::World& world,
                                                 const AutoScalingGroup& group) {
  auto count = per_zone(group);
  std::vector<const model::Subnet*> subnets;
  for (const auto& id : group.subnets) {
    if (const model::Subnet* subnet = world.find(id)) {
      subnets.push_back(subnet);
    }
  }
  std::ranges::stable_sort(subnets, {},
                           [&](const model::Subnet* subnet) { return count[subnet->zone]; });
  return subnets;
}

const ScalingInstance* first_to_go(const AutoScalingGroup& group) {
  auto count = per_zone(group);
  const ScalingInstance* first = nullptr;
  for (const ScalingInstance& instance : group.instances) {
    if (!counts(instance) || instance.protected_from_scale_in) {
      continue;
    }
    if (first == nullptr || count[instance.zone] > count[first->zone] ||
        (count[instance.zone] == count[first->zone] && goes_before(group, instance, *first))) {
      first = &instance;
    }
  }
  return first;
}

}  // namespace postern::auto_scaling
