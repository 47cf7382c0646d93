// SPDX-License-Identifier: Apache-2.0
// Instance profiles: what an instance is given a role by. [IAM API reference 2010-05-08]
#include "api/iam/actions.h"
#include "api/iam/role.h"
#include "model/new_credentials.h"

namespace postern::api::iam {
namespace {

struct InstanceProfile {
  std::string Path;
  std::string InstanceProfileName;
  std::string InstanceProfileId;
  std::string Arn;
  TimePoint CreateDate;
  std::vector<Role> Roles;
  std::optional<std::vector<Tag>> Tags;
};
BOOST_DESCRIBE_STRUCT(InstanceProfile, (),
                      (Path, InstanceProfileName, InstanceProfileId, Arn, CreateDate, Roles, Tags))

InstanceProfile described(const model::World& world, const model::InstanceProfile& from) {
  InstanceProfile out{.Path = from.path,
                      .InstanceProfileName = from.name,
                      .InstanceProfileId = from.unique_id,
                      .Arn = model::arn_of(from),
                      .CreateDate = from.created_at};
  for (const auto& id : from.roles) {
    if (const auto* role = world.find(id)) {
      out.Roles.push_back(listed(*role));
    }
  }
  if (!from.tags.empty()) {
    out.Tags = tag_list(from.tags);
  }
  return out;
}

struct ProfileAnswer {
  InstanceProfile InstanceProfile_;
};
BOOST_DESCRIBE_STRUCT(ProfileAnswer, (), (InstanceProfile_))

struct CreateInstanceProfileRequest {
  std::string InstanceProfileName;
  std::optional<std::string> Path;
  std::vector<Tag> Tags;
};
BOOST_DESCRIBE_STRUCT(CreateInstanceProfileRequest, (), (InstanceProfileName, Path, Tags))

Result<ProfileAnswer> create_instance_profile(model::Transaction& tx, const model::Caller& caller,
                                              const CreateInstanceProfileRequest& request) {
  const std::string& name = request.InstanceProfileName;
  TRY(check_iam_name("instanceProfileName", name, {1, 128}));
  TRY_ASSIGN(const std::string path, checked_path(request.Path));
  TRY_ASSIGN(auto tags, with_tags({}, request.Tags));
  if (is_name_taken<model::InstanceProfile>(tx.world(), caller, name)) {
    return refuse(faults::EntityAlreadyExists, "Instance Profile {} already exists.", name);
  }
  const model::InstanceProfile profile{
      .id = model::iam_id<model::InstanceProfile>(caller.account, name),
      .owner = caller.account,
      .name = name,
      .path = path,
      .unique_id = model::new_unique_id(tx.ids(), "AIPA"),
      .tags = std::move(tags),
      .created_at = tx.now()};
  tx.put(profile);
  return ProfileAnswer{.InstanceProfile_ = described(tx.world(), profile)};
}

struct ProfileRequest {
  std::string InstanceProfileName;
};
BOOST_DESCRIBE_STRUCT(ProfileRequest, (), (InstanceProfileName))

Result<ProfileAnswer> get_instance_profile(const View& view, const ProfileRequest& request) {
  TRY_ASSIGN(const auto* profile,
             find_profile(view.world, view.caller, request.InstanceProfileName));
  return ProfileAnswer{.InstanceProfile_ = described(view.world, *profile)};
}

Result<Nothing> delete_instance_profile(model::Transaction& tx, const model::Caller& caller,
                                        const ProfileRequest& request) {
  TRY_ASSIGN(const auto* profile, find_profile(tx.world(), caller, request.InstanceProfileName));
  if (!profile->roles.empty()) {
    return refuse(faults::DeleteConflict,
                  "Cannot delete entity, must remove roles from instance profile first.");
  }
  tx.erase(model::Id<model::InstanceProfile>(profile->id));
  return Nothing{};
}

struct ProfilesAnswer {
  std::vector<InstanceProfile> InstanceProfiles;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
};
BOOST_DESCRIBE_STRUCT(ProfilesAnswer, (), (InstanceProfiles, IsTruncated, Marker))

Result<ProfilesAnswer> answer(const model::World& world,
                              const std::vector<const model::InstanceProfile*>& all,
                              const Page& page) {
  ProfilesAnswer out{.IsTruncated = page.truncated, .Marker = page.marker};
  for (std::size_t i = page.begin; i < page.end; ++i) {
    out.InstanceProfiles.push_back(described(world, *all[i]));
  }
  return out;
}

struct ListInstanceProfilesRequest {
  std::optional<std::string> PathPrefix;
  std::optional<std::string> Marker;
  std::optional<int> MaxItems;
};
BOOST_DESCRIBE_STRUCT(ListInstanceProfilesRequest, (), (PathPrefix, Marker, MaxItems))

Result<ProfilesAnswer> list_instance_profiles(const View& view,
                                              const ListInstanceProfilesRequest& request) {
  TRY_ASSIGN(const auto all,
             below<model::InstanceProfile>(view.world, view.caller, request.PathPrefix));
  TRY_ASSIGN(const Page page, page_of(all.size(), request.Marker, request.MaxItems));
  return answer(view.world, all, page);
}

struct ListInstanceProfilesForRoleRequest {
  std::string RoleName;
  std::optional<std::string> Marker;
  std::optional<int> MaxItems;
};
BOOST_DESCRIBE_STRUCT(ListInstanceProfilesForRoleRequest, (), (RoleName, Marker, MaxItems))

Result<ProfilesAnswer> list_instance_profiles_for_role(
    const View& view, const ListInstanceProfilesForRoleRequest& request) {
  TRY_ASSIGN(const auto* role, find_role(view.world, view.caller, request.RoleName));
  std::vector<const model::InstanceProfile*> all;
  for (const auto& [id, profile] : view.world.all<model::InstanceProfile>()) {
    if (std::find(profile->roles.begin(), profile->roles.end(), role->id) != profile->roles.end()) {
      all.push_back(profile.get());
    }
  }
  TRY_ASSIGN(const Page page, page_of(all.size(), request.Marker, request.MaxItems));
  return answer(view.world, all, page);
}

struct ProfileAndRoleRequest {
  std::string InstanceProfileName;
  std::string RoleName;
};
BOOST_DESCRIBE_STRUCT(ProfileAndRoleRequest, (), (InstanceProfileName, RoleName))

Result<Nothing> add_role(model::Transaction& tx, const model::Caller& caller,
                         const ProfileAndRoleRequest& request) {
  TRY_ASSIGN(const auto* profile, find_profile(tx.world(), caller, request.InstanceProfileName));
  TRY_ASSIGN(const auto* role, find_role(tx.world(), caller, request.RoleName));
  if (!profile->roles.empty()) {
    return refuse(faults::LimitExceeded,
                  "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
  }
  model::InstanceProfile changed = *profile;
  changed.roles.push_back(role->id);
  tx.put(std::move(changed));
  return Nothing{};
}

Result<Nothing> remove_role(model::Transaction& tx, const model::Caller& caller,
                            const ProfileAndRoleRequest& request) {
  TRY_ASSIGN(const auto* profile, find_profile(tx.world(), caller, request.InstanceProfileName));
  model::InstanceProfile changed = *profile;
  if (std::erase(changed.roles, model::iam_id<model::Role>(caller.account, request.RoleName)) ==
      0) {
    return refuse(faults::NoSuchEntity, "The role with name {} cannot be found.", request.RoleName);
  }
  tx.put(std::move(changed));
  return Nothing{};
}

}  // namespace

std::vector<Action> instance_profile_actions() {
  return {write<create_instance_profile>("CreateInstanceProfile"),
          read<get_instance_profile>("GetInstanceProfile"),
          write<delete_instance_profile>("DeleteInstanceProfile"),
          read<list_instance_profiles>("ListInstanceProfiles"),
          read<list_instance_profiles_for_role>("ListInstanceProfilesForRole"),
          write<add_role>("AddRoleToInstanceProfile"),
          write<remove_role>("RemoveRoleFromInstanceProfile")};
}

}  // namespace postern::api::iam
