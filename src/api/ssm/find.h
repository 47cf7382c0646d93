// SPDX-License-Identifier: Apache-2.0
// The caller's own parameters.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/world.h"

namespace postern::api::ssm {

// ParameterNotFound for what is not the caller's, here.
Result<const model::Parameter*> own_parameter(const model::World& world,
                                              const model::Caller& caller, const std::string& name);

// All of the caller's, here, by name.
std::vector<const model::Parameter*> own_parameters(const model::World& world,
                                                    const model::Caller& caller);

}  // namespace postern::api::ssm
