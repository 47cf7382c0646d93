// SPDX-License-Identifier: Apache-2.0
// Groups and their instances by the names that requests have for them; and pages of answers.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/action/pages.h"
#include "base/result.h"
#include "model/world.h"

namespace postern::api::autoscaling {

// What an action does not support, in the service's own words for bad input.
template <class... Args>
std::unexpected<Error> refuse_value(fmt::format_string<Args...> format, Args&&... args) {
  return refuse(faults::ValidationError, format, std::forward<Args>(args)...);
}

// The caller's group of that name, or null.
const model::AutoScalingGroup* find_if_any(const model::World& world, const model::Caller& caller,
                                           const std::string& name);
// ValidationError when there is none.
Result<const model::AutoScalingGroup*> find(const model::World& world, const model::Caller& caller,
                                            const std::string& name);
// The caller's groups, by name.
std::vector<const model::AutoScalingGroup*> groups_of(const model::World& world,
                                                      const model::Caller& caller);

// The instance of that id in the group; ValidationError when it is not there.
Result<model::ScalingInstance*> find_instance(model::AutoScalingGroup& group,
                                              const std::string& id);
// The caller's group that has the instance.
Result<const model::AutoScalingGroup*> group_of(const model::World& world,
                                                const model::Caller& caller,
                                                const std::string& instance);

struct Filter {
  std::string Name;
  std::vector<std::string> Values;
};
BOOST_DESCRIBE_STRUCT(Filter, (), (Name, Values))

// MaxRecords: 1 to 100, and 50 when it is not given. [API reference, DescribeAutoScalingGroups]
Result<Page> page_of(const std::optional<int>& max_records,
                     const std::optional<std::string>& next_token);

}  // namespace postern::api::autoscaling
