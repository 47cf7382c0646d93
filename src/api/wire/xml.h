// SPDX-License-Identifier: Apache-2.0
// Answer structs to XML. An answer is a plain struct whose members carry the wire's element names,
// described once with BOOST_DESCRIBE_STRUCT; the order of the members is that of the elements.
//
//   struct SubnetItem { std::string subnetId; std::optional<bool> mapPublicIpOnLaunch;
//   std::vector<TagItem> tagSet; };
//
// Members may be std::string, bool, integers, TimePoint, XmlText, described structs, and optional
// or vector of these. An absent optional writes no element; an empty vector writes an empty
// element. A trailing underscore is not part of the name (`return_`).
#pragma once

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/wire/decode.h"
#include "base/time.h"

namespace pugi {
class xml_node;
}

namespace postern::api::wire {

// Elements being written below one node.
class XmlWriter {
 public:
  XmlWriter(pugi::xml_node& node, Dialect dialect) : node_(&node), dialect_(dialect) {}

  void text(std::string_view name, std::string_view value);
  // Calls `fill` with the writer of a new element.
  template <class Fill>
  void element(std::string_view name, Fill fill) {
    enter(name);
    fill();
    leave();
  }
  // Elements that have been written before.
  void fragment(std::string_view xml);
  Dialect dialect() const { return dialect_; }

 private:
  void enter(std::string_view name);
  void leave();

  pugi::xml_node* node_;
  Dialect dialect_;
};

inline void encode(XmlWriter& xml, std::string_view name, const std::string& value) {
  xml.text(name, value);
}
inline void encode(XmlWriter& xml, std::string_view name, bool value) {
  xml.text(name, value ? "true" : "false");
}
template <std::integral T>
  requires(!std::same_as<T, bool>)
void encode(XmlWriter& xml, std::string_view name, T value) {
  xml.text(name, fmt::format("{}", value));
}
inline void encode(XmlWriter& xml, std::string_view name, TimePoint value) {
  xml.text(name, format_iso8601(value));
}

// What is in an element, if that has been written before.
struct XmlText {
  std::string xml;
};
inline void encode(XmlWriter& xml, std::string_view name, const XmlText& value) {
  xml.element(name, [&] { xml.fragment(value.xml); });
}

template <Described T>
void encode_members(XmlWriter& xml, const T& value);

template <Described T>
void encode(XmlWriter& xml, std::string_view name, const T& value) {
  xml.element(name, [&] { encode_members(xml, value); });
}
template <class T>
void encode(XmlWriter& xml, std::string_view name, const std::optional<T>& value) {
  if (value) {
    encode(xml, name, *value);
  }
}
template <class T>
void encode(XmlWriter& xml, std::string_view name, const std::vector<T>& values) {
  const std::string item = item_name(xml.dialect(), name);
  xml.element(name, [&] {
    for (const T& value : values) {
      encode(xml, item, value);
    }
  });
}

template <Described T>
void encode_members(XmlWriter& xml, const T& value) {
  using Members = boost::describe::describe_members<T, boost::describe::mod_any_access>;
  boost::mp11::mp_for_each<Members>(
      [&](auto member) { encode(xml, wire_name(member.name), value.*member.pointer); });
}

// The elements that `write` writes, as text.
template <class Write>
std::string xml_fragment(Dialect dialect, Write write);

// The answer's elements as text, without the envelope that carries the request id.
template <Described T>
std::string encode_answer(Dialect dialect, const T& answer) {
  return xml_fragment(dialect, [&](XmlWriter& xml) { encode_members(xml, answer); });
}

// A whole answer: the envelope of `action` around `elements`.
std::string answer_document(Dialect dialect, std::string_view action, std::string_view xmlns,
                            std::string_view request_id, std::string_view elements);

// A whole error answer.
std::string error_document(Dialect dialect, const Error& error, std::string_view xmlns,
                           std::string_view request_id);

// Implementation: a document that a fragment is built in.
class XmlFragment {
 public:
  XmlFragment();
  ~XmlFragment();
  XmlFragment(const XmlFragment&) = delete;
  XmlFragment& operator=(const XmlFragment&) = delete;
  XmlWriter writer(Dialect dialect);
  std::string text() const;

 private:
  struct Document;
  std::unique_ptr<Document> document_;
};

template <class Write>
std::string xml_fragment(Dialect dialect, Write write) {
  XmlFragment fragment;
  XmlWriter writer = fragment.writer(dialect);
  write(writer);
  return fragment.text();
}

}  // namespace postern::api::wire
