// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <string>

#include "model/account.h"
#include "model/tags.h"

namespace postern::model {

// What the interfaces of a resource see is written to a log group, record by record.
struct FlowLog {
  static constexpr const char* kTable = "flow_log";
  Id<FlowLog> id;  // fl-…
  Id<Account> owner;
  std::string region;
  std::string resource_type;  // VPC, Subnet, NetworkInterface
  std::string resource_id;
  std::string traffic_type;  // ACCEPT, REJECT, ALL
  std::string log_group;     // its name; made when the first record is written
  std::string destination;   // the group's ARN, if it was given by that
  std::string role_arn;      // by which records are written
  std::string format;        // "${version} ${account-id} …"
  int interval_seconds = 600;
  TimePoint created_at;
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(FlowLog, (),
                      (id, owner, region, resource_type, resource_id, traffic_type, log_group,
                       destination, role_arn, format, interval_seconds, created_at, tags))

}  // namespace postern::model
