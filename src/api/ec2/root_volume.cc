// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/root_volume.h"

#include <algorithm>
#include <array>

namespace postern::api::ec2 {
namespace {

// [EBS user guide, "Amazon EBS volume types"]
struct VolumeType {
  std::string_view name;
  int size_max_gib;
  int iops;        // when none are asked for; 0: not to be chosen
  int throughput;  // likewise
};
constexpr std::array kTypes = {
    VolumeType{"gp3", 65536, 3000, 125}, VolumeType{"gp2", 16384, 0, 0},
    VolumeType{"io1", 16384, 100, 0},    VolumeType{"io2", 65536, 100, 0},
    VolumeType{"standard", 1024, 0, 0},
};

Result<const VolumeType*> volume_type(const std::string& name) {
  const auto* at = std::find_if(kTypes.begin(), kTypes.end(),
                                [&](const VolumeType& type) { return type.name == name; });
  if (at == kTypes.end()) {
    return refuse(faults::InvalidParameterValue,
                  "Invalid value '{}' for VolumeType: no root volume can be of it.", name);
  }
  return at;
}

Result<> check_size(const VolumeType& type, int size) {
  if (size < model::kRootVolumeGib || size > type.size_max_gib) {
    return refuse(faults::InvalidParameterValue,
                  "Volume of size {}GB is not between the snapshot's size, {}GB, and {}GB", size,
                  model::kRootVolumeGib, type.size_max_gib);
  }
  return {};
}

// The number asked for, the type's own, or none where the type has none to choose.
Result<std::optional<int>> chosen(std::string_view name, const std::optional<int>& asked, int usual,
                                  const VolumeType& type) {
  if (usual == 0 && asked.value_or(0) != 0) {
    return refuse(faults::InvalidParameterCombination,
                  "The parameter {} is not supported for {} volumes.", name, type.name);
  }
  if (usual == 0) {
    return std::nullopt;
  }
  return asked.value_or(0) != 0 ? asked : std::optional(usual);
}

Result<model::RootVolume> volume_of(const model::Image& image, const EbsSpecification& ebs) {
  TRY(only("BlockDeviceMapping.Ebs.DeleteOnTermination", ebs.DeleteOnTermination, true));
  TRY(only<std::string>("BlockDeviceMapping.Ebs.SnapshotId", ebs.SnapshotId,
                        model::root_snapshot_id(image)));
  model::RootVolume volume;
  volume.size_gib = ebs.VolumeSize.value_or(volume.size_gib);
  if (!ebs.VolumeType.value_or("").empty()) {
    volume.type = *ebs.VolumeType;
  }
  volume.encrypted = ebs.Encrypted.value_or(false);
  TRY_ASSIGN(const auto* const type, volume_type(volume.type));
  TRY(check_size(*type, volume.size_gib));
  TRY_ASSIGN(volume.iops, chosen("iops", ebs.Iops, type->iops, *type));
  TRY_ASSIGN(volume.throughput, chosen("throughput", ebs.Throughput, type->throughput, *type));
  return volume;
}

}  // namespace

Result<model::RootVolume> root_volume(const model::Image& image,
                                      const BlockDeviceSpecifications& specifications) {
  EbsSpecification root;
  for (const BlockDeviceSpecification& each : specifications) {
    if (each.DeviceName != image.root_device) {
      return refuse(faults::Unsupported,
                    "The device {} is not supported: an instance has its root device, {}, only",
                    each.DeviceName, image.root_device);
    }
    root = each.Ebs;
  }
  return volume_of(image, root);
}

std::string root_device_name(const model::Instance& instance) {
  const auto image = model::find_image(instance.image_id);
  return image ? image->root_device : "";
}

TimePoint attached_at(const model::World& world, const model::Instance& instance) {
  const model::NetworkInterface* interface = world.find(instance.network_interface);
  return interface != nullptr && interface->attachment ? interface->attachment->attached_at
                                                       : instance.launched_at;
}

std::vector<InstanceBlockDeviceItem> block_device_items(const model::World& world,
                                                        const model::Instance& instance) {
  return {
      {.deviceName = root_device_name(instance),
       .ebs = {.volumeId = instance.root_volume.id, .attachTime = attached_at(world, instance)}}};
}

}  // namespace postern::api::ec2
