// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace postern::api::ec2 {

// An empty text is left out of an answer.
inline std::optional<std::string> if_any(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace postern::api::ec2
