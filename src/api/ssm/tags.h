// SPDX-License-Identifier: Apache-2.0
// Tags of parameters, in requests and answers.
#pragma once

#include <boost/describe/class.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/tags.h"

namespace postern::api::ssm {

struct Tag {
  std::string Key;
  std::string Value;
};
BOOST_DESCRIBE_STRUCT(Tag, (), (Key, Value))

// ValidationException for a key or a value that is too long or reserved, TooManyTagsError for a
// 51st tag.
Result<> add_tags(model::Tags& tags, const std::vector<Tag>& added);

}  // namespace postern::api::ssm
