// SPDX-License-Identifier: Apache-2.0
// A parameter with its value, as answers print it.
#pragma once

#include <boost/describe/class.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "model/parameters.h"

namespace postern::api::ssm {

struct ParameterItem {
  std::string Name;
  std::string Type;
  std::string Value;
  std::int64_t Version = 1;
  std::optional<std::string> Selector;
  double LastModifiedDate = 0;
  std::string ARN;
  std::string DataType;
};
BOOST_DESCRIBE_STRUCT(ParameterItem, (),
                      (Name, Type, Value, Version, Selector, LastModifiedDate, ARN, DataType))

ParameterItem parameter_item(const model::Caller& caller, const model::FoundParameter& found,
                             bool decrypted);

// The value as answers show it: of a SecureString that is not to be decrypted, a text that stands
// for what KMS would have made of it and says nothing of the value.
std::string shown_value(const model::Parameter& parameter, const model::ParameterVersion& version,
                        bool decrypted);

// What was said, if anything was.
inline std::optional<std::string> if_any(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

// Parameters have no policies, and answers none.
struct NoPolicy {};
BOOST_DESCRIBE_STRUCT(NoPolicy, (), ())

// As AWS's JSON has times: seconds since 1970.
inline double seconds(TimePoint time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

}  // namespace postern::api::ssm
