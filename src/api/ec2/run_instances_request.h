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
#include "api/ec2/interface_ipv6.h"
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
  Ipv6AddressSpecifications Ipv6Addresses;
  std::optional<bool> PrimaryIpv6;
  std::optional<int> NetworkCardIndex;
  std::optional<int> SecondaryPrivateIpAddressCount;
};
BOOST_DESCRIBE_STRUCT(InterfaceSpecification, (),
                      (NetworkInterfaceId, SubnetId, SecurityGroupId, Description, DeviceIndex,
                       DeleteOnTermination, PrivateIpAddress, PrivateIpAddresses,
                       AssociatePublicIpAddress, InterfaceType, Ipv6AddressCount, Ipv6Addresses,
                       PrimaryIpv6, NetworkCardIndex, SecondaryPrivateIpAddressCount))
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

// What a launch template may say as well.
struct LaunchData {
  std::optional<std::string> ImageId;
  std::optional<std::string> InstanceType;
  std::optional<std::string> KeyName;
  std::optional<std::string> UserData;
  std::vector<std::string> SecurityGroupId;
  std::vector<std::string> SecurityGroup;
  InterfaceSpecifications NetworkInterface;
  PlacementSpecification Placement;
  std::optional<bool> DisableApiTermination;
  std::optional<bool> DisableApiStop;
  std::optional<std::string> InstanceInitiatedShutdownBehavior;
  TagSpecifications TagSpecification;
  BlockDeviceSpecifications BlockDeviceMapping;
  ProfileSpecification IamInstanceProfile;
  MetadataOptionsSpecification MetadataOptions;
  CpuCreditSpecification CreditSpecification;
  std::optional<bool> EbsOptimized;
  // One meaning:
  EnabledSpecification EnclaveOptions;
  HibernationSpecification HibernationOptions;
  EnabledSpecification Monitoring;
  PrivateDnsNameSpecification PrivateDnsNameOptions;
  // None:
  std::optional<Unserved> CapacityReservationSpecification;
  std::optional<Unserved> CpuOptions;
  std::optional<Unserved> ElasticGpuSpecification;
  std::optional<Unserved> ElasticInferenceAccelerator;
  std::optional<Unserved> InstanceMarketOptions;
  std::optional<Unserved> KernelId;
  std::optional<Unserved> LicenseSpecification;
  std::optional<Unserved> MaintenanceOptions;
  std::optional<Unserved> NetworkPerformanceOptions;
  std::optional<Unserved> Operator;
};
BOOST_DESCRIBE_STRUCT(LaunchData, (),
                      (ImageId, InstanceType, KeyName, UserData, SecurityGroupId, SecurityGroup,
                       NetworkInterface, Placement, DisableApiTermination, DisableApiStop,
                       InstanceInitiatedShutdownBehavior, TagSpecification, BlockDeviceMapping,
                       IamInstanceProfile, MetadataOptions, CreditSpecification, EbsOptimized,
                       EnclaveOptions, HibernationOptions, Monitoring, PrivateDnsNameOptions,
                       CapacityReservationSpecification, CpuOptions, ElasticGpuSpecification,
                       ElasticInferenceAccelerator, InstanceMarketOptions, KernelId,
                       LicenseSpecification, MaintenanceOptions, NetworkPerformanceOptions,
                       Operator))

// Which template, and which version of it: a number, $Default (as without one) or $Latest.
struct LaunchTemplateSpecification {
  std::optional<std::string> LaunchTemplateId;
  std::optional<std::string> LaunchTemplateName;
  std::optional<std::string> Version;
};
BOOST_DESCRIBE_STRUCT(LaunchTemplateSpecification, (),
                      (LaunchTemplateId, LaunchTemplateName, Version))

struct RunInstancesRequest : LaunchData {
  int MinCount = 0;
  int MaxCount = 0;
  std::optional<std::string> ClientToken;
  std::optional<LaunchTemplateSpecification> LaunchTemplate;
  std::optional<std::string> SubnetId;
  std::optional<std::string> PrivateIpAddress;
  std::optional<int> Ipv6AddressCount;
  Ipv6AddressSpecifications Ipv6Address;
  std::optional<bool> EnablePrimaryIpv6;
  // None:
  std::optional<Unserved> AdditionalInfo;
  std::optional<Unserved> RamdiskId;
  std::optional<Unserved> SecondaryInterface;
};
BOOST_DESCRIBE_STRUCT(RunInstancesRequest, (LaunchData),
                      (MinCount, MaxCount, ClientToken, LaunchTemplate, SubnetId, PrivateIpAddress,
                       Ipv6AddressCount, Ipv6Address, EnablePrimaryIpv6, AdditionalInfo, RamdiskId,
                       SecondaryInterface))

// Unsupported for a parameter that has one meaning here and is given another.
Result<> check_supported(const LaunchData& launch);

}  // namespace postern::api::ec2
