// SPDX-License-Identifier: Apache-2.0
// api::read() for a service whose clients speak several protocols.
#pragma once

#include "api/action/action.h"
#include "api/wire/answer_tree.h"
#include "api/wire/cbor.h"

namespace postern::api::cloudwatch {

template <auto Function>
Action read(std::string_view name) {
  using Request = typename detail::Signature<decltype(Function)>::Request;
  return {.name = name,
          .read = [](wire::Dialect dialect, const View& view,
                     const wire::Parameter& root) -> Result<std::string> {
            TRY(detail::take_common(dialect, root));
            TRY_ASSIGN(const Request request, wire::decode_request<Request>(dialect, root));
            TRY_ASSIGN(const auto answer, Function(view, request));
            return dialect == wire::Dialect::QueryJson   ? wire::json_of(wire::answer_tree(answer))
                   : dialect == wire::Dialect::QueryCbor ? wire::cbor_of(wire::answer_tree(answer))
                                                         : wire::encode_answer(dialect, answer);
          }};
}

}  // namespace postern::api::cloudwatch
