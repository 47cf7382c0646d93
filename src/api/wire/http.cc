// SPDX-License-Identifier: Apache-2.0
#include "api/wire/http.h"

#include <algorithm>

namespace postern::api::wire {
namespace {

char lower_letter(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string_view HttpRequest::path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

std::string_view HttpRequest::query() const {
  const std::size_t mark = target.find('?');
  return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

const std::string* HttpRequest::header(std::string_view name) const {
  const auto at = std::find_if(headers.begin(), headers.end(), [&](const HttpHeader& header) {
    return same_header(header.name, name);
  });
  return at == headers.end() ? nullptr : &at->value;
}

bool same_header(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower_letter(x) == lower_letter(y); });
}

}  // namespace postern::api::wire
