// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/instance_item.h"

#include "model/dns_names.h"
#include "model/images.h"
#include "model/instance_state.h"

namespace postern::api::ec2 {
namespace {

std::optional<StateReasonItem> state_reason(const model::Instance& instance) {
  if (instance.state_reason_code.empty()) {
    return std::nullopt;
  }
  return StateReasonItem{instance.state_reason_code, instance.state_reason_message};
}

std::optional<InstanceAttachmentItem> attachment_item(const std::optional<AttachmentItem>& whole) {
  if (!whole) {
    return std::nullopt;
  }
  return InstanceAttachmentItem{.attachmentId = whole->attachmentId,
                                .deviceIndex = whole->deviceIndex,
                                .networkCardIndex = whole->networkCardIndex,
                                .status = whole->status,
                                .attachTime = whole->attachTime,
                                .deleteOnTermination = whole->deleteOnTermination};
}

std::optional<InstancePublicAddressItem> public_part(
    const std::optional<PublicAddressItem>& whole) {
  if (!whole) {
    return std::nullopt;
  }
  return InstancePublicAddressItem{.publicIp = whole->publicIp, .ipOwnerId = whole->ipOwnerId};
}

InstanceInterfaceItem interface_part(NetworkInterfaceItem whole) {
  return {.networkInterfaceId = std::move(whole.networkInterfaceId),
          .subnetId = std::move(whole.subnetId),
          .vpcId = std::move(whole.vpcId),
          .description = std::move(whole.description),
          .ownerId = std::move(whole.ownerId),
          .status = std::move(whole.status),
          .macAddress = std::move(whole.macAddress),
          .privateIpAddress = std::move(whole.privateIpAddress),
          .privateDnsName = std::move(whole.privateDnsName),
          .sourceDestCheck = whole.sourceDestCheck,
          .groupSet = std::move(whole.groupSet),
          .attachment = attachment_item(whole.attachment),
          .association = public_part(whole.association),
          .privateIpAddressesSet = std::move(whole.privateIpAddressesSet),
          .ipv6AddressesSet = std::move(whole.ipv6AddressesSet),
          .interfaceType = std::move(whole.interfaceType)};
}

void place(InstanceItem& item, const model::World& world, const model::Instance& instance) {
  item.privateDnsName = model::private_name(instance.region, instance.address);
  item.subnetId = instance.subnet.value;
  item.vpcId = instance.vpc.value;
  item.privateIpAddress = instance.address.text();
  item.blockDeviceMapping = block_device_items(world, instance);
  if (const auto* interface = primary_interface(world, instance)) {
    item.sourceDestCheck = interface->source_dest_check;
    item.groupSet = group_items(world, interface->groups);
    item.networkInterfaceSet.push_back(interface_part(interface_item(world, *interface)));
    if (const auto& address = item.networkInterfaceSet.back().association) {
      item.ipAddress = address->publicIp;
    }
    if (!interface->ipv6_addresses.empty()) {
      item.ipv6Address = interface->ipv6_addresses.front().text();
    }
  }
}

}  // namespace

MonitoringItem monitoring_item(const model::Instance& instance) {
  return {.state = instance.detailed_monitoring ? "enabled" : "disabled"};
}

InstanceStateItem state_item(model::InstanceState state) {
  return {.code = model::code(state), .name = std::string(model::text(state))};
}

InstanceItem instance_item(const model::World& world, const model::Instance& instance) {
  InstanceItem item{
      .instanceId = instance.id.value,
      .imageId = instance.image_id,
      .instanceState = state_item(instance.state),
      .reason = instance.state_transition_reason,
      .stateReason = state_reason(instance),
      .keyName = instance.key_name.empty() ? std::nullopt : std::optional(instance.key_name),
      .amiLaunchIndex = instance.launch_index,
      .instanceType = instance.instance_type,
      .launchTime = instance.launched_at,
      .placement = {.availabilityZone = instance.zone},
      .monitoring = monitoring_item(instance),
      .architecture = architecture_of(instance),
      .rootDeviceName = root_device_name(instance),
      .tagSet = tag_items(instance.tags),
      .iamInstanceProfile = profile_item(instance),
      .ebsOptimized = instance.ebs_optimized,
      .metadataOptions = metadata_options_item(instance.metadata),
      .privateDnsNameOptions = private_dns_name_options_item(instance.resource_name)};
  if (instance.state != model::InstanceState::Terminated) {
    place(item, world, instance);
  }
  return item;
}

const model::NetworkInterface* primary_interface(const model::World& world,
                                                 const model::Instance& instance) {
  return world.find(instance.network_interface);
}

std::string architecture_of(const model::Instance& instance) {
  const auto image = model::find_image(instance.image_id);
  return image ? image->architecture : "";
}

}  // namespace postern::api::ec2
