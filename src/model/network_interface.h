// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/security_group.h"

namespace postern::model {

enum class InterfaceType { Interface, VpcEndpoint, NetworkLoadBalancer, NatGateway };
BOOST_DESCRIBE_ENUM(InterfaceType, Interface, VpcEndpoint, NetworkLoadBalancer, NatGateway)

// What of the host's own an interface was given to, and how one finds it again.
enum class HolderKind {
  Process,    // the network namespace that a process is in; once that is gone, nothing can find it
  Namespace,  // the network namespace that is mounted at a path, whichever that is
  Tap,        // a tap device of the host, behind which is a virtual machine
};
BOOST_DESCRIBE_ENUM(HolderKind, Process, Namespace, Tap)

// Waiting: it is gone from its place, and gets the interface again when it is back.
enum class HolderState { Attached, Waiting };
BOOST_DESCRIBE_ENUM(HolderState, Attached, Waiting)

struct Holder {
  HolderKind kind = HolderKind::Process;
  HolderState state = HolderState::Attached;
  std::string place;                  // a process id, a path, a tap's name
  std::string device;                 // what the interface is called there; for a tap, as `place`
  bool default_route = true;          // else routes to the VPC and its resolver only
  std::uint64_t namespace_inode = 0;  // of a process: which namespace was meant
};
BOOST_DESCRIBE_STRUCT(Holder, (), (kind, state, place, device, default_route, namespace_inode))

// What holds an interface. `instance_id` is empty for what AWS's services and the host hold.
struct Attachment {
  std::string id;  // eni-attach-…, ela-attach-…
  std::string instance_id;
  std::string instance_owner_id;  // an account, or "amazon-aws"
  int device_index = 0;
  bool delete_on_termination = true;
  TimePoint attached_at;
  std::optional<Holder> holder;  // of the host, see holder_state.h
};
BOOST_DESCRIBE_STRUCT(Attachment, (),
                      (id, instance_id, instance_owner_id, device_index, delete_on_termination,
                       attached_at, holder))

struct NetworkInterface {
  static constexpr const char* kTable = "network_interface";
  Id<NetworkInterface> id;
  Id<Account> owner;
  std::string region;
  Id<Vpc> vpc;
  Id<Subnet> subnet;
  std::string zone;
  IpAddress address;
  std::vector<IpAddress> ipv6_addresses;  // in the order in which they were assigned
  bool primary_ipv6 = false;              // the first one stays for the interface's life
  std::optional<IpAddress> public_ip;     // that it was given at its launch; an elastic IP hides it
  bool public_ip_at_start = false;        // its instance's stop took it; the start gives another
  MacAddress mac;
  std::vector<Id<SecurityGroup>> groups;
  InterfaceType type = InterfaceType::Interface;
  std::string description;
  bool requester_managed = false;
  std::string requester_id;
  bool source_dest_check = true;
  std::optional<Attachment> attachment;  // absent: status "available"
  std::uint32_t number = 0;              // its name in the data plane; never used again
  std::uint32_t port = 0;  // ifindex of its link; 0 for those of AWS's services, which have none
  Tags tags;
};
BOOST_DESCRIBE_STRUCT(NetworkInterface, (),
                      (id, owner, region, vpc, subnet, zone, address, ipv6_addresses, primary_ipv6,
                       public_ip, public_ip_at_start, mac, groups, type, description,
                       requester_managed, requester_id, source_dest_check, attachment, number, port,
                       tags))

}  // namespace postern::model
