// SPDX-License-Identifier: Apache-2.0
// The AWS faults that Postern answers with, each named once in faults.def.
#pragma once

#include <span>
#include <string_view>

namespace postern {

// An AWS error code and the HTTP status it goes out with.
struct Fault {
  std::string_view code;
  int http_status;
};

namespace faults {
#define FAULT(name, code, status) inline constexpr Fault name{code, status};
#include "base/faults.def"
#undef FAULT
}  // namespace faults

// Every fault in faults.def, for what lists them.
std::span<const Fault* const> all_faults();

}  // namespace postern
