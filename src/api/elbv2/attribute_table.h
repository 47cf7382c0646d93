// SPDX-License-Identifier: Apache-2.0
// What a value of an attribute may be, and the checks that every attribute's new value passes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/load_balancer.h"

namespace postern::api::elbv2 {

// One attribute of a kind of record.
struct Attribute {
  std::string_view key;
  std::string unset;  // its value until it is set

  // What AWS takes: one of `words` or, if high is not below low, a number from low to high.
  std::vector<std::string_view> words;
  int low = 0;
  int high = -1;
  bool free_text = false;  // any text: words and numbers are not looked at

  // What of it Postern does not do: a word other than `only` is refused. Empty: it does all.
  std::string_view only = "";
  bool frozen = false;  // it can only be `unset`
};

using AttributeTable = std::vector<Attribute>;

// Attributes that AWS has for other kinds of the same thing: keys, or beginnings of keys that end
// in a dot.
using OtherKeys = std::vector<std::string_view>;

// How a kind of record and its attributes are spoken of.
struct AttributeWords {
  std::string_view noun;  // Load balancer attribute key 'x' is not recognized
  std::string where;      // … is not supported <where>: on load balancers with type 'network'
};

Attribute flag(std::string_view key, std::string_view unset);
// A flag that AWS has and that stays off here.
Attribute always_off(std::string_view key);
Attribute number(std::string_view key, std::string_view unset, int low, int high);
// "off" or a number from 1 to high.
Attribute number_or_off(std::string_view key, std::string_view unset, int high);

// `now` with the changes of one request in it, which are made all or not at all. ValidationError
// for an unknown key, one that is given twice and a value that AWS does not take;
// InvalidConfigurationRequest for one of `others` and for a value that Postern does not honour.
struct AttributeChange {
  std::string key;
  std::string value;
};
Result<model::Attributes> changed_attributes(const AttributeTable& table, const OtherKeys& others,
                                             const AttributeWords& words,
                                             const model::Attributes& now,
                                             const std::vector<AttributeChange>& changes);

}  // namespace postern::api::elbv2
