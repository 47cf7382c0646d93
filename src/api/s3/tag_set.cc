// SPDX-License-Identifier: Apache-2.0
#include "api/s3/tag_set.h"

#include <algorithm>

#include "api/s3/document.h"
#include "api/wire/sigv4_text.h"
#include "api/wire/utf8.h"

namespace postern::api::s3 {
namespace {

constexpr std::size_t kKeyMax = 128;
constexpr std::size_t kValueMax = 256;

Result<> check_tag(const std::string& key, const std::string& value) {
  if (key.empty() || wire::characters(key) > kKeyMax) {
    return refuse(faults::S3InvalidTag, "The TagKey you have provided is invalid");
  }
  if (wire::characters(value) > kValueMax) {
    return refuse(faults::S3InvalidTag, "The TagValue you have provided is invalid");
  }
  if (key.starts_with("aws:")) {
    return refuse(faults::S3InvalidTag, "System tags cannot be added/updated by requester");
  }
  return {};
}

Result<> check_count(const model::Tags& tags, const TagLimit& limit) {
  return tags.size() > limit.max ? Result<>(refuse(limit.fault, "{}", limit.words)) : Result<>();
}

}  // namespace

Result<model::Tags> read_tagging(const std::string& document, const TagLimit& limit) {
  TRY_ASSIGN(const auto body, read_document("Tagging", document));
  const wire::Parameter* set = body.child("TagSet");
  if (set == nullptr) {
    return malformed_xml();
  }
  model::Tags out;
  for (const wire::Parameter* tag : repeated(*set, "Tag")) {
    const auto key = tag->text("Key");
    const auto value = tag->text("Value");
    if (!key || !value) {
      return malformed_xml();
    }
    TRY(check_tag(*key, *value));
    if (!out.emplace(*key, *value).second) {
      return refuse(faults::S3InvalidTag, "Cannot provide multiple Tags with the same key");
    }
  }
  TRY(check_count(out, limit));
  TRY(all_known(body));
  return out;
}

wire::HttpResponse tagging_document(const model::Tags& tags) {
  return document("Tagging", [&](wire::XmlWriter& xml) {
    xml.element("TagSet", [&] {
      for (const auto& [key, value] : tags) {
        xml.element("Tag", [&] {
          xml.text("Key", key);
          xml.text("Value", value);
        });
      }
    });
  });
}

Result<model::Tags> parse_tagging(std::string_view header, const TagLimit& limit) {
  model::Tags out;
  for (const std::string_view pair : wire::split(header, '&')) {
    if (pair.empty()) {
      continue;
    }
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string key = wire::query_decoded(pair.substr(0, equals));
    const std::string value = wire::query_decoded(pair.substr(std::min(equals + 1, pair.size())));
    if (!wire::is_utf8(key) || !wire::is_utf8(value) || !out.emplace(key, value).second) {
      return refuse(
          faults::S3InvalidArgument,
          "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query "
          "parameters without tag name duplicates.");
    }
    TRY(check_tag(key, value));
  }
  TRY(check_count(out, limit));
  return out;
}

}  // namespace postern::api::s3
