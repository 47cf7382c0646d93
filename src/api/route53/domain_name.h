// SPDX-License-Identifier: Apache-2.0
// Domain names as Route 53 keeps them: in lower case, with their final dot, everything but
// a-z 0-9 - _ as \ooo. [Route 53 guide, "DNS domain name format"]
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::api::route53 {

// nullopt for what can be no name: a label that is empty or longer than 63, or more than 255 in
// all.
std::optional<std::string> domain_name(std::string_view text);

// Whether `a` stands before `b` in Route 53's lists: by labels, the last one first.
bool is_before(std::string_view a, std::string_view b);

}  // namespace postern::api::route53
