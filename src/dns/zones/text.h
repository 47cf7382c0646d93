// SPDX-License-Identifier: Apache-2.0
// Names as text: case, labels, and what is below a zone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::dns {

// ASCII only, as DNS compares names. [RFC 4343]
std::string lower(std::string_view name);

// What comes before `zone` in `name`, without the dot: "" for the zone itself. nullopt when the
// name is not in the zone. Both in lower case.
std::optional<std::string_view> below(std::string_view name, std::string_view zone);

// "a.b.c" as a, b, c. Nothing for "".
std::vector<std::string_view> labels(std::string_view name);

}  // namespace postern::dns
