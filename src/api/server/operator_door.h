// SPDX-License-Identifier: Apache-2.0
// The operator's API over HTTP: JSON at a unix socket that only root may open, or nothing at all.
#pragma once

#include <functional>
#include <string>

#include "api/server/http_server.h"

namespace postern::api::server {

struct OperatorRequest {
  std::string method;
  std::string target;  // path and query, undecoded
  std::string body;
};

struct OperatorAnswer {
  int status = 200;
  std::string json;
};

// Called on several threads at a time, and may wait.
using OperatorHandler = std::function<OperatorAnswer(const OperatorRequest&)>;

// What HttpServer serves at the operator's socket.
HttpHandler operator_door(OperatorHandler handler);

}  // namespace postern::api::server
