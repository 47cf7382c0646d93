// SPDX-License-Identifier: Apache-2.0
// A network interface as answers print it: whole, and within its instance.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/ec2/group_lookup.h"
#include "api/ec2/interface_ipv6.h"
#include "api/ec2/tag_specification.h"
#include "base/time.h"
#include "model/world.h"

namespace postern::api::ec2 {

struct AttachmentItem {
  std::string attachmentId;
  std::optional<std::string> instanceId;
  std::string instanceOwnerId;
  int deviceIndex = 0;
  int networkCardIndex = 0;
  std::string status = "attached";
  TimePoint attachTime;
  bool deleteOnTermination = true;
};
BOOST_DESCRIBE_STRUCT(AttachmentItem, (),
                      (attachmentId, instanceId, instanceOwnerId, deviceIndex, networkCardIndex,
                       status, attachTime, deleteOnTermination))

struct PrivateIpAddressItem {
  std::string privateIpAddress;
  std::string privateDnsName;
  bool primary = true;
};
BOOST_DESCRIBE_STRUCT(PrivateIpAddressItem, (), (privateIpAddress, privateDnsName, primary))

// The elastic IP that an interface has, or the address that it was given at its launch.
struct PublicAddressItem {
  std::string publicIp;
  std::string ipOwnerId;
  std::optional<std::string> allocationId;
  std::optional<std::string> associationId;
};
BOOST_DESCRIBE_STRUCT(PublicAddressItem, (), (publicIp, ipOwnerId, allocationId, associationId))

struct NetworkInterfaceItem {
  std::string networkInterfaceId;
  std::string subnetId;
  std::string vpcId;
  std::string availabilityZone;
  std::optional<std::string> availabilityZoneId;
  std::string description;
  std::string ownerId;
  std::optional<std::string> requesterId;
  bool requesterManaged = false;
  std::string status;
  std::string macAddress;
  std::string privateIpAddress;
  std::string privateDnsName;
  bool sourceDestCheck = true;
  std::vector<GroupItem> groupSet;
  std::optional<AttachmentItem> attachment;
  std::optional<PublicAddressItem> association;
  std::vector<PrivateIpAddressItem> privateIpAddressesSet;
  std::vector<Ipv6AddressItem> ipv6AddressesSet;
  std::string interfaceType;
  std::vector<TagItem> tagSet;
};
BOOST_DESCRIBE_STRUCT(NetworkInterfaceItem, (),
                      (networkInterfaceId, subnetId, vpcId, availabilityZone, availabilityZoneId,
                       description, ownerId, requesterId, requesterManaged, status, macAddress,
                       privateIpAddress, privateDnsName, sourceDestCheck, groupSet, attachment,
                       association, privateIpAddressesSet, ipv6AddressesSet, interfaceType, tagSet))

// Absent when it has none.
std::optional<PublicAddressItem> public_address_item(const model::World& world,
                                                     const model::NetworkInterface& interface);

NetworkInterfaceItem interface_item(const model::World& world,
                                    const model::NetworkInterface& interface);

// As AWS writes an interface's type: interface, vpc_endpoint, network_load_balancer, nat_gateway.
std::string_view interface_type_text(const model::NetworkInterface& interface);

// attached; attaching while what shall hold it is not there.
std::string_view attachment_status(const model::Attachment& attachment);

// available, or in-use when something holds it.
std::string_view interface_status(const model::NetworkInterface& interface);

}  // namespace postern::api::ec2
