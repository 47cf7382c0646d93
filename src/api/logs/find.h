// SPDX-License-Identifier: Apache-2.0
// The caller's log groups, with CloudWatch Logs' refusals.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "model/world.h"

namespace postern::api::logs {

Result<const model::LogGroup*> find_group(const model::World& world, const model::Caller& caller,
                                          const std::string& name);

// By its ARN, with or without the :* at the end.
Result<const model::LogGroup*> group_of_arn(const model::World& world, const model::Caller& caller,
                                            std::string arn);

// Of requests that name it by exactly one of both; `identifier` is a name or an ARN.
Result<const model::LogGroup*> group_of_request(const model::World& world,
                                                const model::Caller& caller,
                                                const std::optional<std::string>& name,
                                                const std::optional<std::string>& identifier);

}  // namespace postern::api::logs
