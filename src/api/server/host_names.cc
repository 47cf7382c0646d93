// SPDX-License-Identifier: Apache-2.0
#include "api/server/host_names.h"

#include <algorithm>

#include "base/net.h"

namespace postern::api::server {
namespace {

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) {
    return host.substr(1, host.find(']') - 1);
  }
  return host.substr(0, host.rfind(':'));
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

}  // namespace

bool is_own_host(std::string_view host, const std::vector<std::string>& names) {
  const std::string name = lower(without_port(host));
  return IpAddress::parse(name).has_value() || name == "localhost" ||
         name.ends_with(".localhost") ||
         std::ranges::any_of(names, [&](const std::string& own) { return lower(own) == name; });
}

}  // namespace postern::api::server
