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

// Of the groups of a listener that is no more, or forwards to others: `visit` is called with each
// target of those that no listener forwards to.
template <class Visit>
void for_each_left(model::Transaction& tx, const model::Listener& before, Visit visit) {
  const model::World world = tx.world();
  for (const auto& group : model::groups_of(before)) {
    if (model::listener_of(world, group) != nullptr) {
      continue;
    }
    for (const model::Target* target : model::targets_of(world, group)) {
      visit(*target);
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
  for_each_left(tx, listener, [&](const model::Target& target) {
    if (model::is_draining(target)) {
      tx.erase(target.id);
    } else {
      model::end_connections(tx, target);
    }
  });
}

void leave_groups(model::Transaction& tx, const model::Listener& before) {
  for_each_left(tx, before, [&](const model::Target& target) {
    if (model::is_draining(target)) {
      model::end_registration(tx, target);
    } else {
      forget_findings(tx, target);
    }
  });
}

}  // namespace postern::api::elbv2
