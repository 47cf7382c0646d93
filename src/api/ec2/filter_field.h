// SPDX-License-Identifier: Apache-2.0
// field("vpc-id", [](const model::Subnet& subnet) { return subnet.vpc.value; }): a filter's name
// and what a record has for it, whether that is one text, several, or none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/ec2/filters.h"

namespace postern::api::ec2 {

inline std::vector<std::string> as_values(std::vector<std::string> texts) {
  return texts;
}
inline std::vector<std::string> as_values(std::string text) {
  return {std::move(text)};
}
inline std::vector<std::string> as_values(std::string_view text) {
  return {std::string(text)};
}
inline std::vector<std::string> as_values(const char* text) {
  return {text};
}
inline std::vector<std::string> as_values(bool value) {
  return {bool_text(value)};
}
inline std::vector<std::string> as_values(int value) {
  return {fmt::format("{}", value)};
}
template <class T>
std::vector<std::string> as_values(const std::optional<T>& value) {
  return value ? as_values(*value) : std::vector<std::string>{};
}

template <class T, class Get>
FilterField<T> field_of(std::string_view name, Get get) {
  return {name, [get](const T& record) { return as_values(get(record)); }};
}

// A filter that AWS has and that no record here has a value for.
template <class T>
FilterField<T> no_field(std::string_view name) {
  return {name, [](const T&) { return std::vector<std::string>{}; }};
}

}  // namespace postern::api::ec2
