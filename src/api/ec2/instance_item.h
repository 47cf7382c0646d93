// SPDX-License-Identifier: Apache-2.0
// An instance as RunInstances and DescribeInstances print it.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/ec2/instance_metadata.h"
#include "api/ec2/instance_profile.h"
#include "api/ec2/network_interface_item.h"
#include "api/ec2/private_dns_name_options.h"
#include "api/ec2/root_volume.h"

namespace postern::api::ec2 {

struct InstanceStateItem {
  int code = 0;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(InstanceStateItem, (), (code, name))

struct PlacementItem {
  std::string availabilityZone;
  std::string groupName;
  std::string tenancy = "default";
};
BOOST_DESCRIBE_STRUCT(PlacementItem, (), (availabilityZone, groupName, tenancy))

struct MonitoringItem {
  std::string state = "disabled";
};
BOOST_DESCRIBE_STRUCT(MonitoringItem, (), (state))

struct StateReasonItem {
  std::string code;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(StateReasonItem, (), (code, message))

struct HibernationOptionsItem {
  bool configured = false;
};
BOOST_DESCRIBE_STRUCT(HibernationOptionsItem, (), (configured))

// An interface has fewer elements here than in DescribeNetworkInterfaces. [EC2 API reference,
// InstanceNetworkInterface, InstanceNetworkInterfaceAttachment]
struct InstanceAttachmentItem {
  std::string attachmentId;
  int deviceIndex = 0;
  int networkCardIndex = 0;
  std::string status;
  TimePoint attachTime;
  bool deleteOnTermination = true;
};
BOOST_DESCRIBE_STRUCT(InstanceAttachmentItem, (),
                      (attachmentId, deviceIndex, networkCardIndex, status, attachTime,
                       deleteOnTermination))

struct InstancePublicAddressItem {
  std::string publicIp;
  std::string ipOwnerId;
};
BOOST_DESCRIBE_STRUCT(InstancePublicAddressItem, (), (publicIp, ipOwnerId))

struct InstanceInterfaceItem {
  std::string networkInterfaceId;
  std::string subnetId;
  std::string vpcId;
  std::string description;
  std::string ownerId;
  std::string status;
  std::string macAddress;
  std::string privateIpAddress;
  std::string privateDnsName;
  bool sourceDestCheck = true;
  std::vector<GroupItem> groupSet;
  std::optional<InstanceAttachmentItem> attachment;
  std::optional<InstancePublicAddressItem> association;
  std::vector<PrivateIpAddressItem> privateIpAddressesSet;
  std::vector<Ipv6AddressItem> ipv6AddressesSet;
  std::string interfaceType;
};
BOOST_DESCRIBE_STRUCT(InstanceInterfaceItem, (),
                      (networkInterfaceId, subnetId, vpcId, description, ownerId, status,
                       macAddress, privateIpAddress, privateDnsName, sourceDestCheck, groupSet,
                       attachment, association, privateIpAddressesSet, ipv6AddressesSet,
                       interfaceType))

struct InstanceItem {
  std::string instanceId;
  std::string imageId;
  InstanceStateItem instanceState;
  std::string privateDnsName;
  std::string dnsName;
  std::string reason;
  std::optional<StateReasonItem> stateReason;
  std::optional<std::string> keyName;
  int amiLaunchIndex = 0;
  std::vector<std::string> productCodes;
  std::string instanceType;
  TimePoint launchTime;
  PlacementItem placement;
  MonitoringItem monitoring;
  std::optional<std::string> subnetId;
  std::optional<std::string> vpcId;
  std::optional<std::string> privateIpAddress;
  std::optional<std::string> ipAddress;
  std::optional<std::string> ipv6Address;
  std::optional<bool> sourceDestCheck;
  std::vector<GroupItem> groupSet;
  std::string architecture;
  std::string rootDeviceType = "ebs";
  std::string rootDeviceName;
  std::vector<InstanceBlockDeviceItem> blockDeviceMapping;
  std::string virtualizationType = "hvm";
  std::vector<TagItem> tagSet;
  std::vector<InstanceInterfaceItem> networkInterfaceSet;
  std::optional<ProfileItem> iamInstanceProfile;
  bool ebsOptimized = false;
  HibernationOptionsItem hibernationOptions;
  MetadataOptionsItem metadataOptions;
  PrivateDnsNameOptionsItem privateDnsNameOptions;
  std::string platformDetails = "Linux/UNIX";
};
BOOST_DESCRIBE_STRUCT(InstanceItem, (),
                      (instanceId, imageId, instanceState, privateDnsName, dnsName, reason,
                       stateReason, keyName, amiLaunchIndex, productCodes, instanceType, launchTime,
                       placement, monitoring, subnetId, vpcId, privateIpAddress, ipAddress,
                       ipv6Address, sourceDestCheck, groupSet, architecture, rootDeviceType,
                       rootDeviceName, blockDeviceMapping, virtualizationType, tagSet,
                       networkInterfaceSet, iamInstanceProfile, ebsOptimized, hibernationOptions,
                       metadataOptions, privateDnsNameOptions, platformDetails))

struct ReservationItem {
  std::string reservationId;
  std::string ownerId;
  std::vector<GroupItem> groupSet;  // EC2-Classic's: always empty
  std::vector<InstanceItem> instancesSet;
};
BOOST_DESCRIBE_STRUCT(ReservationItem, (), (reservationId, ownerId, groupSet, instancesSet))

InstanceStateItem state_item(model::InstanceState state);
MonitoringItem monitoring_item(const model::Instance& instance);

// A terminated instance has no place in a VPC any more: neither subnet nor address nor groups.
InstanceItem instance_item(const model::World& world, const model::Instance& instance);

// The instance's own interface; null once it is terminated.
const model::NetworkInterface* primary_interface(const model::World& world,
                                                 const model::Instance& instance);

// x86_64 or arm64, as its image says.
std::string architecture_of(const model::Instance& instance);

}  // namespace postern::api::ec2
