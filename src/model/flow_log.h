// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <string>

#include "model/account.h"
#include "model/tags.h"

namespace postern::model {

// What the interfaces of a resource see is written to a log group, record by record, or into files
// of a bucket, window by window.
struct FlowLog {
  static constexpr const char* kTable = "flow_log";
  Id<FlowLog> id;  // fl-…
  Id<Account> owner;
  std::string region;
  std::string resource_type;  // VPC, Subnet, NetworkInterface
  std::string resource_id;
  std::string traffic_type;                           // ACCEPT, REJECT, ALL
  std::string destination_type = "cloud-watch-logs";  // or s3
  std::string log_group;    // its name; made when the first record is written
  std::string destination;  // the group's ARN, if it was given by that; the bucket's
  std::string role_arn;     // by which records are written to a group
  std::string format;       // "${version} ${account-id} …"
  int interval_seconds = 600;
  bool hive_compatible_partitions = false;  // how a bucket's folders are named
  bool per_hour_partition = false;
  std::string bucket_error;  // why its newest file was not written; empty: it was
  TimePoint created_at;
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(FlowLog, (),
                      (id, owner, region, resource_type, resource_id, traffic_type,
                       destination_type, log_group, destination, role_arn, format, interval_seconds,
                       hive_compatible_partitions, per_hour_partition, bucket_error, created_at,
                       tags))

}  // namespace postern::model
