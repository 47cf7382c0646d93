// SPDX-License-Identifier: Apache-2.0
#include "core/accounts.h"

#include <algorithm>

#include "model/new_credentials.h"

namespace postern::core {
namespace {

using model::AccessKey;
using model::Account;
using model::Id;

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";

constexpr std::size_t kNameBytesMax = 64;
constexpr std::size_t kSecretLengthMax = 128;

bool consists_of(std::string_view text, std::initializer_list<std::string_view> alphabets) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return std::any_of(alphabets.begin(), alphabets.end(), [&](std::string_view alphabet) {
      return alphabet.find(c) != std::string_view::npos;
    });
  });
}

Result<> check_name(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax ||
      !consists_of(name, {kUpper, kLower, kDigits, "._-"})) {
    return refuse(faults::InvalidParameterValue,
                  "'{}' is not an account name: give 1 to {} letters, digits, dots, hyphens or "
                  "underscores",
                  name, kNameBytesMax);
  }
  return {};
}

Result<> check_id(std::string_view id) {
  if (id.size() != 12 || !consists_of(id, {kDigits})) {
    return refuse(faults::InvalidParameterValue, "'{}' is not an account id: give twelve digits",
                  id);
  }
  return {};
}

// AWS's own limits. [IAM API reference, AccessKey: AccessKeyId]
Result<> check_key(const NewAccount& wanted) {
  const std::string& id = wanted.access_key_id;
  if (id.empty() != wanted.secret_access_key.empty()) {
    return refuse(faults::InvalidParameterCombination,
                  "an access key id and a secret access key go together: give both or neither");
  }
  if (!id.empty() &&
      (id.size() < 16 || id.size() > 128 || !consists_of(id, {kUpper, kLower, kDigits, "_"}))) {
    return refuse(faults::InvalidParameterValue,
                  "'{}' is not an access key id: give 16 to 128 letters, digits or underscores",
                  id);
  }
  // What a shell and an ini file take as it is.
  if (wanted.secret_access_key.size() > kSecretLengthMax ||
      !consists_of(wanted.secret_access_key, {kUpper, kLower, kDigits, "+/=._-"})) {
    return refuse(faults::InvalidParameterValue,
                  "the secret access key has more than {} characters, or others than letters, "
                  "digits and /+=._-",
                  kSecretLengthMax);
  }
  return {};
}

const Account* holder_of_key(const model::World& world, std::string_view key_id) {
  for (const auto& [id, account] : world.all<Account>()) {
    if (std::any_of(account->access_keys.begin(), account->access_keys.end(),
                    [&](const AccessKey& key) { return key.id == key_id; })) {
      return account.get();
    }
  }
  return nullptr;
}

Result<> check_not_taken(const model::World& world, const NewAccount& wanted) {
  for (const auto& [id, account] : world.all<Account>()) {
    if (id.value == wanted.id) {
      return refuse(faults::InvalidParameterValue, "the account id {} is taken by account '{}'", id,
                    account->name);
    }
    if (account->name == wanted.name) {
      return refuse(faults::InvalidParameterValue, "the account name '{}' is taken by account {}",
                    wanted.name, id);
    }
  }
  for (const auto& [id, user] : world.all<model::User>()) {
    if (std::any_of(user->keys.begin(), user->keys.end(),
                    [&](const model::UserKey& key) { return key.id == wanted.access_key_id; })) {
      return refuse(faults::InvalidParameterValue, "the access key {} is taken by user '{}' of {}",
                    wanted.access_key_id, user->name, user->owner);
    }
  }
  if (const Account* holder = holder_of_key(world, wanted.access_key_id)) {
    return refuse(faults::InvalidParameterValue, "the access key {} is taken by account '{}'",
                  wanted.access_key_id, holder->name);
  }
  return {};
}

Id<Account> unused_id(model::Transaction& tx) {
  while (true) {
    // Not beginning with 0, which spreadsheets and scripts lose.
    const Id<Account> id(fmt::format("{}", 100'000'000'000 + tx.ids().next() % 900'000'000'000));
    if (tx.world().find(id) == nullptr) {
      return id;
    }
  }
}

AccessKey root_key(const Id<Account>& account, std::string id, std::string secret) {
  return {.id = std::move(id),
          .secret = std::move(secret),
          .principal_arn = fmt::format("arn:aws:iam::{}:root", account),
          .user_id = account.value};
}

}  // namespace

Result<Account> create_account(model::Transaction& tx, const NewAccount& wanted) {
  TRY(check_name(wanted.name));
  if (!wanted.id.empty()) {
    TRY(check_id(wanted.id));
  }
  TRY(check_key(wanted));
  TRY(check_not_taken(tx.world(), wanted));

  Account account{.id = wanted.id.empty() ? unused_id(tx) : Id<Account>(wanted.id),
                  .name = wanted.name,
                  .created_at = tx.now()};
  account.access_keys.push_back(
      wanted.access_key_id.empty()
          ? root_key(account.id, model::new_access_key_id(tx.ids(), "AKIA"),
                     model::new_secret_key(tx.ids()))
          : root_key(account.id, wanted.access_key_id, wanted.secret_access_key));
  tx.put(account);
  return account;
}

void ensure_account(model::Transaction& tx, const Id<Account>& id) {
  if (tx.world().find(id) == nullptr) {
    tx.put(Account{.id = id, .name = id.value, .created_at = tx.now()});
  }
}

const Account* find_account(const model::World& world, std::string_view id_or_name) {
  if (const Account* account = world.find(Id<Account>(std::string(id_or_name)))) {
    return account;
  }
  for (const auto& [id, account] : world.all<Account>()) {
    if (account->name == id_or_name) {
      return account.get();
    }
  }
  return nullptr;
}

}  // namespace postern::core
