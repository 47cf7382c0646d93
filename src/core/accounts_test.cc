// SPDX-License-Identifier: Apache-2.0
// What the operator may ask for in an account, and what is refused.
#include "core/accounts.h"

#include <gtest/gtest.h>

#include <set>

namespace postern::core {
namespace {

using model::Account;
using model::Id;

class AccountsTest : public testing::Test {
 protected:
  std::string error_of(const NewAccount& wanted) {
    const std::size_t before = tx_.touched().size();
    const auto account = create_account(tx_, wanted);
    EXPECT_TRUE(account || tx_.touched().size() == before) << "a refusal changed something";
    return account ? "none" : account.error().message();
  }

  SeededIds ids_{1};
  model::Transaction tx_{model::World(), TimePoint(std::chrono::seconds(1)), ids_};
};

TEST_F(AccountsTest, What_is_not_given_is_made_up_in_AWS_forms) {
  const auto account = create_account(tx_, {.name = "alice"});
  ASSERT_TRUE(account);
  EXPECT_EQ(account->id.value.size(), 12U);
  EXPECT_NE(account->id.value[0], '0');
  EXPECT_EQ(account->created_at, tx_.now());
  ASSERT_EQ(account->access_keys.size(), 1U);
  const model::AccessKey& key = account->access_keys[0];
  EXPECT_EQ(key.id.size(), 20U);
  EXPECT_TRUE(key.id.starts_with("AKIA"));
  EXPECT_EQ(key.secret.size(), 40U);
  EXPECT_EQ(key.principal_arn, "arn:aws:iam::" + account->id.value + ":root");
  EXPECT_EQ(key.user_id, account->id.value);
  EXPECT_NE(tx_.world().find(account->id), nullptr);
}

TEST_F(AccountsTest, What_is_given_is_taken) {
  const auto account = create_account(tx_, {.name = "b",
                                            .id = "000000000001",
                                            .access_key_id = "KEY_of_account_b",
                                            .secret_access_key = "s+/=._-"});
  ASSERT_TRUE(account) << account.error().message();
  EXPECT_EQ(account->id.value, "000000000001");
  EXPECT_EQ(account->access_keys[0].id, "KEY_of_account_b");
  EXPECT_EQ(account->access_keys[0].secret, "s+/=._-");
}

TEST_F(AccountsTest, No_two_accounts_share_an_id_or_a_key) {
  std::set<std::string> ids;
  std::set<std::string> keys;
  for (int n = 0; n < 100; ++n) {
    const auto account = create_account(tx_, {.name = fmt::format("account-{}", n)});
    ASSERT_TRUE(account);
    ids.insert(account->id.value);
    keys.insert(account->access_keys[0].id);
  }
  EXPECT_EQ(ids.size(), 100U);
  EXPECT_EQ(keys.size(), 100U);
}

TEST_F(AccountsTest, What_is_taken_or_not_of_its_form_is_refused_in_one_sentence) {
  const std::string key = "AKIAIOSFODNN7EXAMPLE";
  ASSERT_TRUE(create_account(tx_, {.name = "alice",
                                   .id = "111111111111",
                                   .access_key_id = key,
                                   .secret_access_key = "secret"}));
  const std::string name_form = "give 1 to 64 letters, digits, dots, hyphens or underscores";
  const std::string key_form = "give 16 to 128 letters, digits or underscores";
  const std::string secret_form =
      "the secret access key has more than 128 characters, or others than letters, digits and "
      "/+=._-";
  const struct {
    const char* name;
    NewAccount wanted;
    std::string error;
  } cases[] = {
      {"no name", {.name = ""}, "'' is not an account name: " + name_form},
      {"newline in name", {.name = "a\nb"}, "'a\nb' is not an account name: " + name_form},
      {"bracket in name", {.name = "a]"}, "'a]' is not an account name: " + name_form},
      {"name of 65",
       {.name = std::string(65, 'a')},
       "'" + std::string(65, 'a') + "' is not an account name: " + name_form},
      {"name taken",
       {.name = "alice"},
       "the account name 'alice' is taken by account 111111111111"},
      {"id of 11",
       {.name = "b", .id = "11111111111"},
       "'11111111111' is not an account id: give twelve digits"},
      {"id of 13",
       {.name = "b", .id = "1111111111111"},
       "'1111111111111' is not an account id: give twelve digits"},
      {"letters in id",
       {.name = "b", .id = "11111111111a"},
       "'11111111111a' is not an account id: give twelve digits"},
      {"id taken",
       {.name = "b", .id = "111111111111"},
       "the account id 111111111111 is taken by account 'alice'"},
      {"key without secret",
       {.name = "b", .access_key_id = key + "2"},
       "an access key id and a secret access key go together: give both or neither"},
      {"secret without key",
       {.name = "b", .secret_access_key = "s"},
       "an access key id and a secret access key go together: give both or neither"},
      {"key of 15",
       {.name = "b", .access_key_id = "AKIA56789012345", .secret_access_key = "s"},
       "'AKIA56789012345' is not an access key id: " + key_form},
      {"key of 129",
       {.name = "b", .access_key_id = std::string(129, 'A'), .secret_access_key = "s"},
       "'" + std::string(129, 'A') + "' is not an access key id: " + key_form},
      {"hyphen in key",
       {.name = "b", .access_key_id = "AKIA-67890123456", .secret_access_key = "s"},
       "'AKIA-67890123456' is not an access key id: " + key_form},
      {"quote in secret",
       {.name = "b", .access_key_id = key + "2", .secret_access_key = "a'b"},
       secret_form},
      {"secret of 129",
       {.name = "b", .access_key_id = key + "2", .secret_access_key = std::string(129, 's')},
       secret_form},
      {"key taken",
       {.name = "b", .access_key_id = key, .secret_access_key = "s"},
       "the access key AKIAIOSFODNN7EXAMPLE is taken by account 'alice'"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(error_of(c.wanted), c.error);
  }
  // The longest that pass.
  EXPECT_EQ(error_of({.name = std::string(64, 'a'),
                      .access_key_id = std::string(128, 'A'),
                      .secret_access_key = std::string(128, 's')}),
            "none");
  EXPECT_EQ(error_of({.name = "b", .access_key_id = "AKIA567890123456", .secret_access_key = "s"}),
            "none");
}

TEST_F(AccountsTest, An_account_is_found_by_id_and_by_name_and_the_id_comes_first) {
  ASSERT_TRUE(create_account(tx_, {.name = "222222222222", .id = "111111111111"}));
  ASSERT_TRUE(create_account(tx_, {.name = "bob", .id = "222222222222"}));
  const model::World& world = tx_.world();
  EXPECT_EQ(find_account(world, "222222222222")->name, "bob");
  EXPECT_EQ(find_account(world, "bob")->id.value, "222222222222");
  EXPECT_EQ(find_account(world, "nobody"), nullptr);
}

TEST_F(AccountsTest, An_ensured_account_has_no_keys_and_is_made_once) {
  const Id<Account> id("000000000000");
  ensure_account(tx_, id);
  ASSERT_NE(tx_.world().find(id), nullptr);
  EXPECT_TRUE(tx_.world().find(id)->access_keys.empty());

  const auto alice = create_account(tx_, {.name = "alice", .id = "111111111111"});
  ensure_account(tx_, alice->id);
  EXPECT_EQ(tx_.world().find(alice->id)->name, "alice");
}

}  // namespace
}  // namespace postern::core
