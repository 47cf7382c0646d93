// SPDX-License-Identifier: Apache-2.0
// Parameters of AWS's that mean nothing here, or one thing only. Clients send many of them with the
// value that is true here anyway; any other is refused rather than ignored.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "api/wire/dialect.h"
#include "api/wire/parameters.h"
#include "base/result.h"

namespace postern::api::ec2 {

// Unsupported when `parameter` is given with another value than `meaning`. An empty text counts as
// not given.
template <class T>
Result<> only(std::string_view parameter, const std::optional<T>& given,
              const std::type_identity_t<T>& meaning) {
  if (!given || *given == meaning) {
    return {};
  }
  if constexpr (std::same_as<T, std::string>) {
    if (given->empty()) {
      return {};
    }
  }
  return refuse(faults::Unsupported, "The parameter {} is not supported with the value {}",
                parameter, *given);
}

// Unsupported when `parameter` is given and not empty, zero or false.
template <class T>
Result<> absent(std::string_view parameter, const std::optional<T>& given) {
  return only(parameter, given, T{});
}

// A member that stands for a parameter, or a whole tree of them, that is not supported however it
// is set: `std::optional<Unserved> BlockDeviceMapping;`
struct Unserved {};

inline Result<> decode_value(wire::Dialect /*dialect*/, const wire::Parameter& from,
                             Unserved& /*out*/) {
  if (from.children.empty() && from.value.value_or("").empty()) {
    return {};
  }
  return refuse(faults::Unsupported, "The parameter {} is not supported", from.path);
}

}  // namespace postern::api::ec2
