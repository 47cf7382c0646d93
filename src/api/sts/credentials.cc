// SPDX-License-Identifier: Apache-2.0
#include "api/sts/credentials.h"

#include "model/new_credentials.h"

namespace postern::api::sts {

Credentials give_out(model::Transaction& tx, model::Session session,
                     std::chrono::seconds duration) {
  session.id = model::Id<model::Session>(model::new_access_key_id(tx.ids(), "ASIA"));
  session.secret = model::new_secret_key(tx.ids());
  session.token = model::new_session_token(tx.ids());
  session.created_at = tx.now();
  // Expirations are told in whole seconds.
  session.expires_at = std::chrono::floor<std::chrono::seconds>(tx.now()) + duration;
  const Credentials out{.AccessKeyId = session.id.value,
                        .SecretAccessKey = session.secret,
                        .SessionToken = session.token,
                        .Expiration = session.expires_at};
  tx.put(std::move(session));
  return out;
}

}  // namespace postern::api::sts
