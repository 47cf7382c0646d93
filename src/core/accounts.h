// SPDX-License-Identifier: Apache-2.0
// Accounts, as the operator makes them. AWS makes its own elsewhere; these rules are Postern's.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/transaction.h"

namespace postern::core {

// What the operator asks for. What is empty is made up: an unused id, a key of AWS's form.
struct NewAccount {
  std::string name;
  std::string id;                 // twelve digits
  std::string access_key_id;      // 16 to 128 letters, digits or underscores, as AWS's
  std::string secret_access_key;  // given if and only if the key id is
};

// Puts the account with its root's access key. Refused when the name, the id or the key id is taken
// or is not of its form.
Result<model::Account> create_account(model::Transaction& tx, const NewAccount& wanted);

// Puts an account without keys unless there is one of this id: what a caller in lenient mode is.
void ensure_account(model::Transaction& tx, const model::Id<model::Account>& id);

// The account with this id, or else this name; null if there is none.
const model::Account* find_account(const model::World& world, std::string_view id_or_name);

}  // namespace postern::core
