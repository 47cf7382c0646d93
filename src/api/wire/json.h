// SPDX-License-Identifier: Apache-2.0
// AWS's JSON protocols: a request's body as the same tree as a form's, an answer struct as JSON.
// Members of answers may be std::string, bool, integers, doubles, described structs, maps of
// strings, and optional or vector of these. An absent optional writes no member. A trailing
// underscore is not part of the name.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <string_view>

#include "api/wire/decode.h"

namespace postern::api::wire {

// Objects are names, the items of arrays are numbered. MalformedInput for what is no JSON object;
// as parse_parameters() beyond its limits.
Result<Parameter> json_parameters(std::string_view body);

inline Result<> decode_value(Dialect /*dialect*/, const Parameter& from,
                             std::map<std::string, std::string>& out) {
  for (const auto& [name, child] : from.children) {
    child.known = true;
    out[name] = child.value.value_or("");
  }
  return {};
}

namespace detail {

struct JsonWriter {
  static boost::json::value write(const std::string& value) { return boost::json::string(value); }
  static boost::json::value write(bool value) { return value; }
  template <class T>
    requires(std::is_arithmetic_v<T> && !std::same_as<T, bool>)
  static boost::json::value write(T value) {
    return value;
  }
  static boost::json::value write(const std::map<std::string, std::string>& value) {
    boost::json::object out;
    for (const auto& [key, text] : value) {
      out[key] = text;
    }
    return out;
  }
  template <class T>
  static boost::json::value write(const std::vector<T>& values) {
    boost::json::array out;
    for (const T& value : values) {
      out.push_back(write(value));
    }
    return out;
  }
  template <class T>
  static void put(boost::json::object& out, std::string_view name, const T& value) {
    out[name] = write(value);
  }
  template <class T>
  static void put(boost::json::object& out, std::string_view name, const std::optional<T>& value) {
    if (value) {
      out[name] = write(*value);
    }
  }
  template <Described T>
  static boost::json::value write(const T& value) {
    boost::json::object out;
    using Members = boost::describe::describe_members<T, boost::describe::mod_any_access>;
    boost::mp11::mp_for_each<Members>(
        [&](auto member) { put(out, wire_name(member.name), value.*member.pointer); });
    return out;
  }
};

}  // namespace detail

std::string json_text(const boost::json::value& value);

template <Described T>
std::string encode_json(const T& answer) {
  return json_text(detail::JsonWriter::write(answer));
}

}  // namespace postern::api::wire
