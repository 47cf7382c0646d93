// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <cstdint>
#include <optional>
#include <vector>

#include "model/security_group.h"

namespace postern::model {

enum class InterfaceType { Interface, VpcEndpoint, NetworkLoadBalancer };
BOOST_DESCRIBE_ENUM(InterfaceType, Interface, VpcEndpoint, NetworkLoadBalancer)

// What holds an interface. `instance` is empty for what AWS's services hold.
struct Attachment {
  std::string id;  // eni-attach-…, ela-attach-…
  std::string instance_id;
  std::string instance_owner_id;  // an account, or "amazon-aws"
  int device_index = 0;
  bool delete_on_termination = true;
  TimePoint attached_at;
};
BOOST_DESCRIBE_STRUCT(Attachment, (),
                      (id, instance_id, instance_owner_id, device_index, delete_on_termination,
                       attached_at))

struct NetworkInterface {
  static constexpr const char* kTable = "network_interface";
  Id<NetworkInterface> id;
  Id<Account> owner;
  std::string region;
  Id<Vpc> vpc;
  Id<Subnet> subnet;
  std::string zone;
  IpAddress address;
  MacAddress mac;
  std::vector<Id<SecurityGroup>> groups;
  InterfaceType type = InterfaceType::Interface;
  std::string description;
  bool requester_managed = false;
  std::string requester_id;
  bool source_dest_check = true;
  std::optional<Attachment> attachment;  // absent: status "available"
  std::uint32_t number = 0;  // its name in the data plane; never used again
  std::uint32_t port = 0;    // ifindex of its link; 0 for endpoint and NLB interfaces, which have none
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(NetworkInterface, (),
                      (id, owner, region, vpc, subnet, zone, address, mac, groups, type,
                       description, requester_managed, requester_id, source_dest_check, attachment,
                       number, port, tags))

}  // namespace postern::model
