// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/detach.h"

#include "model/target_health.h"

namespace postern::api::elbv2 {

void remove_listener(model::Transaction& tx, const model::Listener& listener) {
  tx.erase(listener.id);
  leave_group(tx, listener.target_group);
}

void leave_group(model::Transaction& tx, const model::Id<model::TargetGroup>& group) {
  if (model::listener_of(tx.world(), group) != nullptr) {
    return;
  }
  std::vector<model::Target> targets;
  for (const model::Target* target : model::targets_of(tx.world(), group)) {
    targets.push_back(*target);
  }
  for (model::Target& target : targets) {
    if (target.draining_until != TimePoint{}) {
      tx.erase(target.id);
    } else if (target.verdict != model::HealthVerdict::None) {
      target.verdict = model::HealthVerdict::None;
      tx.put(std::move(target));
    }
  }
}

}  // namespace postern::api::elbv2
