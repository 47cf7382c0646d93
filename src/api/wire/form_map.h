// SPDX-License-Identifier: Apache-2.0
// Maps as services by form write them: Attributes.entry.1.key=…&Attributes.entry.1.value=…, and in
// answers <Attributes><entry><key/><value/></entry></Attributes>.
#pragma once

#include <map>
#include <string>

#include "api/wire/xml.h"

namespace postern::api::wire {

template <class T>
struct FormMap {
  std::map<std::string, T> entries;
};

template <class T>
struct MemberTraits<FormMap<T>> {
  static constexpr bool kRequired = false;
};

// Message attributes call them Name and Value.
template <class T>
Result<> decode_value(Dialect dialect, const Parameter& from, FormMap<T>& out) {
  const Parameter* numbers = from.child("entry");
  if (numbers == nullptr) {
    return {};
  }
  for (const Parameter* entry : numbers->numbered()) {
    const bool upper = entry->child("Name") != nullptr;
    const Parameter* key = entry->child(upper ? "Name" : "key");
    if (key == nullptr || !key->value) {
      return std::unexpected(missing_parameter(dialect, entry->path + ".key"));
    }
    T& value = out.entries[*key->value];
    if (const Parameter* given = entry->child(upper ? "Value" : "value")) {
      TRY(decode_value(dialect, *given, value));
    }
  }
  return {};
}

template <class T>
void encode(XmlWriter& xml, std::string_view name, const FormMap<T>& map) {
  xml.element(name, [&] {
    for (const auto& [key, value] : map.entries) {
      xml.element("entry", [&] {
        encode(xml, "key", key);
        encode(xml, "value", value);
      });
    }
  });
}

}  // namespace postern::api::wire
