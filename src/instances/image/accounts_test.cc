// SPDX-License-Identifier: Apache-2.0
// An instance knows the system's accounts, and nobody of the host.
#include "instances/image/accounts.h"

#include <gtest/gtest.h>

namespace postern::instances {
namespace {

constexpr std::string_view kPasswd =
    "root:x:0:0:root:/root:/bin/bash\n"
    "www-data:abcdef:33:33:www-data:/var/www:/usr/sbin/nologin\n"
    "alice:x:1000:1000:Alice,,,:/home/alice:/bin/bash\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
    "+@ldap::::::\n"
    "broken line\n";
constexpr std::string_view kGroup =
    "root:x:0:\n"
    "adm:x:4:alice,www-data,bob\n"
    "alice:x:1000:\n"
    "nogroup:x:65534:\n";

TEST(Accounts, People_and_passwords_of_the_host_are_left_out) {
  EXPECT_EQ(system_users(kPasswd),
            "root:x:0:0:root:/root:/bin/bash\n"
            "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
            "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
}

TEST(Accounts, Groups_lose_the_members_that_are_left_out) {
  EXPECT_EQ(system_groups(kGroup, system_users(kPasswd)),
            "root:x:0:\nadm:x:4:www-data\nnogroup:x:65534:\n");
}

TEST(Accounts, Who_is_left_out_are_the_people) {
  const auto found = people(kPasswd);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, "alice");
  EXPECT_EQ(found[0].uid, 1000u);
  EXPECT_EQ(found[0].gid, 1000u);
  EXPECT_EQ(found[0].home, "/home/alice");
}

TEST(Accounts, Every_account_is_locked) {
  EXPECT_EQ(locked_users(kPasswd),
            "root:*::0:99999:7:::\nwww-data:*::0:99999:7:::\nnobody:*::0:99999:7:::\n");
  EXPECT_EQ(locked_groups(kGroup), "root:*::\nadm:*::\nnogroup:*::\n");
}

}  // namespace
}  // namespace postern::instances
