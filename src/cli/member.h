// SPDX-License-Identifier: Apache-2.0
// Reading the daemon's answers.
#pragma once

#include <boost/json.hpp>
#include <string>

namespace postern::cli {

// The member as text: a string as it is, anything else as JSON, empty if it is not there.
inline std::string text(const boost::json::object& object, const char* name) {
  const boost::json::value* value = object.if_contains(name);
  if (value == nullptr) {
    return "";
  }
  return value->is_string() ? std::string(value->get_string()) : boost::json::serialize(*value);
}

}  // namespace postern::cli
