// SPDX-License-Identifier: Apache-2.0
#include "console/guard.h"

#include <fmt/format.h>

namespace postern::console {
namespace {

using api::wire::HttpRequest;
using api::wire::HttpResponse;

constexpr std::string_view kCookie = "postern_console";

// Trusted Types are left out: the AWS SDK parses its answers by DOMParser, which they forbid.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self' data:; img-src "
    "'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
    "'none'";

}  // namespace

std::string session_cookie(const HttpRequest& request) {
  const std::string* header = request.header("Cookie");
  std::string_view rest = header == nullptr ? std::string_view() : *header;
  const std::string wanted = fmt::format("{}=", kCookie);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    const std::string_view one = rest.substr(0, end);
    rest.remove_prefix(end);
    while (rest.starts_with(';') || rest.starts_with(' ')) {
      rest.remove_prefix(1);
    }
    if (one.starts_with(wanted)) {
      return std::string(one.substr(wanted.size()));
    }
  }
  return "";
}

std::string set_cookie(const std::string& session, int seconds) {
  return fmt::format("{}={}; Path=/console/; HttpOnly; SameSite=Strict; Max-Age={}", kCookie,
                     session, seconds);
}

std::string clear_cookie() {
  return set_cookie("", 0);
}

bool is_from_own_page(const HttpRequest& request) {
  const std::string* own = request.header("X-Postern-Console");
  const std::string* site = request.header("Sec-Fetch-Site");
  const std::string* origin = request.header("Origin");
  return own != nullptr && *own == "1" && (site == nullptr || *site == "same-origin") &&
         (origin == nullptr || is_from_own_origin(request));
}

bool is_from_own_origin(const HttpRequest& request) {
  const std::string* origin = request.header("Origin");
  const std::string* host = request.header("Host");
  return origin != nullptr && host != nullptr &&
         (*origin == "http://" + *host || *origin == "https://" + *host);
}

void protect(HttpResponse& response) {
  response.headers.push_back({"Content-Security-Policy", std::string(kPolicy)});
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  response.headers.push_back({"Referrer-Policy", "no-referrer"});
  response.headers.push_back({"Cross-Origin-Opener-Policy", "same-origin"});
}

}  // namespace postern::console
