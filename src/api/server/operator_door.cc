// SPDX-License-Identifier: Apache-2.0
#include "api/server/operator_door.h"

namespace postern::api::server {
namespace {

wire::HttpResponse as_http(OperatorAnswer answer) {
  return {.status = answer.status,
          .headers = {{"Content-Type", "application/json"}},
          .body = std::move(answer.json)};
}

}  // namespace

HttpHandler operator_door(OperatorHandler handler) {
  return {
      .answer =
          [handler = std::move(handler)](const wire::HttpRequest& request) {
            return as_http(handler(
                {.method = request.method, .target = request.target, .body = request.body}));
          },
      .refuse_large =
          [](const wire::HttpRequest&) {
            return as_http({.status = 413, .json = R"({"message": "The request is too large"})"});
          }};
}

}  // namespace postern::api::server
