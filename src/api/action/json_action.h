// SPDX-License-Identifier: Apache-2.0
// read() and write() of action.h for services that speak JSON.
#pragma once

#include "api/action/action.h"
#include "api/wire/json.h"

namespace postern::api {

template <auto Function>
Action json_read(std::string_view name) {
  using Request = typename detail::Signature<decltype(Function)>::Request;
  return {.name = name,
          .read = [](wire::Dialect dialect, const View& view,
                     const wire::Parameter& root) -> Result<std::string> {
            TRY_ASSIGN(const Request request, wire::decode_request<Request>(dialect, root));
            TRY_ASSIGN(const auto answer, Function(view, request));
            return wire::encode_json(answer);
          }};
}

template <auto Function>
Action json_write(std::string_view name) {
  using Request = typename detail::Signature<decltype(Function)>::Request;
  return {.name = name,
          .write = [](wire::Dialect dialect, const model::Caller& caller,
                      const wire::Parameter& root) -> Result<Write> {
            TRY_ASSIGN(const Request request, wire::decode_request<Request>(dialect, root));
            return Write([caller, request](model::Transaction& tx) -> Result<std::string> {
              TRY_ASSIGN(const auto answer, Function(tx, caller, request));
              return wire::encode_json(answer);
            });
          }};
}

}  // namespace postern::api
