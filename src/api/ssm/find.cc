// SPDX-License-Identifier: Apache-2.0
#include "api/ssm/find.h"

#include "model/parameters.h"

namespace postern::api::ssm {

using model::Parameter;

Result<const Parameter*> own_parameter(const model::World& world, const model::Caller& caller,
                                       const std::string& name) {
  const auto* found = world.find(model::parameter_id(caller.account, caller.region, name));
  if (found == nullptr) {
    return model::no_such_parameter(name);
  }
  return found;
}

std::vector<const Parameter*> own_parameters(const model::World& world,
                                             const model::Caller& caller) {
  std::vector<const Parameter*> own;
  const auto& all = world.all<Parameter>();
  const auto first = model::parameter_id(caller.account, caller.region, "");
  for (auto at = all.lower_bound(first);
       at != all.end() && at->first.value.starts_with(first.value); ++at) {
    own.push_back(at->second.get());
  }
  return own;
}

}  // namespace postern::api::ssm
