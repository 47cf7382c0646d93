// SPDX-License-Identifier: Apache-2.0
// Tags of buckets and objects: the document that sets and shows them, and the header that sets
// them.
#pragma once

#include <string>
#include <string_view>

#include "api/wire/http.h"
#include "base/faults.h"
#include "base/result.h"
#include "model/tags.h"

namespace postern::api::s3 {

// How many there may be, and how more of them are refused.
struct TagLimit {
  std::size_t max;
  const Fault& fault;
  std::string_view words;
};

// The document <Tagging>: MalformedXML for what is none; InvalidTag for a key of more than 128
// characters or of AWS's own, for a value of more than 256, and for a key that comes twice.
// [S3 user guide, "Categorizing your objects using tags"]
Result<model::Tags> read_tagging(const std::string& document, const TagLimit& limit);
wire::HttpResponse tagging_document(const model::Tags& tags);

// key=value&…, each as in a query. InvalidArgument for what is not that, or has a key twice; else
// as above. [S3 API reference, PutObject, x-amz-tagging]
Result<model::Tags> parse_tagging(std::string_view header, const TagLimit& limit);

}  // namespace postern::api::s3
