// SPDX-License-Identifier: Apache-2.0
#include "api/iam/entity.h"

#include <charconv>

namespace postern::api::iam {
namespace {

constexpr std::size_t kTagsMax = 50;
constexpr int kPageDefault = 100;

}  // namespace

std::vector<Tag> tag_list(const model::Tags& tags) {
  std::vector<Tag> out;
  for (const auto& [key, value] : tags) {
    out.push_back({.Key = key, .Value = value});
  }
  return out;
}

Result<model::Tags> with_tags(model::Tags tags, const std::vector<Tag>& more) {
  for (const Tag& tag : more) {
    TRY(check_size("tags.member.key", tag.Key, {1, 128}));
    TRY(check_size("tags.member.value", tag.Value, {0, 256}));
    if (tag.Key.starts_with("aws:")) {
      return refuse(faults::InvalidInput,
                    "Tag keys that begin with 'aws:' are reserved: '{}' cannot be set", tag.Key);
    }
    tags[tag.Key] = tag.Value;
  }
  if (tags.size() > kTagsMax) {
    return refuse(faults::LimitExceeded, "The number of tags has reached the maximum limit.");
  }
  return tags;
}

Result<std::string> checked_path(const std::optional<std::string>& path) {
  const std::string out = path.value_or("/");
  TRY(check_size("path", out, {1, 512}));
  const bool plain =
      std::all_of(out.begin(), out.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!plain || !out.starts_with('/') || !out.ends_with('/')) {
    return refuse(
        faults::ValidationError,
        "The specified value for path is invalid. It must begin and end with / and contain "
        "only alphanumeric characters and/or / characters.");
  }
  return out;
}

Result<const model::Role*> find_role(const model::World& world, const model::Caller& caller,
                                     const std::string& name) {
  TRY(check_iam_name("roleName", name, {1, 64}));
  const auto* role = world.find(model::iam_id<model::Role>(caller.account, name));
  if (role == nullptr) {
    return refuse(faults::NoSuchEntity, "The role with name {} cannot be found.", name);
  }
  return role;
}

Result<const model::User*> find_user(const model::World& world, const model::Caller& caller,
                                     const std::string& name) {
  TRY(check_iam_name("userName", name, {1, 128}));
  const auto* user = world.find(model::iam_id<model::User>(caller.account, name));
  if (user == nullptr) {
    return refuse(faults::NoSuchEntity, "The user with name {} cannot be found.", name);
  }
  return user;
}

Result<const model::Group*> find_group(const model::World& world, const model::Caller& caller,
                                       const std::string& name) {
  TRY(check_iam_name("groupName", name, {1, 128}));
  const auto* group = world.find(model::iam_id<model::Group>(caller.account, name));
  if (group == nullptr) {
    return refuse(faults::NoSuchEntity, "The group with name {} cannot be found.", name);
  }
  return group;
}

Result<const model::User*> named_user_or_caller(const model::World& world,
                                                const model::Caller& caller,
                                                const std::optional<std::string>& name) {
  if (name) {
    return find_user(world, caller, *name);
  }
  const auto* user = world.find(caller.user);
  if (user == nullptr) {
    return refuse(faults::ValidationError,
                  "Must specify userName when calling with non-User credentials");
  }
  return user;
}

Result<const model::InstanceProfile*> find_profile(const model::World& world,
                                                   const model::Caller& caller,
                                                   const std::string& name) {
  TRY(check_iam_name("instanceProfileName", name, {1, 128}));
  const auto* profile = world.find(model::iam_id<model::InstanceProfile>(caller.account, name));
  if (profile == nullptr) {
    return refuse(faults::NoSuchEntity, "Instance Profile {} cannot be found.", name);
  }
  return profile;
}

Result<const model::ManagedPolicy*> find_policy(const model::World& world,
                                                const model::Caller& caller,
                                                const std::string& arn) {
  TRY(check_size("policyArn", arn, {20, 2048}));
  const auto* policy = world.find(model::Id<model::ManagedPolicy>(arn));
  if (policy == nullptr || policy->owner != caller.account) {
    return refuse(faults::NoSuchEntity, "Policy {} was not found.", arn);
  }
  return policy;
}

Result<Page> page_of(std::size_t count, const std::optional<std::string>& marker,
                     const std::optional<int>& max_items) {
  TRY(check_number("maxItems", max_items.value_or(kPageDefault), {1, 1000}));
  Page page;
  if (marker) {
    const char* end = marker->data() + marker->size();
    const auto [at, wrong] = std::from_chars(marker->data(), end, page.begin);
    if (wrong != std::errc{} || at != end || page.begin > count) {
      return refuse(faults::ValidationError, "Invalid Marker: {}", *marker);
    }
  }
  page.end =
      std::min(count, page.begin + static_cast<std::size_t>(max_items.value_or(kPageDefault)));
  page.truncated = page.end < count;
  if (page.truncated) {
    page.marker = fmt::format("{}", page.end);
  }
  return page;
}

}  // namespace postern::api::iam
