// SPDX-License-Identifier: Apache-2.0
// Session tokens of the metadata service's version 2. Nothing is kept of one: it says itself how
// long it is good and which instance it is of, so it outlives a restart and is of no use elsewhere.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/instance.h"

namespace postern::metadata {

// [EC2 user guide, "Use the Instance Metadata Service": up to six hours]
inline constexpr std::chrono::seconds kTokenLifetimeMax = std::chrono::hours(6);

std::string make_token(const model::Instance& instance, TimePoint now,
                       std::chrono::seconds lifetime);

// How much longer the token is good; nullopt when it is not, or is not this instance's.
std::optional<std::chrono::seconds> token_time_left(const model::Instance& instance, TimePoint now,
                                                    std::string_view token);

}  // namespace postern::metadata
