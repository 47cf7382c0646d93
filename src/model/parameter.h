// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/account.h"
#include "model/tags.h"

namespace postern::model {

struct ParameterVersion {
  std::int64_t number = 1;
  std::string value;  // as it was given, of a SecureString too
  std::string description;
  std::string allowed_pattern;
  std::string data_type = "text";
  std::string tier = "Standard";  // or Advanced
  std::string key_id;             // of a SecureString
  std::vector<std::string> labels;
  TimePoint modified_at;
  std::string modified_by;  // an ARN
};
BOOST_DESCRIBE_STRUCT(ParameterVersion, (),
                      (number, value, description, allowed_pattern, data_type, tier, key_id, labels,
                       modified_at, modified_by))

// A parameter of Systems Manager's Parameter Store.
struct Parameter {
  static constexpr const char* kTable = "parameter";
  Id<Parameter> id;  // parameter_id()
  Id<Account> owner;
  std::string region;
  std::string name;
  std::string type;                        // String, StringList or SecureString
  std::vector<ParameterVersion> versions;  // by number, the newest last
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(Parameter, (), (id, owner, region, name, type, versions, tags))

// Not its ARN, in which `a` and `/a` are one. An owner's in a region are together, by name.
inline Id<Parameter> parameter_id(const Id<Account>& owner, std::string_view region,
                                  std::string_view name) {
  return Id<Parameter>(fmt::format("{}:{}:{}", owner, region, name));
}

}  // namespace postern::model
