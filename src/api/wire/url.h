// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::api::wire {

// http://host:port/path?query, or https.
struct Url {
  bool tls = false;
  std::string host;       // a name or an address, IPv6 without its brackets
  std::string port;       // digits
  std::string authority;  // as in the URL, for the Host header
  std::string target;     // from the path on
};

// nullopt: it is none, or has a user and a password in it.
std::optional<Url> parse_url(std::string_view text);

}  // namespace postern::api::wire
