// SPDX-License-Identifier: Apache-2.0
// The checks that ELBv2's service model itself makes of a parameter, in its words: ValidationError,
// "1 validation error detected: Value 'x' at 'scheme' failed to satisfy constraint: …".
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "api/wire/decode.h"
#include "base/result.h"

namespace postern::api::elbv2 {

struct Bounds {
  int low;
  int high;
};

// `path` is the parameter as AWS spells it in these messages: lowerCamel, `targets.1.member.port`.
Result<> check_enum(std::string_view path, const std::optional<std::string>& value,
                    std::initializer_list<std::string_view> values);
Result<> check_range(std::string_view path, const std::optional<int>& value, Bounds bounds);
// In characters, not bytes.
Result<> check_length(std::string_view path, const std::string& value, Bounds bounds);
// A name of a load balancer or target group: up to 32 letters, digits and hyphens, none of these at
// either end. `noun` as the message begins: "The load balancer name", "Target group name".
Result<> check_name(std::string_view noun, const std::string& name);

// A parameter of AWS's model that Postern gives no meaning to, with everything below it. Name it in
// the request as an optional and refuse it by hand when it is there.
struct Unserved {};
Result<> decode_value(wire::Dialect dialect, const wire::Parameter& from, Unserved& out);

}  // namespace postern::api::elbv2
