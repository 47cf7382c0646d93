// SPDX-License-Identifier: Apache-2.0
#include "api/s3/document.h"

namespace postern::api::s3 {

std::unexpected<Error> malformed_xml() {
  return refuse(faults::S3MalformedXML,
                "The XML you provided was not well-formed or did not validate against our "
                "published schema");
}

Result<wire::Parameter> read_document(std::string_view root, const std::string& body) {
  auto out = wire::xml_parameters(root, body);
  if (!out || body.empty()) {
    return malformed_xml();
  }
  return out;
}

std::vector<const wire::Parameter*> repeated(const wire::Parameter& parent, std::string_view name) {
  std::vector<const wire::Parameter*> out;
  for (const auto& [child_name, child] : parent.children) {
    if (child_name.substr(0, child_name.find('.')) == name) {
      child.known = true;
      out.push_back(&child);
    }
  }
  return out;
}

Result<> all_known(const wire::Parameter& document) {
  return document.first_unknown() ? Result<>(malformed_xml()) : Result<>();
}

Result<bool> flag(const wire::Parameter& parent, std::string_view name) {
  const std::string text = parent.text(name).value_or("false");
  if (text != "true" && text != "false") {
    return malformed_xml();
  }
  return text == "true";
}

wire::HttpResponse document_of(std::string_view root, const std::string& elements) {
  return {
      .status = 200,
      .headers = {{"Content-Type", "application/xml"}},
      .body = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{} xmlns=\"{}\">{}</{}>",
                          root, kXmlns, elements, root)};
}

}  // namespace postern::api::s3
