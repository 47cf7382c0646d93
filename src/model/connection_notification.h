// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <string>
#include <vector>

#include "model/endpoint.h"

namespace postern::model {

// Whom to tell of what happens to the connections of a service, or to an endpoint's.
struct ConnectionNotification {
  static constexpr const char* kTable = "connection_notification";
  Id<ConnectionNotification> id;  // vpce-nfn-…
  Id<Account> owner;
  std::string region;
  Id<EndpointService> service;  // one of the two
  Id<VpcEndpoint> endpoint;
  std::string topic_arn;
  std::vector<std::string> events;  // Accept, Connect, Delete, Reject; sorted
  std::string problem;              // why the last event could not be told; empty: it was
  TimePoint created_at;
};
BOOST_DESCRIBE_STRUCT(ConnectionNotification, (),
                      (id, owner, region, service, endpoint, topic_arn, events, problem,
                       created_at))

}  // namespace postern::model
