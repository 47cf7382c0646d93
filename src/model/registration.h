// SPDX-License-Identifier: Apache-2.0
// How a target's registration begins and ends, and what becomes of the connections on it.
// [docs/adr/0008]
// [NLB guide, "Deregistration delay", "Connection termination"]
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>

#include "model/transaction.h"

namespace postern::model {

// The registration of an instance or an address at `port`, which the group's own is unless another
// is named. An IPv6 address may be written in several ways, and is one target.
Target registration(const TargetGroup& group, const std::string& target_id,
                    const std::optional<int>& port = std::nullopt);

// Puts a new registration, or the one that is there back to work: registering a target that drains
// undoes its deregistration, and any other that is there is left alone.
void begin_registration(Transaction& tx, Target target);

// The registrations that `alb` stands for: an Application Load Balancer is registered as its nodes.
// The registration itself where the group is of another type.
std::vector<Target> nodes_of(const World& world, const TargetGroup& group, const Target& target);

// Registers nodes of the ALB where it is a target, and those no longer that it has no more.
void follow_nodes(Transaction& tx, const LoadBalancer& alb);

// A target that takes traffic drains for the group's delay; without a listener, or without a delay,
// its registration ends at once. Nothing happens to one that is not registered, or drains already.
// [API reference, DeregisterTargets; NLB guide, "Deregistration delay"]
void begin_deregistration(Transaction& tx, const Id<Target>& id);

// deregistration_delay.timeout_seconds of the group, 300 unless set.
std::chrono::seconds deregistration_delay(const TargetGroup& group);

// The registration is over, its delay included. Its established connections live on, unless the
// group says that they end (deregistration_delay.connection_termination.enabled).
void end_registration(Transaction& tx, const Target& target);

// The target stays registered, and all connections on it end.
void end_connections(Transaction& tx, const Target& target);

// Ends what is over at tx.now(): the deregistration delay of targets, and the time for which
// unhealthy ones keep their connections.
void expire_targets(Transaction& tx);

// Forgets the retired targets of `numbers`: no connection is on them any more.
void forget_retired(Transaction& tx, const std::set<std::uint32_t>& numbers);

}  // namespace postern::model
