// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/images.h"
#include "model/instance.h"

namespace postern::api::ec2 {

// [EC2 API reference, RunInstances: InstanceType]
inline constexpr std::string_view kDefaultInstanceType = "m1.small";

// Whether `text` has the form of AWS's instance types: family, dot, size. All of them are taken,
// and all are the same here.
bool is_instance_type(std::string_view text);

// Whether AWS gives instances of the type processor credits. [EC2 user guide, "Burstable
// performance instances"]
bool is_burstable(std::string_view type);

// x86_64 or arm64: of AWS's machines of that type, whatever the host is. Graviton families have a g
// after their generation. [EC2 user guide, "Instance type naming conventions"]
std::string_view architecture_of(std::string_view type);

// InvalidParameterValue when a named image is of another architecture than the type. What runs is
// the host's in any case; the host's own image and those that nobody here knows go with every type.
Result<> check_architectures(std::string_view type, const model::Image& image);

// Unsupported when instances of the type cannot be EBS-optimized. [EC2 user guide, "Amazon
// EBS-optimized instance types"]
Result<> check_ebs_optimized(std::string_view type, bool wanted);

// InvalidParameterValue for what is no credit option.
Result<> check_cpu_credits(std::string_view option);

// InstanceCreditSpecification.NotSupported for a type without credits.
Result<> check_has_credits(std::string_view type);

// The instance's credit option. "The default credit option is unlimited for T3, T3a and T4g, and
// standard for T2." [EC2 user guide, "Burstable performance instances"]
std::string cpu_credits_of(const model::Instance& instance);

}  // namespace postern::api::ec2
