// SPDX-License-Identifier: Apache-2.0
// The host's account files without its people and passwords. Texts in, texts out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::instances {

// /etc/passwd with the system's accounts only: ids below 1000, where Debian's people begin
// (/etc/adduser.conf), and nobody.
std::string system_users(std::string_view passwd);

// /etc/group likewise, without members who are not in `users`, a passwd text.
std::string system_groups(std::string_view group, std::string_view users);

// The accounts that system_users() leaves out.
struct Person {
  std::string name;
  unsigned uid = 0;
  unsigned gid = 0;
  std::string home;
};
std::vector<Person> people(std::string_view passwd);

// An /etc/shadow in which no account of `passwd` has a password.
std::string locked_users(std::string_view passwd);

// An /etc/gshadow in which no group of `group` has one.
std::string locked_groups(std::string_view group);

}  // namespace postern::instances
