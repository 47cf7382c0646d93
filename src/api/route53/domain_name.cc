// SPDX-License-Identifier: Apache-2.0
#include "api/route53/domain_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace postern::api::route53 {
namespace {

constexpr std::size_t kLabelMax = 63;
constexpr std::size_t kNameMax = 255;

bool is_digit(char c) {
  return c >= '0' && c <= '7';
}

bool is_plain(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

unsigned char lower(unsigned char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<unsigned char>(c - 'A' + 'a') : c;
}

// The next character, escaped or not, taken off the front.
unsigned char take(std::string_view& text) {
  if (text.size() >= 4 && text[0] == '\\' && is_digit(text[1]) && is_digit(text[2]) &&
      is_digit(text[3])) {
    const int value = (text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0');
    text.remove_prefix(4);
    return static_cast<unsigned char>(value);
  }
  const char c = text.front();
  text.remove_prefix(1);
  return static_cast<unsigned char>(c);
}

std::vector<std::string_view> labels_from_the_end(std::string_view name) {
  std::vector<std::string_view> labels;
  name = name.substr(0, name.size() - (name.ends_with('.') ? 1 : 0));
  while (!name.empty()) {
    const auto dot = name.rfind('.');
    labels.push_back(dot == std::string_view::npos ? name : name.substr(dot + 1));
    name = name.substr(0, dot == std::string_view::npos ? 0 : dot);
  }
  return labels;
}

}  // namespace

std::optional<std::string> domain_name(std::string_view text) {
  text = text.substr(0, text.size() - (text.ends_with('.') ? 1 : 0));
  std::string out;
  std::size_t label = 0;
  std::size_t all = 0;
  while (!text.empty()) {
    const bool dot = text.front() == '.';
    const unsigned char c = lower(take(text));
    ++all;
    if (dot) {
      if (label == 0) {
        return std::nullopt;
      }
      label = 0;
      out += '.';
      continue;
    }
    out += is_plain(c) ? std::string(1, static_cast<char>(c)) : fmt::format("\\{:03o}", c);
    if (++label > kLabelMax) {
      return std::nullopt;
    }
  }
  if (label == 0 || all >= kNameMax) {
    return std::nullopt;
  }
  return out + '.';
}

bool is_before(std::string_view a, std::string_view b) {
  return labels_from_the_end(a) < labels_from_the_end(b);
}

}  // namespace postern::api::route53
