// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace postern::api::wire {

// Whether `bytes` are UTF-8, as XML and the store's JSON need it.
bool is_utf8(std::string_view bytes);

// How many characters a text of UTF-8 has.
std::size_t characters(std::string_view text);

}  // namespace postern::api::wire
