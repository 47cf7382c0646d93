// SPDX-License-Identifier: Apache-2.0
#include "model/registration.h"

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

Target registration(const TargetGroup& group, const std::string& target_id,
                    const std::optional<int>& port) {
  const auto address = IpAddress::parse(target_id);
  Target target{.owner = group.owner,
                .region = group.region,
                .target_group = group.id,
                .target_id = address ? address->text() : target_id,
                .port = port.value_or(group.port)};
  target.id = target_key(group.id, target.target_id, target.port);
  return target;
}

std::vector<Target> nodes_of(const World& world, const TargetGroup& group, const Target& target) {
  if (group.target_type != "alb") {
    return {target};
  }
  std::vector<Target> nodes;
  if (const auto* alb = world.find(Id<LoadBalancer>(target.target_id))) {
    for (const LoadBalancerZone& zone : alb->zones) {
      Target node = target;
      node.id = alb_node_key(target.id, zone.zone);
      node.zone = zone.zone;
      nodes.push_back(std::move(node));
    }
  }
  return nodes;
}

void follow_nodes(Transaction& tx, const LoadBalancer& alb) {
  const World before = tx.world();
  for (const auto& [id, target] : before.all<Target>()) {
    if (target->target_id != alb.id.value || is_draining(*target)) {
      continue;
    }
    const auto* group = before.find(target->target_group);
    const Target whole = registration(*group, target->target_id, target->port);
    for (Target& node : nodes_of(before, *group, whole)) {
      begin_registration(tx, std::move(node));
    }
    if (alb_node(before, *target) == nullptr) {
      tx.erase(id);
    }
  }
}

void begin_registration(Transaction& tx, Target target) {
  const Target* there = tx.world().find(target.id);
  if (there != nullptr && !is_draining(*there)) {
    return;
  }
  target.number = there != nullptr ? there->number : tx.next_number();
  target.registered_at = tx.now();
  tx.put(std::move(target));
}

void begin_deregistration(Transaction& tx, const Id<Target>& id) {
  const Target* there = tx.world().find(id);
  const TargetGroup* group = there != nullptr ? tx.world().find(there->target_group) : nullptr;
  if (group == nullptr || is_draining(*there)) {
    return;
  }
  Target target = *there;
  const auto delay = deregistration_delay(*group);
  if (listener_of(tx.world(), group->id) == nullptr || delay.count() <= 0) {
    end_registration(tx, target);
    return;
  }
  target.draining_until = tx.now() + delay;
  tx.put(std::move(target));
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
