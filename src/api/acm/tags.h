// SPDX-License-Identifier: Apache-2.0
// Tags of certificates, in requests and answers.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/tags.h"

namespace postern::api::acm {

struct Tag {
  std::string Key;
  std::optional<std::string> Value;
};
BOOST_DESCRIBE_STRUCT(Tag, (), (Key, Value))

// InvalidTagException for a key or a value that is too long or reserved, TooManyTagsException for a
// 51st tag. [ACM user guide, "Tag AWS Certificate Manager resources"]
Result<> add_tags(model::Tags& tags, const std::vector<Tag>& added);

}  // namespace postern::api::acm
