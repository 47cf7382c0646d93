// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>

#include "model/account.h"

namespace postern::model {

// The answer that a ClientToken has had: the same token with the same parameters gets it again.
struct ClientToken {
  static constexpr const char* kTable = "client_token";
  Id<ClientToken> id;      // <account>|<region>|<action>|<token>
  std::string parameters;  // digest of the request's other parameters
  std::string answer;      // XML as first sent, without its request id
  TimePoint created_at;
};
BOOST_DESCRIBE_STRUCT(ClientToken, (), (id, parameters, answer, created_at))

// The one row that keeps what must not be given out twice.
struct Counters {
  static constexpr const char* kTable = "counters";
  Id<Counters> id;
  std::uint32_t last_number = 0;
};
BOOST_DESCRIBE_STRUCT(Counters, (), (id, last_number))

}  // namespace postern::model
