// SPDX-License-Identifier: Apache-2.0
// Answer structs as trees, for protocols that write the same answer in several ways: the members'
// names and what they hold, with times and numbers still told apart.
//
// Members may be those of xml.h, doubles, and maps from text. An absent optional is no member. A
// trailing underscore is not part of the name.
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "api/wire/xml.h"

namespace postern::api::wire {

struct AnswerTree {
  using List = std::vector<AnswerTree>;
  using Members = std::vector<std::pair<std::string, AnswerTree>>;

  std::variant<std::string, bool, std::int64_t, double, TimePoint, List, Members> value;
};

// As AWS's JSON has it: a time is a number of seconds.
std::string json_of(const AnswerTree& tree);

// Doubles, and maps, in XML. [AWS query protocol: <entry><key/><value/></entry>]
inline void encode(XmlWriter& xml, std::string_view name, double value) {
  xml.text(name, fmt::format("{}", value));
}
template <class T>
void encode(XmlWriter& xml, std::string_view name, const std::map<std::string, T>& values) {
  xml.element(name, [&] {
    for (const auto& [key, value] : values) {
      xml.element("entry", [&] {
        encode(xml, "key", key);
        encode(xml, "value", value);
      });
    }
  });
}

namespace detail {

struct TreeMaker {
  static AnswerTree make(const std::string& value) { return {value}; }
  static AnswerTree make(TimePoint value) { return {value}; }
  template <class T>
    requires std::is_arithmetic_v<T>
  static AnswerTree make(T value) {
    if constexpr (std::same_as<T, bool> || std::same_as<T, double>) {
      return {value};
    } else {
      return {static_cast<std::int64_t>(value)};
    }
  }
  template <class T>
  static AnswerTree make(const std::vector<T>& values) {
    AnswerTree::List out;
    for (const T& value : values) {
      out.push_back(make(value));
    }
    return {std::move(out)};
  }
  template <class T>
  static AnswerTree make(const std::map<std::string, T>& values) {
    AnswerTree::Members out;
    for (const auto& [name, value] : values) {
      put(out, name, value);
    }
    return {std::move(out)};
  }
  template <Described T>
  static AnswerTree make(const T& value) {
    AnswerTree::Members out;
    using All = boost::describe::describe_members<T, boost::describe::mod_any_access>;
    boost::mp11::mp_for_each<All>(
        [&](auto member) { put(out, wire_name(member.name), value.*member.pointer); });
    return {std::move(out)};
  }
  template <class T>
  static void put(AnswerTree::Members& out, std::string_view name, const T& value) {
    out.emplace_back(name, make(value));
  }
  template <class T>
  static void put(AnswerTree::Members& out, std::string_view name, const std::optional<T>& value) {
    if (value) {
      put(out, name, *value);
    }
  }
};

}  // namespace detail

template <Described T>
AnswerTree answer_tree(const T& answer) {
  return detail::TreeMaker::make(answer);
}

}  // namespace postern::api::wire
