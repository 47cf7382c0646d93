// SPDX-License-Identifier: Apache-2.0
// Strings and numbers as SSH writes them in its keys. [RFC 4251 5]
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::api::ec2 {

// A string, taken off the front of `bytes`; nullopt: there is none.
std::optional<std::string> take_ssh_string(std::string_view& bytes);

std::string ssh_uint32(std::size_t value);
// With its size before it.
std::string ssh_string(std::string_view bytes);
// A number that is not negative, given without leading zeros: "mpint".
std::string ssh_number(std::string_view bytes);

}  // namespace postern::api::ec2
