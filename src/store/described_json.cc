// SPDX-License-Identifier: Apache-2.0
#include "store/described_json.h"

#include <algorithm>
#include <boost/algorithm/hex.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <iterator>

namespace postern::store {
namespace {

// Whether the bytes survive JSON: whether the parser takes what the serializer makes of them. It
// refuses what is not UTF-8.
bool survives_json(std::string_view text) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (std::all_of(text.begin(), text.end(), is_ascii)) {
    return true;
  }
  boost::system::error_code wrong;
  json::parse(json::serialize(json::string(text)), wrong);
  return !wrong;
}

}  // namespace

json::value text_to_json(std::string_view text) {
  if (survives_json(text)) {
    return json::string(text);
  }
  std::string digits;
  boost::algorithm::hex_lower(text.begin(), text.end(), std::back_inserter(digits));
  return json::object{{"hex", digits}};
}

Result<std::string> text_from_json(const json::value& value) {
  if (const json::string* text = value.if_string()) {
    return std::string(text->begin(), text->end());
  }
  const json::object* object = value.if_object();
  const json::value* hex = object != nullptr ? object->if_contains("hex") : nullptr;
  if (hex == nullptr || !hex->is_string()) {
    return unavailable("not text");
  }
  std::string bytes;
  try {
    boost::algorithm::unhex(hex->get_string().begin(), hex->get_string().end(),
                            std::back_inserter(bytes));
  } catch (const boost::algorithm::hex_decode_error&) {
    return unavailable("not hex digits");
  }
  return bytes;
}

}  // namespace postern::store
