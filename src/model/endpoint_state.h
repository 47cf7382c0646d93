// SPDX-License-Identifier: Apache-2.0
// The life of an endpoint and its connection: which event takes which state where. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "model/transaction.h"

namespace postern::model {

enum class EndpointEvent {
  Accept,      // the provider accepts, or the service needs no acceptance
  Reject,      // the provider rejects
  Modify,      // the consumer changes it
  Programmed,  // the data plane carries it as it stands
  Delete,      // the consumer deletes it
  Removed,     // the data plane has nothing of it any more
};

// Where `event` takes an endpoint in `state`; nullopt when AWS refuses it, or when it means nothing
// there. [PrivateLink guide, "Endpoint states"; spec 2.2]
std::optional<EndpointState> next(EndpointState state, EndpointEvent event);

// As DescribeVpcEndpoints and DescribeVpcEndpointConnections write it: pendingAcceptance,
// available.
std::string_view text(EndpointState state);

// Whether the data plane carries the endpoint's packets: from the acceptance on, until it is
// rejected or deleted.
bool forwards(EndpointState state);

// Whether the endpoint holds its service: such a service cannot be deleted.
bool is_live(EndpointState state);

// Moves the endpoint on; gives false when next() has nowhere to go. Each acceptance is a new
// connection, so that flows of an earlier one are known as such.
bool advance(Transaction& tx, const Id<VpcEndpoint>& id, EndpointEvent event);

// Removes endpoints whose deletion is an hour old: until then the provider still sees the row.
// [spec 2.2: the time is not documented]
void forget_old_deleted_endpoints(Transaction& tx);

}  // namespace postern::model
