// SPDX-License-Identifier: Apache-2.0
#include "model/programmed.h"

#include <algorithm>
#include <optional>

#include "model/endpoint_state.h"
#include "model/load_balancer_state.h"
#include "model/timing.h"

namespace postern::model {
namespace {

std::optional<EndpointEvent> awaited(const VpcEndpoint& endpoint) {
  if (endpoint.state == EndpointState::Pending) {
    return EndpointEvent::Programmed;
  }
  if (endpoint.state == EndpointState::Deleting) {
    return EndpointEvent::Removed;
  }
  return std::nullopt;
}

Passing passing(EndpointEvent event) {
  return event == EndpointEvent::Programmed ? Passing::EndpointPending : Passing::EndpointDeleting;
}

bool awaits(const LoadBalancer& load_balancer) {
  return load_balancer.state == LoadBalancerState::Provisioning;
}

// Whether the record is still the very one that was programmed.
template <class T>
bool unchanged(const World& now, const World& programmed, const Id<T>& id) {
  return now.find(id) == programmed.find(id);
}

}  // namespace

bool awaits_programming(const World& world) {
  const auto& endpoints = world.all<VpcEndpoint>();
  const auto& load_balancers = world.all<LoadBalancer>();
  return std::any_of(endpoints.begin(), endpoints.end(),
                     [](const auto& row) { return awaited(*row.second).has_value(); }) ||
         std::any_of(load_balancers.begin(), load_balancers.end(),
                     [](const auto& row) { return awaits(*row.second); });
}

void mark_programmed(Transaction& tx, const World& programmed) {
  for (const auto& [id, endpoint] : programmed.all<VpcEndpoint>()) {
    const auto event = awaited(*endpoint);
    if (event && unchanged(tx.world(), programmed, id) &&
        may_move_on(tx, passing(*event), endpoint->state_since, id.value)) {
      advance(tx, id, *event);
    }
  }
  for (const auto& [id, load_balancer] : programmed.all<LoadBalancer>()) {
    if (awaits(*load_balancer) && unchanged(tx.world(), programmed, id) &&
        may_move_on(tx, Passing::BalancerProvisioning, load_balancer->created_at, id.value)) {
      mark_active(tx, id);
    }
  }
}

}  // namespace postern::model
