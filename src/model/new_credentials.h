// SPDX-License-Identifier: Apache-2.0
// Fresh keys and ids in the forms that IAM and STS give theirs. Pure, given the source of ids.
#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"

namespace postern::model {

// `prefix` and 16 characters of base 32: AKIA… and ASIA… keys.
std::string new_access_key_id(IdSource& ids, std::string_view prefix);
// `prefix` and 17 such characters: AIDA… users, AROA… roles, AIPA… instance profiles.
std::string new_unique_id(IdSource& ids, std::string_view prefix);
// 40 characters of base 64.
std::string new_secret_key(IdSource& ids);
// What temporary keys must come with: long, and opaque to who holds it.
std::string new_session_token(IdSource& ids);

}  // namespace postern::model
