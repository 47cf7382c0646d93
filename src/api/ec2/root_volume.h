// SPDX-License-Identifier: Apache-2.0
// The root volume of an instance: what RunInstances says of it, and how answers print it. It is a
// record; the instance's root directory is an overlay over its image.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/ec2/supported.h"
#include "base/time.h"
#include "model/images.h"
#include "model/world.h"

namespace postern::api::ec2 {

struct EbsSpecification {
  std::optional<bool> DeleteOnTermination;
  std::optional<bool> Encrypted;
  std::optional<int> Iops;
  std::optional<std::string> SnapshotId;
  std::optional<int> Throughput;
  std::optional<int> VolumeSize;
  std::optional<std::string> VolumeType;
  std::optional<Unserved> AvailabilityZone;
  std::optional<Unserved> AvailabilityZoneId;
  std::optional<Unserved> EbsCardIndex;
  std::optional<Unserved> KmsKeyId;
  std::optional<Unserved> OutpostArn;
  std::optional<Unserved> VolumeInitializationRate;
};
BOOST_DESCRIBE_STRUCT(EbsSpecification, (),
                      (DeleteOnTermination, Encrypted, Iops, SnapshotId, Throughput, VolumeSize,
                       VolumeType, AvailabilityZone, AvailabilityZoneId, EbsCardIndex, KmsKeyId,
                       OutpostArn, VolumeInitializationRate))

struct BlockDeviceSpecification {
  std::string DeviceName;
  EbsSpecification Ebs;
  std::optional<Unserved> NoDevice;
  std::optional<Unserved> VirtualName;
};
BOOST_DESCRIBE_STRUCT(BlockDeviceSpecification, (), (DeviceName, Ebs, NoDevice, VirtualName))
using BlockDeviceSpecifications = std::vector<BlockDeviceSpecification>;

// The root volume that the specifications ask for. Unsupported for a device that is not the
// image's root: there are no others.
Result<model::RootVolume> root_volume(const model::Image& image,
                                      const BlockDeviceSpecifications& specifications);

struct InstanceEbsItem {
  std::string volumeId;
  std::string status = "attached";
  TimePoint attachTime;
  bool deleteOnTermination = true;
};
BOOST_DESCRIBE_STRUCT(InstanceEbsItem, (), (volumeId, status, attachTime, deleteOnTermination))

struct InstanceBlockDeviceItem {
  std::string deviceName;
  InstanceEbsItem ebs;
};
BOOST_DESCRIBE_STRUCT(InstanceBlockDeviceItem, (), (deviceName, ebs))

std::vector<InstanceBlockDeviceItem> block_device_items(const model::World& world,
                                                        const model::Instance& instance);
// When it was made with its instance, and attached: a later start of the instance changes neither.
TimePoint attached_at(const model::World& world, const model::Instance& instance);
// /dev/xvda
std::string root_device_name(const model::Instance& instance);

}  // namespace postern::api::ec2
