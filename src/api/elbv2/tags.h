// SPDX-License-Identifier: Apache-2.0
// Tags of load balancers, target groups and listeners: in requests and answers, and AddTags,
// RemoveTags and DescribeTags.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/action/action.h"
#include "model/tags.h"

namespace postern::api::elbv2 {

struct Tag {
  std::string Key;
  std::optional<std::string> Value;
};
BOOST_DESCRIBE_STRUCT(Tag, (), (Key, Value))

// Adds `added` to `tags`; a key that is there gets the new value. DuplicateTagKeys when `added` has
// a key twice, TooManyTags for a 51st tag, ValidationError for reserved, long or odd ones.
// [ELB guide, "Tag your load balancer"]
Result<> add_tags(model::Tags& tags, const std::vector<Tag>& added);

std::vector<Tag> tag_list(const model::Tags& tags);

std::vector<Action> tag_actions();

}  // namespace postern::api::elbv2
