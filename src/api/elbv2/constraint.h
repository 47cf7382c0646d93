// SPDX-License-Identifier: Apache-2.0
// What ELBv2 asks of a parameter beside its service model (api/action/constraint.h).
#pragma once

#include <string>
#include <string_view>

#include "api/action/constraint.h"
#include "api/wire/decode.h"
#include "base/result.h"

namespace postern::api::elbv2 {

inline constexpr Between kPort{1, 65535};

// A name of a load balancer or target group: up to 32 letters, digits and hyphens, none of these at
// either end. `noun` as the message begins: "The load balancer name", "Target group name".
Result<> check_name(std::string_view noun, const std::string& name);

// A parameter of AWS's model that Postern gives no meaning to, with everything below it. Name it in
// the request as an optional and refuse it by hand when it is there.
struct Unserved {};
Result<> decode_value(wire::Dialect dialect, const wire::Parameter& from, Unserved& out);

}  // namespace postern::api::elbv2
