// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/detach.h"

#include "model/registration.h"
#include "model/target_health.h"

namespace postern::api::elbv2 {
namespace {

void forget_findings(model::Transaction& tx, const model::Target& target) {
  if (target.verdict != model::HealthVerdict::None) {
    model::Target changed = target;
    changed.verdict = model::HealthVerdict::None;
    changed.unhealthy_draining_until = {};
    tx.put(std::move(changed));
  }
}

void leave_group(model::Transaction& tx, const model::Id<model::TargetGroup>& group) {
  if (model::listener_of(tx.world(), group) != nullptr) {
    return;
  }
  const model::World before = tx.world();
  for (const model::Target* target : model::targets_of(before, group)) {
    if (model::is_draining(*target)) {
      model::end_registration(tx, *target);
    } else {
      forget_findings(tx, *target);
    }
  }
}

void end_group(model::Transaction& tx, const model::Id<model::TargetGroup>& group) {
  if (model::listener_of(tx.world(), group) != nullptr) {
    return;
  }
  const model::World before = tx.world();
  for (const model::Target* target : model::targets_of(before, group)) {
    if (model::is_draining(*target)) {
      tx.erase(target->id);
    } else {
      model::end_connections(tx, *target);
    }
  }
}

}  // namespace

void remove_listener(model::Transaction& tx, const model::Listener& listener) {
  tx.erase(model::Id<model::Listener>(listener.id));
  leave_groups(tx, listener);
}

void end_listener(model::Transaction& tx, const model::Listener& listener) {
  tx.erase(model::Id<model::Listener>(listener.id));
  for (const auto& group : model::groups_of(listener)) {
    end_group(tx, group);
  }
}

void leave_groups(model::Transaction& tx, const model::Listener& before) {
  for (const auto& group : model::groups_of(before)) {
    leave_group(tx, group);
  }
}

}  // namespace postern::api::elbv2
