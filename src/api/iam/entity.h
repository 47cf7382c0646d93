// SPDX-License-Identifier: Apache-2.0
// What users, groups, roles and instance profiles have in common: names, paths, tags, pages.
#pragma once

#include <algorithm>
#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/action/constraint.h"
#include "model/transaction.h"

namespace postern::api::iam {

struct Tag {
  std::string Key;
  std::string Value;
};
BOOST_DESCRIBE_STRUCT(Tag, (), (Key, Value))

std::vector<Tag> tag_list(const model::Tags& tags);
// `tags` with those of the request put over them; up to 50. [IAM quotas]
Result<model::Tags> with_tags(model::Tags tags, const std::vector<Tag>& more);

// `/`, or text between two of them.
Result<std::string> checked_path(const std::optional<std::string>& path);

// The caller's own of that name, or NoSuchEntity.
Result<const model::Role*> find_role(const model::World& world, const model::Caller& caller,
                                     const std::string& name);
Result<const model::User*> find_user(const model::World& world, const model::Caller& caller,
                                     const std::string& name);
Result<const model::Group*> find_group(const model::World& world, const model::Caller& caller,
                                       const std::string& name);
// The user of that name, or the user who calls.
Result<const model::User*> named_user_or_caller(const model::World& world,
                                                const model::Caller& caller,
                                                const std::optional<std::string>& name);
Result<const model::InstanceProfile*> find_profile(const model::World& world,
                                                   const model::Caller& caller,
                                                   const std::string& name);

// The caller's own customer managed policy of that ARN.
Result<const model::ManagedPolicy*> find_policy(const model::World& world,
                                                const model::Caller& caller,
                                                const std::string& arn);

// Names are not told apart by case.
template <class T>
bool is_name_taken(const model::World& world, const model::Caller& caller,
                   const std::string& name) {
  const auto same = [](char a, char b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; };
    return lower(a) == lower(b);
  };
  const auto& all = world.all<T>();
  return std::any_of(all.begin(), all.end(), [&](const auto& row) {
    return row.second->owner == caller.account &&
           std::equal(name.begin(), name.end(), row.second->name.begin(), row.second->name.end(),
                      same);
  });
}

// Which of a list's items an answer carries.
struct Page {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool truncated = false;
  std::optional<std::string> marker;  // of the next page
};

// [IAM API reference: MaxItems 1 to 1000, 100 when absent]. ValidationError for a marker that no
// answer has given.
Result<Page> page_of(std::size_t count, const std::optional<std::string>& marker,
                     const std::optional<int>& max_items);

// The caller's own below `path_prefix`, by name.
template <class T>
Result<std::vector<const T*>> below(const model::World& world, const model::Caller& caller,
                                    const std::optional<std::string>& path_prefix) {
  const std::string prefix = path_prefix.value_or("/");
  TRY(check_size("pathPrefix", prefix, {1, 512}));
  std::vector<const T*> out;
  for (const auto& [id, record] : world.all<T>()) {
    if (record->owner == caller.account && record->path.starts_with(prefix)) {
      out.push_back(record.get());
    }
  }
  return out;
}

}  // namespace postern::api::iam
