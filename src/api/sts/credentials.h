// SPDX-License-Identifier: Apache-2.0
// Temporary credentials, as an answer and as a record.
#pragma once

#include <boost/describe/class.hpp>
#include <chrono>
#include <string>

#include "model/transaction.h"

namespace postern::api::sts {

struct Credentials {
  std::string AccessKeyId;
  std::string SecretAccessKey;
  std::string SessionToken;
  TimePoint Expiration;
};
BOOST_DESCRIBE_STRUCT(Credentials, (), (AccessKeyId, SecretAccessKey, SessionToken, Expiration))

// Gives `session` its key, secret and token, puts it, and tells them to whom it is given.
Credentials give_out(model::Transaction& tx, model::Session session, std::chrono::seconds duration);

}  // namespace postern::api::sts
