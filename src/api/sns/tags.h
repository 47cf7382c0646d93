// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/tags.h"

namespace postern::api::sns {

struct Tag {
  std::string Key;
  std::string Value;
};
BOOST_DESCRIBE_STRUCT(Tag, (), (Key, Value))

// `tags` with `more` put over them. [SNS API reference, TagResource: 50 of a topic, keys of 128 and
// values of 256 characters]
Result<model::Tags> with_tags(model::Tags tags, const std::vector<Tag>& more);
std::vector<Tag> tag_list(const model::Tags& tags);

}  // namespace postern::api::sns
