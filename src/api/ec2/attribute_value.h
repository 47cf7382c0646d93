// SPDX-License-Identifier: Apache-2.0
// AttributeBooleanValue and AttributeValue: a value in an element of its own, as requests give it
// and answers print it. [EC2 API reference]
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>

namespace postern::api::ec2 {

struct BoolValue {
  std::optional<bool> Value;
};
BOOST_DESCRIBE_STRUCT(BoolValue, (), (Value))

struct BoolValueItem {
  bool value = false;
};
BOOST_DESCRIBE_STRUCT(BoolValueItem, (), (value))

struct TextValue {
  std::optional<std::string> Value;
};
BOOST_DESCRIBE_STRUCT(TextValue, (), (Value))

}  // namespace postern::api::ec2
