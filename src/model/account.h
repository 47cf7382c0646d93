// SPDX-License-Identifier: Apache-2.0
// Accounts and their access keys, and the Caller that a verified signature gives.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/id.h"

namespace postern::model {

struct Role;
struct Session;
struct User;
struct VpcEndpoint;

// A key of the account's root.
struct AccessKey {
  std::string id;  // 16 characters or more
  std::string secret;
  std::string principal_arn;  // arn:aws:iam::<account>:root, …:user/<name>
  std::string user_id;        // what GetCallerIdentity calls UserId
};
BOOST_DESCRIBE_STRUCT(AccessKey, (), (id, secret, principal_arn, user_id))

// A tenant. Its id is AWS's twelve digits.
struct Account {
  static constexpr const char* kTable = "account";
  Id<Account> id;
  std::string name;
  std::vector<AccessKey> access_keys;
  std::vector<std::string> regions;  // regions that have had their default VPC made
  TimePoint created_at;
};
BOOST_DESCRIBE_STRUCT(Account, (), (id, name, access_keys, regions, created_at))

// How a request came that came through a VPC endpoint.
struct Passage {
  Id<VpcEndpoint> endpoint;
  std::string address;  // that it was sent from, in the endpoint's VPC
};

// Who makes a request, and in which region.
struct Caller {
  Id<Account> account;
  std::string region;
  std::string principal_arn;
  std::string user_id;
  Id<User> user;        // the IAM user who signed, or whose session it is
  Id<Role> role;        // the role whose session it is
  Id<Session> session;  // of temporary credentials
  std::optional<Passage> passage;
};

// Whether it is the account itself: its root may do everything in it.
inline bool is_root(const Caller& caller) {
  return caller.user.empty() && caller.role.empty() &&
         caller.principal_arn == fmt::format("arn:aws:iam::{}:root", caller.account);
}

// Whether `record` is the caller's own, in the caller's region. Other accounts' resources do not
// exist for a caller.
template <class T>
bool owns(const Caller& caller, const T& record) {
  return record.owner == caller.account && record.region == caller.region;
}

}  // namespace postern::model
