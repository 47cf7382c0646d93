// SPDX-License-Identifier: Apache-2.0
#include "daemon/housekeeping.h"

#include "api/autoscaling/launch.h"
#include "model/cross_region.h"
#include "model/domain_verification.h"
#include "model/endpoint_state.h"
#include "model/faults.h"
#include "model/instance_state.h"
#include "model/registration.h"

namespace postern::daemon {
namespace {

// AWS does not document how long it keeps tokens for most actions; RunInstances says 24 hours.
// [EC2 API reference, "Ensuring idempotency"]
constexpr std::chrono::hours kTokensKept{24};

void forget_old_tokens(model::Transaction& tx) {
  std::vector<model::Id<model::ClientToken>> old;
  for (const auto& [id, token] : tx.world().all<model::ClientToken>()) {
    if (tx.now() - token->created_at >= kTokensKept) {
      old.push_back(id);
    }
  }
  for (const auto& id : old) {
    tx.erase(id);
  }
}

// As long as somebody may still be told that it has expired, and not that it never was.
constexpr std::chrono::hours kSessionsKept{24};

void forget_old_sessions(model::Transaction& tx) {
  std::vector<model::Id<model::Session>> old;
  for (const auto& [id, session] : tx.world().all<model::Session>()) {
    if (tx.now() - session->expires_at >= kSessionsKept) {
      old.push_back(id);
    }
  }
  for (const auto& id : old) {
    tx.erase(id);
  }
}

// GetChange is asked right after a change.
constexpr std::chrono::hours kZoneChangesKept{24};

void forget_old_zone_changes(model::Transaction& tx) {
  std::vector<model::Id<model::ZoneChange>> old;
  for (const auto& [id, change] : tx.world().all<model::ZoneChange>()) {
    if (tx.now() - change->submitted_at >= kZoneChangesKept) {
      old.push_back(id);
    }
  }
  for (const auto& id : old) {
    tx.erase(id);
  }
}

}  // namespace

void tidy(model::Transaction& tx) {
  model::forget_old_terminated(tx);
  model::forget_old_deleted_endpoints(tx);
  forget_old_tokens(tx);
  forget_old_sessions(tx);
  forget_old_zone_changes(tx);
  model::verify_domains(tx);
  model::expire_targets(tx);
  model::end_faults(tx);
  model::leave_unhealthy_zones(tx);
  auto_scaling::keep(tx, api::autoscaling::launch_instance);
}

bool needs_tidying(const model::World& world, TimePoint now) {
  SeededIds unused(0);
  model::Transaction trial(world, now, unused);
  tidy(trial);
  return !trial.touched().empty();
}

}  // namespace postern::daemon
