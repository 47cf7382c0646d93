// SPDX-License-Identifier: Apache-2.0
// AddTagsToCertificate, ListTagsForCertificate, RemoveTagsFromCertificate.
#include "api/acm/actions.h"
#include "api/acm/find.h"
#include "api/acm/tags.h"
#include "api/action/json_action.h"

namespace postern::api::acm {
namespace {

constexpr std::size_t kTagsMax = 50;

struct TagsRequest {
  std::string CertificateArn;
  std::vector<Tag> Tags;
};
BOOST_DESCRIBE_STRUCT(TagsRequest, (), (CertificateArn, Tags))

struct TagsAnswer {
  std::vector<Tag> Tags;
};
BOOST_DESCRIBE_STRUCT(TagsAnswer, (), (Tags))

Result<Nothing> add_tags_to_certificate(model::Transaction& tx, const model::Caller& caller,
                                        const TagsRequest& request) {
  TRY_ASSIGN(const auto* const found, find_certificate(tx.world(), caller, request.CertificateArn));
  model::Certificate changed = *found;
  TRY(add_tags(changed.tags, request.Tags));
  tx.put(std::move(changed));
  return Nothing{};
}

Result<TagsAnswer> list_tags_for_certificate(const View& view, const ArnRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find_certificate(view.world, view.caller, request.CertificateArn));
  TagsAnswer answer;
  for (const auto& [key, value] : found->tags) {
    answer.Tags.push_back({.Key = key, .Value = value});
  }
  return answer;
}

// "If you do not specify the value, the tag is removed regardless of value. If you specify a value,
// the tag is removed only if it is associated with the specified value."
// [RemoveTagsFromCertificate]
Result<Nothing> remove_tags_from_certificate(model::Transaction& tx, const model::Caller& caller,
                                             const TagsRequest& request) {
  TRY_ASSIGN(const auto* const found, find_certificate(tx.world(), caller, request.CertificateArn));
  model::Certificate changed = *found;
  for (const Tag& tag : request.Tags) {
    const auto at = changed.tags.find(tag.Key);
    if (at != changed.tags.end() && tag.Value.value_or(at->second) == at->second) {
      changed.tags.erase(at);
    }
  }
  tx.put(std::move(changed));
  return Nothing{};
}

}  // namespace

Result<> add_tags(model::Tags& tags, const std::vector<Tag>& added) {
  for (const Tag& tag : added) {
    const std::string value = tag.Value.value_or("");
    if (tag.Key.empty() || tag.Key.size() > 128 || value.size() > 256 ||
        tag.Key.starts_with("aws:")) {
      return refuse(faults::AcmInvalidTag,
                    "A tag's key has 1 to 128 characters and does not begin with aws:, its value "
                    "has 0 to 256");
    }
    tags[tag.Key] = value;
  }
  if (tags.size() > kTagsMax) {
    return refuse(faults::AcmTooManyTags, "A certificate has up to {} tags", kTagsMax);
  }
  return {};
}

std::vector<Action> tag_actions() {
  return {json_write<add_tags_to_certificate>("AddTagsToCertificate"),
          json_read<list_tags_for_certificate>("ListTagsForCertificate"),
          json_write<remove_tags_from_certificate>("RemoveTagsFromCertificate")};
}

}  // namespace postern::api::acm
