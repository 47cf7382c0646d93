// SPDX-License-Identifier: Apache-2.0
#include "api/wire/url.h"

#include <algorithm>

namespace postern::api::wire {
namespace {

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  Url url{.tls = text.starts_with("https://")};
  if (!url.tls && !text.starts_with("http://")) {
    return std::nullopt;
  }
  text.remove_prefix(url.tls ? 8 : 7);
  const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
  const std::string_view authority = text.substr(0, end);
  std::string_view target = text.substr(end);
  target = target.substr(0, target.find('#'));
  const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
  if (bracket == std::string_view::npos) {
    return std::nullopt;
  }
  const std::size_t colon = authority.find(':', bracket);
  const std::string_view host = authority.substr(0, colon);
  url.port = colon == std::string_view::npos ? (url.tls ? "443" : "80")
                                             : std::string(authority.substr(colon + 1));
  url.host = bracket > 0 && host.size() > 2 ? host.substr(1, host.size() - 2) : host;
  url.authority = authority;
  url.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
  if (url.host.empty() || url.host.find('@') != std::string::npos || !is_port(url.port)) {
    return std::nullopt;
  }
  return url;
}

}  // namespace postern::api::wire
