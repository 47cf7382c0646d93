// SPDX-License-Identifier: Apache-2.0
#include "model/endpoint_state.h"

#include <chrono>

namespace postern::model {
namespace {

// The provider's list keeps a deleted connection for a while; the consumer's does not.
constexpr std::chrono::hours kDeletedKept{1};

struct Step {
  EndpointState from;
  EndpointEvent event;
  EndpointState to;
};

using enum EndpointState;
constexpr Step kSteps[] = {
    {PendingAcceptance, EndpointEvent::Accept, Pending},
    {PendingAcceptance, EndpointEvent::Reject, Rejected},
    {PendingAcceptance, EndpointEvent::Modify, PendingAcceptance},
    {PendingAcceptance, EndpointEvent::Delete, Deleting},
    {Pending, EndpointEvent::Programmed, Available},
    {Pending, EndpointEvent::Modify, Pending},
    {Pending, EndpointEvent::Reject, Rejected},
    {Pending, EndpointEvent::Delete, Deleting},
    {Available, EndpointEvent::Reject, Rejected},
    {Available, EndpointEvent::Modify, Pending},
    {Available, EndpointEvent::Delete, Deleting},
    {Rejected, EndpointEvent::Accept, Pending},
    {Rejected, EndpointEvent::Delete, Deleting},
    {Deleting, EndpointEvent::Removed, Deleted},
    {Failed, EndpointEvent::Delete, Deleting},
    {Expired, EndpointEvent::Delete, Deleting},
};

// The interfaces go with the endpoint, in one transaction: an id that is listed is there.
void remove_interfaces(Transaction& tx, VpcEndpoint& endpoint) {
  for (const EndpointSubnet& subnet : endpoint.subnets) {
    tx.erase(subnet.network_interface);
  }
  endpoint.subnets.clear();
}

}  // namespace

std::optional<EndpointState> next(EndpointState state, EndpointEvent event) {
  for (const Step& step : kSteps) {
    if (step.from == state && step.event == event) {
      return step.to;
    }
  }
  return std::nullopt;
}

std::string_view text(EndpointState state) {
  switch (state) {
    case PendingAcceptance:
      return "pendingAcceptance";
    case Pending:
      return "pending";
    case Available:
      return "available";
    case Rejected:
      return "rejected";
    case Deleting:
      return "deleting";
    case Deleted:
      return "deleted";
    case Failed:
      return "failed";
    case Expired:
      return "expired";
  }
  return "";
}

bool forwards(EndpointState state) {
  return state == Pending || state == Available;
}

bool is_live(EndpointState state) {
  return state == PendingAcceptance || state == Pending || state == Available;
}

bool advance(Transaction& tx, const Id<VpcEndpoint>& id, EndpointEvent event) {
  const VpcEndpoint* found = tx.world().find(id);
  const auto to = found != nullptr ? next(found->state, event) : std::nullopt;
  if (!to) {
    return false;
  }
  VpcEndpoint endpoint = *found;
  endpoint.state = *to;
  endpoint.state_since = tx.now();
  if (event == EndpointEvent::Accept) {
    endpoint.connection = tx.next_number();
  }
  if (*to == Deleted) {
    remove_interfaces(tx, endpoint);
    endpoint.deleted_at = tx.now();
  }
  tx.put(endpoint);
  return true;
}

void forget_old_deleted_endpoints(Transaction& tx) {
  std::vector<Id<VpcEndpoint>> old;
  for (const auto& [id, endpoint] : tx.world().all<VpcEndpoint>()) {
    if (endpoint->state == Deleted && tx.now() - endpoint->deleted_at >= kDeletedKept) {
      old.push_back(id);
    }
  }
  for (const auto& id : old) {
    tx.erase(id);
  }
}

}  // namespace postern::model
