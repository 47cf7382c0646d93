// SPDX-License-Identifier: Apache-2.0
// What happens to an endpoint's connection, told to the topics of who wants to know. Pure.
// [PrivateLink guide, "Receive alerts for endpoint service events"; "Create a connection
// notification for an interface endpoint"]
#pragma once

#include <boost/describe/enum.hpp>
#include <string_view>

#include "model/transaction.h"

namespace postern::model {

enum class ConnectionEvent { Accept, Connect, Delete, Reject };
BOOST_DESCRIBE_ENUM(ConnectionEvent, Accept, Connect, Delete, Reject)

// Accept, Connect, Delete, Reject.
std::string_view text(ConnectionEvent event);

// Publishes the event to the topics of the service's and the endpoint's notifications. One that
// cannot be published (no such topic, or its policy does not let vpce.amazonaws.com) is noted in
// its notification.
void tell_connection(Transaction& tx, const Id<VpcEndpoint>& endpoint, ConnectionEvent event);

}  // namespace postern::model
