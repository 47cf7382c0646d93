// SPDX-License-Identifier: Apache-2.0
// What RunInstances is asked for: the parameters that Postern acts on, those that have one meaning
// here, and those that it refuses.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/ec2/instance_metadata.h"
#include "api/ec2/instance_profile.h"
#include "api/ec2/interface_address.h"
#include "api/ec2/root_volume.h"
#include "api/ec2/supported.h"
#include "api/ec2/tag_specification.h"

namespace postern::api::ec2 {

struct InterfaceSpecification {
  std::optional<std::string> NetworkInterfaceId;
  std::optional<std::string> SubnetId;
  std::vector<std::string> SecurityGroupId;
  std::optional<std::string> Description;
  std::optional<int> DeviceIndex;
  std::optional<bool> DeleteOnTermination;
  std::optional<std::string> PrivateIpAddress;
  PrivateIpAddressSpecifications PrivateIpAddresses;
  std::optional<bool> AssociatePublicIpAddress;
  std::optional<std::string> InterfaceType;
  std::optional<int> Ipv6AddressCount;
  std::optional<int> NetworkCardIndex;
  std::optional<int> SecondaryPrivateIpAddressCount;
};
BOOST_DESCRIBE_STRUCT(InterfaceSpecification, (),
                      (NetworkInterfaceId, SubnetId, SecurityGroupId, Description, DeviceIndex,
                       DeleteOnTermination, PrivateIpAddress, PrivateIpAddresses,
                       AssociatePublicIpAddress, InterfaceType, Ipv6AddressCount, NetworkCardIndex,
                       SecondaryPrivateIpAddressCount))
using InterfaceSpecifications = std::vector<InterfaceSpecification>;

struct PlacementSpecification {
  std::optional<std::string> AvailabilityZone;
  std::optional<std::string> AvailabilityZoneId;
  std::optional<std::string> Tenancy;
  std::optional<Unserved> Affinity;
  std::optional<Unserved> GroupId;
  std::optional<Unserved> GroupName;
  std::optional<Unserved> HostId;
  std::optional<Unserved> HostResourceGroupArn;
  std::optional<Unserved> PartitionNumber;
};
BOOST_DESCRIBE_STRUCT(PlacementSpecification, (),
                      (AvailabilityZone, AvailabilityZoneId, Tenancy, Affinity, GroupId, GroupName,
                       HostId, HostResourceGroupArn, PartitionNumber))

struct EnabledSpecification {
  std::optional<bool> Enabled;
};
BOOST_DESCRIBE_STRUCT(EnabledSpecification, (), (Enabled))

struct HibernationSpecification {
  std::optional<bool> Configured;
};
BOOST_DESCRIBE_STRUCT(HibernationSpecification, (), (Configured))

struct CpuCreditSpecification {
  std::optional<std::string> CpuCredits;
};
BOOST_DESCRIBE_STRUCT(CpuCreditSpecification, (), (CpuCredits))

struct PrivateDnsNameSpecification {
  std::optional<std::string> HostnameType;
  std::optional<bool> EnableResourceNameDnsAAAARecord;
  std::optional<bool> EnableResourceNameDnsARecord;
};
BOOST_DESCRIBE_STRUCT(PrivateDnsNameSpecification, (),
                      (HostnameType, EnableResourceNameDnsAAAARecord, EnableResourceNameDnsARecord))

struct RunInstancesRequest {
  int MinCount = 0;
  int MaxCount = 0;
  std::optional<std::string> ClientToken;
  std::optional<std::string> ImageId;
  std::optional<std::string> InstanceType;
  std::optional<std::string> KeyName;
  std::optional<std::string> UserData;
  std::optional<std::string> SubnetId;
  std::vector<std::string> SecurityGroupId;
  std::vector<std::string> SecurityGroup;
  std::optional<std::string> PrivateIpAddress;
  InterfaceSpecifications NetworkInterface;
  PlacementSpecification Placement;
  std::optional<bool> DisableApiTermination;
  std::optional<bool> DisableApiStop;
  std::optional<std::string> InstanceInitiatedShutdownBehavior;
  TagSpecifications TagSpecification;
  BlockDeviceSpecifications BlockDeviceMapping;
  ProfileSpecification IamInstanceProfile;
  MetadataOptionsSpecification MetadataOptions;
  // One meaning:
  CpuCreditSpecification CreditSpecification;
  std::optional<bool> EbsOptimized;
  std::optional<bool> EnablePrimaryIpv6;
  EnabledSpecification EnclaveOptions;
  HibernationSpecification HibernationOptions;
  std::optional<int> Ipv6AddressCount;
  EnabledSpecification Monitoring;
  PrivateDnsNameSpecification PrivateDnsNameOptions;
  // None:
  std::optional<Unserved> AdditionalInfo;
  std::optional<Unserved> CapacityReservationSpecification;
  std::optional<Unserved> CpuOptions;
  std::optional<Unserved> ElasticGpuSpecification;
  std::optional<Unserved> ElasticInferenceAccelerator;
  std::optional<Unserved> InstanceMarketOptions;
  std::optional<Unserved> Ipv6Address;
  std::optional<Unserved> KernelId;
  std::optional<Unserved> LaunchTemplate;
  std::optional<Unserved> LicenseSpecification;
  std::optional<Unserved> MaintenanceOptions;
  std::optional<Unserved> NetworkPerformanceOptions;
  std::optional<Unserved> Operator;
  std::optional<Unserved> RamdiskId;
  std::optional<Unserved> SecondaryInterface;
};
BOOST_DESCRIBE_STRUCT(RunInstancesRequest, (),
                      (MinCount, MaxCount, ClientToken, ImageId, InstanceType, KeyName, UserData,
                       SubnetId, SecurityGroupId, SecurityGroup, PrivateIpAddress, NetworkInterface,
                       Placement, DisableApiTermination, InstanceInitiatedShutdownBehavior,
                       TagSpecification, CreditSpecification, DisableApiStop, EbsOptimized,
                       EnablePrimaryIpv6, EnclaveOptions, HibernationOptions, Ipv6AddressCount,
                       Monitoring, PrivateDnsNameOptions, AdditionalInfo, BlockDeviceMapping,
                       CapacityReservationSpecification, CpuOptions, ElasticGpuSpecification,
                       ElasticInferenceAccelerator, IamInstanceProfile, InstanceMarketOptions,
                       Ipv6Address, KernelId, LaunchTemplate, LicenseSpecification,
                       MaintenanceOptions, MetadataOptions, NetworkPerformanceOptions, Operator,
                       RamdiskId, SecondaryInterface))

// Unsupported for a parameter that has one meaning here and is given another.
Result<> check_supported(const RunInstancesRequest& request);

}  // namespace postern::api::ec2
