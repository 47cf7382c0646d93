// SPDX-License-Identifier: Apache-2.0
// Fresh keys, ids and sessions in the forms that IAM and STS give theirs. Pure, given the source of
// ids.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "model/transaction.h"

namespace postern::model {

// `prefix` and 16 characters of base 32: AKIA… and ASIA… keys.
std::string new_access_key_id(IdSource& ids, std::string_view prefix);
// `prefix` and 17 such characters: AIDA… users, AGPA… groups, AROA… roles, AIPA… instance profiles.
std::string new_unique_id(IdSource& ids, std::string_view prefix);
// 40 characters of base 64.
std::string new_secret_key(IdSource& ids);
// What temporary keys must come with: long, and opaque to who holds it.
std::string new_session_token(IdSource& ids);

// Puts `session` with a key, a secret and a token of its own, and gives it as it is then.
Session add_session(Transaction& tx, Session session, std::chrono::seconds duration);

}  // namespace postern::model
