// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "model/network_interface.h"

namespace postern::model {

enum class InstanceState { Pending, Running, ShuttingDown, Terminated, Stopping, Stopped };
BOOST_DESCRIBE_ENUM(InstanceState, Pending, Running, ShuttingDown, Terminated, Stopping, Stopped)

// How much time an instance has to shut down before it is ended: the operating system's own, a
// moment, none.
enum class ShutdownManner { Graceful, Forced, Immediate };
BOOST_DESCRIBE_ENUM(ShutdownManner, Graceful, Forced, Immediate)

// How its metadata service may be asked.
struct MetadataOptions {
  std::string http_tokens = "optional";
  std::string http_endpoint = "enabled";
  int hop_limit = 1;
  std::string instance_tags = "disabled";
};
BOOST_DESCRIBE_STRUCT(MetadataOptions, (), (http_tokens, http_endpoint, hop_limit, instance_tags))

// The volume that its root directory is said to be on. Nothing is kept there: the root is an
// overlay over the image.
struct RootVolume {
  std::string id;  // vol-…
  int size_gib = 8;
  std::string type = "gp3";
  std::optional<int> iops;
  std::optional<int> throughput;
  bool encrypted = false;
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(RootVolume, (), (id, size_gib, type, iops, throughput, encrypted, tags))

struct Instance {
  static constexpr const char* kTable = "instance";
  Id<Instance> id;
  Id<Account> owner;
  std::string region;
  std::string reservation_id;
  std::string image_id;
  std::string instance_type;
  std::string key_name;
  std::string user_data;  // bytes as decoded from the request
  int launch_index = 0;
  bool detailed_monitoring = false;  // a record: there are no metrics of instances
  bool ebs_optimized = false;        // a record: there are no volumes
  std::string cpu_credits;           // standard, unlimited: a record; empty: its type's default
  Id<Vpc> vpc;
  Id<Subnet> subnet;
  std::string zone;
  Id<NetworkInterface> network_interface;  // the primary one; gone once terminated
  IpAddress address;
  InstanceState state = InstanceState::Pending;
  TimePoint state_since;
  int boot = 1;  // counts its starts and reboots; a machine of an earlier one is to end
  ShutdownManner shutdown = ShutdownManner::Graceful;  // of the stop or reboot that is under way
  std::string state_reason_code;  // Client.UserInitiatedShutdown, Server.InternalError
  std::string state_reason_message;
  std::string state_transition_reason;  // "User initiated (2026-01-01 00:00:00 GMT)"
  TimePoint launched_at;
  TimePoint terminated_at;  // set with Terminated; the record goes an hour later
  bool disable_api_termination = false;
  bool disable_api_stop = false;
  std::string shutdown_behavior = "stop";
  std::string profile_arn;             // of its instance profile, if it has one
  std::string profile_id;              // AIPA…
  std::string profile_association_id;  // iip-assoc-…
  ResourceName resource_name;
  MetadataOptions metadata;
  std::string metadata_secret;  // that its metadata tokens are made with
  RootVolume root_volume;
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(Instance, (),
                      (id, owner, region, reservation_id, image_id, instance_type, key_name,
                       user_data, launch_index, detailed_monitoring, ebs_optimized, cpu_credits,
                       vpc, subnet, zone, network_interface, address, state, state_since, boot,
                       shutdown, state_reason_code, state_reason_message, state_transition_reason,
                       launched_at, terminated_at, disable_api_termination, disable_api_stop,
                       shutdown_behavior, profile_arn, profile_id, profile_association_id,
                       resource_name, metadata, metadata_secret, root_volume, tags))

}  // namespace postern::model
