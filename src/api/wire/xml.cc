// SPDX-License-Identifier: Apache-2.0
#include "api/wire/xml.h"

#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <pugixml.hpp>
#include <sstream>

#include "api/wire/answer_tree.h"
#include "api/wire/cbor.h"

namespace postern::api::wire {
namespace {

constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

// Text that XML can carry: control characters that it cannot, even escaped, become U+FFFD.
std::string printable(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') {
      out += "\xEF\xBF\xBD";
    } else {
      out += c;
    }
  }
  return out;
}

// What the service models call the shapes of Query's faults where that is another name.
std::string_view shape_of(std::string_view code) {
  return code == faults::InvalidParameterValue.code         ? "InvalidParameterValueException"
         : code == faults::InvalidParameterCombination.code ? "InvalidParameterCombinationException"
         : code == faults::MissingParameter.code            ? "MissingRequiredParameterException"
                                                            : code;
}

struct QueryError {
  std::string __type;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(QueryError, (), (__type, message))

std::string query_error(Dialect dialect, const Error& error) {
  const AnswerTree tree = answer_tree(
      QueryError{.__type = std::string(shape_of(error.fault().code)), .message = error.message()});
  return dialect == Dialect::QueryJson ? json_of(tree) : cbor_of(tree);
}

std::string escaped(std::string_view value) {
  return xml_fragment(Dialect::Ec2, [&](XmlWriter& xml) { xml.text("", value); });
}

}  // namespace

struct XmlFragment::Document {
  pugi::xml_document document;
  pugi::xml_node root;
};

XmlFragment::XmlFragment() : document_(std::make_unique<Document>()) {
  document_->root = document_->document.append_child("root");
}

XmlFragment::~XmlFragment() = default;

XmlWriter XmlFragment::writer(Dialect dialect) {
  return XmlWriter(document_->root, dialect);
}

std::string XmlFragment::text() const {
  std::ostringstream out;
  for (const pugi::xml_node& child : document_->document.child("root").children()) {
    child.print(out, "", pugi::format_raw);
  }
  return out.str();
}

void XmlWriter::text(std::string_view name, std::string_view value) {
  pugi::xml_node parent = name.empty() ? *node_ : node_->append_child(std::string(name).c_str());
  if (!value.empty()) {
    parent.append_child(pugi::node_pcdata).set_value(printable(value).c_str());
  }
}

void XmlWriter::fragment(std::string_view xml) {
  node_->append_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_ws_pcdata);
}

void XmlWriter::enter(std::string_view name) {
  *node_ = node_->append_child(std::string(name).c_str());
}

void XmlWriter::leave() {
  *node_ = node_->parent();
}

std::string item_name(Dialect dialect, std::string_view list) {
  if (dialect != Dialect::RestXml) {
    return dialect == Dialect::Ec2 ? "item" : "member";
  }
  if (list.ends_with("ies")) {
    return std::string(list.substr(0, list.size() - 3)) + 'y';
  }
  return std::string(list.substr(0, list.size() - 1));
}

std::string answer_document(Dialect dialect, std::string_view action, std::string_view xmlns,
                            std::string_view request_id, std::string_view elements) {
  if (dialect == Dialect::Json || dialect == Dialect::QueryJson || dialect == Dialect::QueryCbor) {
    return std::string(elements);
  }
  if (dialect == Dialect::RestXml) {
    return fmt::format("{}<{}Response xmlns=\"{}\">{}</{}Response>", kDeclaration, action, xmlns,
                       elements, action);
  }
  if (dialect == Dialect::Ec2) {
    return fmt::format("{}<{}Response xmlns=\"{}\"><requestId>{}</requestId>{}</{}Response>",
                       kDeclaration, action, xmlns, request_id, elements, action);
  }
  return fmt::format(
      "{}<{}Response xmlns=\"{}\"><{}Result>{}</{}Result><ResponseMetadata><RequestId>{}"
      "</RequestId></ResponseMetadata></{}Response>",
      kDeclaration, action, xmlns, action, elements, action, request_id, action);
}

std::string error_document(Dialect dialect, const Error& error, std::string_view xmlns,
                           std::string_view request_id) {
  if (dialect == Dialect::Json) {
    return boost::json::serialize(
        boost::json::object{{"__type", error.fault().code}, {"message", error.message()}});
  }
  if (dialect == Dialect::QueryJson || dialect == Dialect::QueryCbor) {
    return query_error(dialect, error);
  }
  const std::string message = escaped(error.message());
  if (dialect == Dialect::Ec2) {
    return fmt::format(
        "{}<Response><Errors><Error><Code>{}</Code><Message>{}</Message></Error></Errors>"
        "<RequestID>{}</RequestID></Response>",
        kDeclaration, error.fault().code, message, request_id);
  }
  return fmt::format(
      "{}<ErrorResponse xmlns=\"{}\"><Error><Type>{}</Type><Code>{}</Code><Message>{}</Message>"
      "</Error><RequestId>{}</RequestId></ErrorResponse>",
      kDeclaration, xmlns, error.fault().http_status >= 500 ? "Receiver" : "Sender",
      error.fault().code, message, request_id);
}

}  // namespace postern::api::wire
