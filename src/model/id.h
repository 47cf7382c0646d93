// SPDX-License-Identifier: Apache-2.0
// Id<T>: the text that names a T. An Id<Subnet> does not fit where an Id<Vpc> goes.
#pragma once

#include <fmt/format.h>

#include <compare>
#include <string>
#include <utility>

namespace postern::model {

template <class T>
struct Id {
  std::string value;

  Id() = default;
  explicit Id(std::string text) : value(std::move(text)) {}
  bool empty() const { return value.empty(); }
  auto operator<=>(const Id&) const = default;
};

}  // namespace postern::model

template <class T>
struct fmt::formatter<postern::model::Id<T>> : fmt::formatter<std::string> {
  auto format(const postern::model::Id<T>& id, fmt::format_context& context) const {
    return fmt::formatter<std::string>::format(id.value, context);
  }
};
