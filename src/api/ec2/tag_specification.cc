// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/tag_specification.h"

#include <algorithm>

#include "api/wire/utf8.h"

namespace postern::api::ec2 {
namespace {

// [EC2 user guide, "Tag restrictions"]
constexpr std::size_t kTagsMax = 50;
constexpr std::size_t kKeyLengthMax = 128;
constexpr std::size_t kValueLengthMax = 256;

Result<> check_tag(const RequestTag& tag) {
  if (tag.Key.empty()) {
    return refuse(faults::InvalidParameterValue, "Tag key cannot be empty.");
  }
  if (is_reserved_tag(tag.Key)) {
    return refuse_reserved_tag();
  }
  if (wire::characters(tag.Key) > kKeyLengthMax) {
    return refuse(faults::InvalidParameterValue,
                  "Tag key exceeds the maximum length of {} characters", kKeyLengthMax);
  }
  if (wire::characters(tag.Value.value_or("")) > kValueLengthMax) {
    return refuse(faults::InvalidParameterValue,
                  "Tag value exceeds the maximum length of {} characters", kValueLengthMax);
  }
  return {};
}

std::size_t counted(const model::Tags& tags) {
  return static_cast<std::size_t>(
      std::ranges::count_if(tags, [](const auto& tag) { return !is_reserved_tag(tag.first); }));
}

}  // namespace

std::unexpected<Error> refuse_reserved_tag() {
  return refuse(faults::InvalidParameterValue,
                "Tag keys starting with 'aws:' are reserved for internal use");
}

Result<> add_tags(model::Tags& tags, const std::vector<RequestTag>& added) {
  model::Tags result = tags;
  for (const RequestTag& tag : added) {
    TRY(check_tag(tag));
    result.insert_or_assign(tag.Key, tag.Value.value_or(""));
  }
  if (counted(result) > kTagsMax) {
    return refuse(faults::TagLimitExceeded, "A resource can have at most {} tags", kTagsMax);
  }
  tags = std::move(result);
  return {};
}

Result<model::Tags> tags_for(const TagSpecifications& specifications,
                             std::string_view resource_type,
                             std::initializer_list<std::string_view> types) {
  model::Tags tags;
  for (const TagSpecification& specification : specifications) {
    if (std::find(types.begin(), types.end(), specification.ResourceType) == types.end()) {
      return refuse(faults::InvalidParameterValue,
                    "'{}' is not a valid taggable resource type for this operation.",
                    specification.ResourceType);
    }
    if (specification.ResourceType == resource_type) {
      TRY(add_tags(tags, specification.Tag));
    }
  }
  return tags;
}

std::vector<TagItem> tag_items(const model::Tags& tags) {
  std::vector<TagItem> items;
  for (const auto& [key, value] : tags) {
    items.push_back({key, value});
  }
  return items;
}

}  // namespace postern::api::ec2
