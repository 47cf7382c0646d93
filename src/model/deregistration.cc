// SPDX-License-Identifier: Apache-2.0
#include "model/deregistration.h"

#include <fmt/format.h>

#include "model/attributes.h"
#include "model/target_health.h"

namespace postern::model {
namespace {

Id<RetiredTarget> retired_id(std::uint32_t number) {
  return Id<RetiredTarget>(fmt::format("{}", number));
}

bool ends_connections(const TargetGroup& group) {
  return is_on(group.attributes, "deregistration_delay.connection_termination.enabled", false);
}

bool is_over(TimePoint until, TimePoint now) {
  return until != TimePoint{} && until <= now;
}

}  // namespace

std::chrono::seconds deregistration_delay(const TargetGroup& group) {
  return std::chrono::seconds(
      number(group.attributes, "deregistration_delay.timeout_seconds", 300));
}

void end_registration(Transaction& tx, const Target& target) {
  const TargetGroup* group = tx.world().find(target.target_group);
  const auto address = target_address(tx.world(), target);
  if (group != nullptr && address && !ends_connections(*group)) {
    tx.put(RetiredTarget{.id = retired_id(target.number),
                         .owner = target.owner,
                         .region = target.region,
                         .vpc = group->vpc,
                         .address = *address,
                         .port = target.port,
                         .number = target.number});
  }
  tx.erase(Id<Target>(target.id));
}

void end_connections(Transaction& tx, const Target& target) {
  Target changed = target;
  changed.number = tx.next_number();  // connections know it by the old one
  changed.verdict = HealthVerdict::None;
  changed.unhealthy_draining_until = {};
  tx.put(std::move(changed));
}

void expire_targets(Transaction& tx) {
  const World before = tx.world();
  for (const auto& [id, target] : before.all<Target>()) {
    if (is_over(target->draining_until, tx.now())) {
      end_registration(tx, *target);
    } else if (is_over(target->unhealthy_draining_until, tx.now())) {
      Target changed = *target;
      changed.unhealthy_draining_until = {};
      tx.put(std::move(changed));
    }
  }
}

void forget_retired(Transaction& tx, const std::set<std::uint32_t>& numbers) {
  for (const std::uint32_t number : numbers) {
    if (tx.world().find(retired_id(number)) != nullptr) {
      tx.erase(retired_id(number));
    }
  }
}

}  // namespace postern::model
