// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace postern::api::ec2 {

// [EC2 API reference, RunInstances: InstanceType]
inline constexpr std::string_view kDefaultInstanceType = "m1.small";

// Whether `text` has the form of AWS's instance types: family, dot, size. All of them are taken,
// and all are the same here.
bool is_instance_type(std::string_view text);

// Whether AWS gives instances of the type processor credits. [EC2 user guide, "Burstable
// performance instances"]
bool is_burstable(std::string_view type);

}  // namespace postern::api::ec2
