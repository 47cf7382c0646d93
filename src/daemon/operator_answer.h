// SPDX-License-Identifier: Apache-2.0
// How the operator's API answers: JSON, and for what cannot be done one sentence.
#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "api/server/operator_door.h"
#include "base/result.h"

namespace postern::daemon {

inline api::server::OperatorAnswer answer(const boost::json::value& value, int status = 200) {
  return {.status = status, .json = boost::json::serialize(value)};
}

inline api::server::OperatorAnswer failure(int status, std::string_view words) {
  return answer(boost::json::object{{"error", words}}, status);
}

inline api::server::OperatorAnswer failure(const Error& error) {
  return failure(error.kind() == ErrorKind::Refusal ? 409 : 500, error.message());
}

}  // namespace postern::daemon
