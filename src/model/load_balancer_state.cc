// SPDX-License-Identifier: Apache-2.0
#include "model/load_balancer_state.h"

namespace postern::model {

std::string_view text(LoadBalancerState state) {
  switch (state) {
    case LoadBalancerState::Provisioning:
      return "provisioning";
    case LoadBalancerState::Active:
      return "active";
    case LoadBalancerState::Failed:
      break;
  }
  return "failed";
}

bool mark_active(Transaction& tx, const Id<LoadBalancer>& id) {
  const LoadBalancer* found = tx.world().find(id);
  if (found == nullptr || found->state != LoadBalancerState::Provisioning) {
    return false;
  }
  LoadBalancer changed = *found;
  changed.state = LoadBalancerState::Active;
  tx.put(std::move(changed));
  return true;
}

}  // namespace postern::model
