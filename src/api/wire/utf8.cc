// SPDX-License-Identifier: Apache-2.0
#include "api/wire/utf8.h"

#include <algorithm>
#include <boost/locale/utf.hpp>

namespace postern::api::wire {

bool is_utf8(std::string_view bytes) {
  namespace utf = boost::locale::utf;
  for (auto at = bytes.begin(); at != bytes.end();) {
    if (!utf::is_valid_codepoint(utf::utf_traits<char>::decode(at, bytes.end()))) {
      return false;
    }
  }
  return true;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace postern::api::wire
