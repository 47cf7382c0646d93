// SPDX-License-Identifier: Apache-2.0
#include "metadata/answers/role.h"

#include <fmt/format.h>

#include "model/new_credentials.h"
#include "model/policy.h"

namespace postern::metadata {
namespace {

// AWS's are good for about six hours. [EC2 user guide, "Retrieve security credentials from instance
// metadata": new ones are there "at least five minutes before the expiration of the old"]
constexpr std::chrono::hours kKeysLast{6};
constexpr std::chrono::minutes kRenewedBefore{15};

}  // namespace

const model::InstanceProfile* profile_of(const model::World& world,
                                         const model::Instance& instance) {
  for (const auto& [id, profile] : world.all<model::InstanceProfile>()) {
    if (profile->owner == instance.owner && profile->unique_id == instance.profile_id) {
      return profile.get();
    }
  }
  return nullptr;
}

const model::Role* role_of(const model::World& world, const model::Instance& instance) {
  const model::InstanceProfile* profile = profile_of(world, instance);
  return profile == nullptr || profile->roles.empty() ? nullptr : world.find(profile->roles[0]);
}

bool trusts_ec2(const model::Role& role) {
  const auto policy = model::parse_trust_policy(role.trust_policy);
  return policy && model::ask_service(*policy, {.action = "sts:AssumeRole"}, "ec2.amazonaws.com") ==
                       model::PolicyAnswer::Allowed;
}

const model::Session* keys_of(const model::World& world, const model::Instance& instance,
                              TimePoint now) {
  const model::Role* role = role_of(world, instance);
  const model::Session* newest = nullptr;
  for (const auto& [id, session] : world.all<model::Session>()) {
    // A role that was made anew under its name is another.
    if (role != nullptr && session->instance == instance.id.value && session->role == role->id &&
        session->user_id.starts_with(role->unique_id + ':') &&
        (newest == nullptr || session->expires_at > newest->expires_at)) {
      newest = session.get();
    }
  }
  return newest != nullptr && newest->expires_at - now > kRenewedBefore ? newest : nullptr;
}

void renew_keys(model::Transaction& tx, const model::Id<model::Instance>& id) {
  const model::Instance* instance = tx.world().find(id);
  const model::Role* role = instance != nullptr ? role_of(tx.world(), *instance) : nullptr;
  if (role == nullptr || !trusts_ec2(*role) ||
      keys_of(tx.world(), *instance, tx.now()) != nullptr) {
    return;
  }
  model::add_session(tx,
                     {.owner = role->owner,
                      .principal_arn = fmt::format("arn:aws:sts::{}:assumed-role/{}/{}",
                                                   role->owner, role->name, id),
                      .user_id = fmt::format("{}:{}", role->unique_id, id),
                      .role = role->id,
                      .instance = id.value},
                     kKeysLast);
}

}  // namespace postern::metadata
