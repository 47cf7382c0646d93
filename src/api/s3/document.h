// SPDX-License-Identifier: Apache-2.0
// S3's XML documents, in and out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/wire/http.h"
#include "api/wire/rest.h"
#include "api/wire/xml.h"

namespace postern::api::s3 {

inline constexpr std::string_view kXmlns = "http://s3.amazonaws.com/doc/2006-03-01/";

// The elements below the root of a document that is called so. MalformedXML for what is none.
Result<wire::Parameter> read_document(std::string_view root, const std::string& body);

// The elements of that name, in their order, marked as known.
std::vector<const wire::Parameter*> repeated(const wire::Parameter& parent, std::string_view name);

// MalformedXML unless everything in the document was asked for.
Result<> all_known(const wire::Parameter& document);

std::unexpected<Error> malformed_xml();

// An element's `true` or `false`; absent: false.
Result<bool> flag(const wire::Parameter& parent, std::string_view name);

// 200 with a document whose root is called so, with what `write` writes in it.
template <class Write>
wire::HttpResponse document(std::string_view root, Write write);

wire::HttpResponse document_of(std::string_view root, const std::string& elements);

template <class Write>
wire::HttpResponse document(std::string_view root, Write write) {
  return document_of(root, wire::xml_fragment(wire::Dialect::S3, write));
}

}  // namespace postern::api::s3
