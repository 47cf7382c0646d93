// SPDX-License-Identifier: Apache-2.0
// Tags in requests and answers.
#pragma once

#include <boost/describe/class.hpp>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/tags.h"

namespace postern::api::ec2 {

struct RequestTag {
  std::string Key;
  std::optional<std::string> Value;
};
BOOST_DESCRIBE_STRUCT(RequestTag, (), (Key, Value))

struct TagSpecification {
  std::string ResourceType;
  std::vector<RequestTag> Tag;
};
BOOST_DESCRIBE_STRUCT(TagSpecification, (), (ResourceType, Tag))
using TagSpecifications = std::vector<TagSpecification>;

struct TagItem {
  std::string key;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(TagItem, (), (key, value))

// Whether a tag is of AWS's own making: users neither set nor delete it, and it does not count.
inline bool is_reserved_tag(std::string_view key) {
  return key.starts_with("aws:");
}
std::unexpected<Error> refuse_reserved_tag();

// Adds `added` to `tags`; a key that is there gets the new value. Refuses keys that begin with
// aws:, keys over 128 and values over 256 characters, and a 51st tag.
Result<> add_tags(model::Tags& tags, const std::vector<RequestTag>& added);

// The tags meant for `resource_type`. InvalidParameterValue for a type that is not among `types`,
// the ones that the action makes.
Result<model::Tags> tags_for(const TagSpecifications& specifications,
                             std::string_view resource_type,
                             std::initializer_list<std::string_view> types);
// The same where the action makes one type of resource only.
inline Result<model::Tags> tags_for(const TagSpecifications& specifications,
                                    std::string_view resource_type) {
  return tags_for(specifications, resource_type, {resource_type});
}

std::vector<TagItem> tag_items(const model::Tags& tags);

}  // namespace postern::api::ec2
