// SPDX-License-Identifier: Apache-2.0
#include "api/sts/credentials.h"

#include "model/new_credentials.h"

namespace postern::api::sts {

Credentials give_out(model::Transaction& tx, model::Session session,
                     std::chrono::seconds duration) {
  const model::Session made = model::add_session(tx, std::move(session), duration);
  return {.AccessKeyId = made.id.value,
          .SecretAccessKey = made.secret,
          .SessionToken = made.token,
          .Expiration = made.expires_at};
}

}  // namespace postern::api::sts
