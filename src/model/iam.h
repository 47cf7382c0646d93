// SPDX-License-Identifier: Apache-2.0
// IAM's users, groups, roles and instance profiles, and the sessions that STS gives out.
#pragma once

#include <boost/describe/class.hpp>
#include <map>
#include <string>
#include <vector>

#include "model/account.h"
#include "model/tags.h"

namespace postern::model {

// What a user, a group of users or a role may do: policy documents by name, and the ARNs of managed
// policies.
struct PermissionPolicies {
  std::map<std::string, std::string> documents;
  std::vector<std::string> attached;
};
BOOST_DESCRIBE_STRUCT(PermissionPolicies, (), (documents, attached))

// Users whom the same policies allow and deny, beside their own. Who is in it, they say.
struct Group {
  static constexpr const char* kTable = "iam_group";
  Id<Group> id;  // <account>/<name>
  Id<Account> owner;
  std::string name;
  std::string path;
  std::string unique_id;  // AGPA…
  PermissionPolicies policies;
  TimePoint created_at;
};
BOOST_DESCRIBE_STRUCT(Group, (), (id, owner, name, path, unique_id, policies, created_at))

struct UserKey {
  std::string id;  // AKIA…
  std::string secret;
  bool active = true;
  TimePoint created_at;
};
BOOST_DESCRIBE_STRUCT(UserKey, (), (id, secret, active, created_at))

struct User {
  static constexpr const char* kTable = "iam_user";
  Id<User> id;  // <account>/<name>
  Id<Account> owner;
  std::string name;
  std::string path;       // /, /teams/net/
  std::string unique_id;  // AIDA…: a later user of this name has another
  PermissionPolicies policies;
  std::vector<UserKey> keys;
  std::vector<Id<Group>> groups;
  Tags tags;
  TimePoint created_at;
};
BOOST_DESCRIBE_STRUCT(User, (),
                      (id, owner, name, path, unique_id, policies, keys, groups, tags, created_at))

struct Role {
  static constexpr const char* kTable = "iam_role";
  Id<Role> id;  // <account>/<name>
  Id<Account> owner;
  std::string name;
  std::string path;
  std::string unique_id;     // AROA…
  std::string trust_policy;  // who may assume it, as it was written
  std::string description;
  int max_session_seconds = 3600;
  PermissionPolicies policies;
  Tags tags;
  TimePoint created_at;
};
BOOST_DESCRIBE_STRUCT(Role, (),
                      (id, owner, name, path, unique_id, trust_policy, description,
                       max_session_seconds, policies, tags, created_at))

struct InstanceProfile {
  static constexpr const char* kTable = "iam_instance_profile";
  Id<InstanceProfile> id;  // <account>/<name>
  Id<Account> owner;
  std::string name;
  std::string path;
  std::string unique_id;        // AIPA…
  std::vector<Id<Role>> roles;  // at most one
  Tags tags;
  TimePoint created_at;
};
BOOST_DESCRIBE_STRUCT(InstanceProfile, (),
                      (id, owner, name, path, unique_id, roles, tags, created_at))

// One wording of a customer managed policy.
struct PolicyVersion {
  int number = 1;  // v1
  std::string document;
  TimePoint created_at;
};
BOOST_DESCRIBE_STRUCT(PolicyVersion, (), (number, document, created_at))

// A policy of the account's own, which its users, groups and roles may have attached.
struct ManagedPolicy {
  static constexpr const char* kTable = "iam_policy";
  Id<ManagedPolicy> id;  // its ARN
  Id<Account> owner;
  std::string name;
  std::string path;
  std::string unique_id;  // ANPA…
  std::string description;
  std::vector<PolicyVersion> versions;  // the oldest first
  int default_version = 1;
  int last_version = 1;  // numbers are not used again
  Tags tags;
  TimePoint created_at;
  TimePoint updated_at;
};
BOOST_DESCRIBE_STRUCT(ManagedPolicy, (),
                      (id, owner, name, path, unique_id, description, versions, default_version,
                       last_version, tags, created_at, updated_at))

// Temporary credentials: a key, its secret, and the token that must come with it.
struct Session {
  static constexpr const char* kTable = "iam_session";
  Id<Session> id;  // the access key id, ASIA…
  Id<Account> owner;
  std::string secret;
  std::string token;
  std::string principal_arn;  // arn:aws:sts::<account>:assumed-role/<role>/<session>, or the user's
  std::string user_id;        // AROA…:<session>, or the user's
  Id<Role> role;              // whose session it is; empty for GetSessionToken's
  Id<User> user;              // likewise; both are empty for the account's root
  std::string instance;       // i-…, which was given them with its profile
  std::string policy;         // takes away from what the role may do; empty: nothing
  TimePoint created_at;
  TimePoint expires_at;
};
BOOST_DESCRIBE_STRUCT(Session, (),
                      (id, owner, secret, token, principal_arn, user_id, role, user, instance,
                       policy, created_at, expires_at))

// The record's id: names are an account's own.
template <class T>
Id<T> iam_id(const Id<Account>& account, const std::string& name) {
  return Id<T>(account.value + '/' + name);
}

inline std::string arn_of(const User& user) {
  return fmt::format("arn:aws:iam::{}:user{}{}", user.owner, user.path, user.name);
}
inline std::string arn_of(const Group& group) {
  return fmt::format("arn:aws:iam::{}:group{}{}", group.owner, group.path, group.name);
}
inline std::string arn_of(const Role& role) {
  return fmt::format("arn:aws:iam::{}:role{}{}", role.owner, role.path, role.name);
}
inline std::string arn_of(const InstanceProfile& profile) {
  return fmt::format("arn:aws:iam::{}:instance-profile{}{}", profile.owner, profile.path,
                     profile.name);
}

}  // namespace postern::model
