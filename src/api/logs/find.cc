// SPDX-License-Identifier: Apache-2.0
#include "api/logs/find.h"

namespace postern::api::logs {

using model::LogGroup;

Result<const LogGroup*> find_group(const model::World& world, const model::Caller& caller,
                                   const std::string& name) {
  const auto* group = world.find(model::log_group_id(caller.account, caller.region, name));
  if (group == nullptr) {
    return refuse(faults::LogsResourceNotFound, "The specified log group does not exist.");
  }
  return group;
}

Result<const LogGroup*> group_of_arn(const model::World& world, const model::Caller& caller,
                                     std::string arn) {
  if (arn.ends_with(":*")) {
    arn.resize(arn.size() - 2);
  }
  const auto* group = world.find(model::Id<LogGroup>(arn));
  if (group == nullptr || !model::owns(caller, *group)) {
    return refuse(faults::LogsResourceNotFound, "The specified resource does not exist.");
  }
  return group;
}

Result<const LogGroup*> group_of_request(const model::World& world, const model::Caller& caller,
                                         const std::optional<std::string>& name,
                                         const std::optional<std::string>& identifier) {
  if (name.has_value() == identifier.has_value()) {
    return refuse(faults::InvalidParameterException,
                  "Exactly one of logGroupName and logGroupIdentifier must be specified.");
  }
  if (identifier && identifier->starts_with("arn:")) {
    return group_of_arn(world, caller, *identifier);
  }
  return find_group(world, caller, name ? *name : *identifier);
}

}  // namespace postern::api::logs
