// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::api::wire {

// Standard alphabet, padded, on one line.
std::string base64_encode(std::string_view bytes);

// nullopt for what is not base64. Line breaks are skipped, as many encoders put them in.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace postern::api::wire
