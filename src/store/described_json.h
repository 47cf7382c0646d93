// SPDX-License-Identifier: Apache-2.0
// Described values <-> JSON: how each kind of member that a record may have is written down.
//
//   integers, bool       number, true/false      enums            the enumerator's name
//   strings, ids         text; {"hex": "00ff"} where the bytes are not UTF-8
//   addresses, networks  their text              points in time   milliseconds since 1970
//   optional             null or the value       vector           array
//   map                  array of [key, value]: keys may be any bytes, which JSON's names may not
//   described structs    object, a member each
#pragma once

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/net.h"
#include "base/result.h"
#include "base/time.h"
#include "model/id.h"

namespace postern::store {

namespace json = boost::json;

json::value text_to_json(std::string_view text);
Result<std::string> text_from_json(const json::value& value);

namespace detail {

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public>;

template <class T>
concept Described = boost::describe::has_describe_members<T>::value;
template <class T>
concept Enumerated = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;
// IpAddress, Cidr, MacAddress.
template <class T>
concept Textual = requires(const T& value, std::string_view text) {
  { value.text() } -> std::convertible_to<std::string>;
  { T::parse(text) } -> std::same_as<std::optional<T>>;
};

// One pair of functions a kind. The kinds hold each other, so they are members of one struct.
struct Codec {
  static json::value write(bool value) { return value; }
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  static json::value write(T value) {
    return value;
  }
  static json::value write(const std::string& value) { return text_to_json(value); }
  static json::value write(TimePoint value) { return value.time_since_epoch().count(); }
  template <Enumerated T>
  static json::value write(T value) {
    return json::string(boost::describe::enum_to_string(value, "?"));
  }
  template <Textual T>
  static json::value write(const T& value) {
    return json::string(value.text());
  }
  template <class T>
  static json::value write(const model::Id<T>& value) {
    return text_to_json(value.value);
  }
  template <class T>
  static json::value write(const std::optional<T>& value) {
    return value ? write(*value) : json::value(nullptr);
  }
  template <class T>
  static json::value write(const std::vector<T>& value) {
    json::array out;
    for (const T& item : value) {
      out.push_back(write(item));
    }
    return out;
  }
  template <class T>
  static json::value write(const std::map<std::string, T>& value) {
    json::array out;
    for (const auto& [key, item] : value) {
      out.push_back(json::array{write(key), write(item)});
    }
    return out;
  }
  template <Described T>
  static json::value write(const T& value) {
    json::object out;
    boost::mp11::mp_for_each<Members<T>>(
        [&](auto member) { out[member.name] = write(value.*member.pointer); });
    return out;
  }

  static Result<> read(const json::value& from, bool& to) {
    if (!from.is_bool()) {
      return unavailable("not true or false");
    }
    to = from.get_bool();
    return {};
  }
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  static Result<> read(const json::value& from, T& to) {
    boost::system::error_code wrong;
    to = from.to_number<T>(wrong);
    if (wrong) {
      return unavailable("not a number that fits");
    }
    return {};
  }
  static Result<> read(const json::value& from, std::string& to) {
    TRY_ASSIGN(to, text_from_json(from));
    return {};
  }
  static Result<> read(const json::value& from, TimePoint& to) {
    std::int64_t milliseconds = 0;
    TRY(read(from, milliseconds));
    to = TimePoint(std::chrono::milliseconds(milliseconds));
    return {};
  }
  template <Enumerated T>
  static Result<> read(const json::value& from, T& to) {
    TRY_ASSIGN(const std::string name, text_from_json(from));
    if (!boost::describe::enum_from_string(name.c_str(), to)) {
      return unavailable("unknown state '{}'", name);
    }
    return {};
  }
  template <Textual T>
  static Result<> read(const json::value& from, T& to) {
    TRY_ASSIGN(const std::string text, text_from_json(from));
    const std::optional<T> parsed = T::parse(text);
    if (!parsed) {
      return unavailable("not an address: '{}'", text);
    }
    to = *parsed;
    return {};
  }
  template <class T>
  static Result<> read(const json::value& from, model::Id<T>& to) {
    TRY_ASSIGN(to.value, text_from_json(from));
    return {};
  }
  template <class T>
  static Result<> read(const json::value& from, std::optional<T>& to) {
    to.reset();
    return from.is_null() ? Result<>() : read(from, to.emplace());
  }
  template <class T>
  static Result<> read(const json::value& from, std::vector<T>& to) {
    if (!from.is_array()) {
      return unavailable("not an array");
    }
    to.clear();
    for (const json::value& item : from.get_array()) {
      TRY(read(item, to.emplace_back()));
    }
    return {};
  }
  template <class T>
  static Result<> read(const json::value& from, std::map<std::string, T>& to) {
    if (!from.is_array()) {
      return unavailable("not an array of pairs");
    }
    to.clear();
    for (const json::value& pair : from.get_array()) {
      if (!pair.is_array() || pair.get_array().size() != 2) {
        return unavailable("not an array of pairs");
      }
      TRY_ASSIGN(std::string key, text_from_json(pair.get_array()[0]));
      TRY(read(pair.get_array()[1], to[std::move(key)]));
    }
    return {};
  }
  // A member that is missing keeps its default: the row is older than the member. One that is not
  // known is passed over: the row is older than the member's removal.
  template <Described T>
  static Result<> read(const json::value& from, T& to) {
    if (!from.is_object()) {
      return unavailable("not an object");
    }
    Result<> result;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
      const json::value* value = from.get_object().if_contains(member.name);
      if (!result || value == nullptr) {
        return;
      }
      if (auto done = read(*value, to.*member.pointer); !done) {
        result = std::unexpected(std::move(done).error().while_doing(member.name));
      }
    });
    return result;
  }
};

}  // namespace detail

template <class T>
json::value to_json(const T& value) {
  return detail::Codec::write(value);
}

// Sets `to` from what to_json gave for a value of its type, in this version or an older one.
template <class T>
Result<> from_json(const json::value& from, T& to) {
  return detail::Codec::read(from, to);
}

}  // namespace postern::store
