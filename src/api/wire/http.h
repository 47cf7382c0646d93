// SPDX-License-Identifier: Apache-2.0
// HTTP messages as values: what a signature is made over, and what a handler answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::api::wire {

struct HttpHeader {
  std::string name;
  std::string value;
};

// A request as it was received: nothing decoded, nothing put in order.
struct HttpRequest {
  std::string method;
  std::string target;  // path and query, as on the request line
  std::vector<HttpHeader> headers;
  std::string body;
  // Of one that came through a VPC endpoint: the endpoint's id, and the address in its VPC that
  // sent it. Said by who received it, never by the client; empty at the API's own port.
  std::string endpoint;
  std::string endpoint_client;

  // The target up to its `?`, and what follows it.
  std::string_view path() const;
  std::string_view query() const;
  // The value of the first header of that name, in any case; null if there is none.
  const std::string* header(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::vector<HttpHeader> headers;
  std::string body;
};

// Whether two header names are the same.
bool same_header(std::string_view a, std::string_view b);

}  // namespace postern::api::wire
