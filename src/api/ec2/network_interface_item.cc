// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/network_interface_item.h"

#include "api/ec2/elastic_ip_lookup.h"
#include "api/ec2/if_any.h"
#include "base/check.h"
#include "model/dns_names.h"

namespace postern::api::ec2 {
namespace {

std::optional<AttachmentItem> attachment_item(const std::optional<model::Attachment>& attachment) {
  if (!attachment) {
    return std::nullopt;
  }
  return AttachmentItem{.attachmentId = attachment->id,
                        .instanceId = if_any(attachment->instance_id),
                        .instanceOwnerId = attachment->instance_owner_id,
                        .deviceIndex = attachment->device_index,
                        .status = std::string(attachment_status(*attachment)),
                        .attachTime = attachment->attached_at,
                        .deleteOnTermination = attachment->delete_on_termination};
}

}  // namespace

std::optional<PublicAddressItem> public_address_item(const model::World& world,
                                                     const model::NetworkInterface& interface) {
  const model::ElasticIp* address = model::elastic_ip_of(world, interface.id);
  if (address == nullptr && interface.public_ip) {
    return PublicAddressItem{.publicIp = interface.public_ip->text(), .ipOwnerId = "amazon"};
  }
  if (address == nullptr) {
    return std::nullopt;
  }
  return PublicAddressItem{.publicIp = address->public_ip.text(),
                           .ipOwnerId = address->owner.value,
                           .allocationId = address->id.value,
                           .associationId = address->association_id};
}

NetworkInterfaceItem interface_item(const model::World& world,
                                    const model::NetworkInterface& interface) {
  const std::string address = interface.address.text();
  const std::string name = model::private_name(interface.region, interface.address);
  const model::Subnet* subnet = world.find(interface.subnet);
  return {.networkInterfaceId = interface.id.value,
          .subnetId = interface.subnet.value,
          .vpcId = interface.vpc.value,
          .availabilityZone = interface.zone,
          .availabilityZoneId = subnet != nullptr ? if_any(subnet->zone_id) : std::nullopt,
          .description = interface.description,
          .ownerId = interface.owner.value,
          .requesterId = if_any(interface.requester_id),
          .requesterManaged = interface.requester_managed,
          .status = std::string(interface_status(interface)),
          .macAddress = interface.mac.text(),
          .privateIpAddress = address,
          .privateDnsName = name,
          .sourceDestCheck = interface.source_dest_check,
          .groupSet = group_items(world, interface.groups),
          .attachment = attachment_item(interface.attachment),
          .association = public_address_item(world, interface),
          .privateIpAddressesSet = {{.privateIpAddress = address, .privateDnsName = name}},
          .ipv6AddressesSet = ipv6_items(interface),
          .interfaceType = std::string(interface_type_text(interface)),
          .tagSet = tag_items(interface.tags)};
}

// [EC2 API, NetworkInterface: an Application Load Balancer's are of the type "interface"]
std::string_view interface_type_text(const model::NetworkInterface& interface) {
  switch (interface.type) {
    case model::InterfaceType::Interface:
      return "interface";
    case model::InterfaceType::VpcEndpoint:
      return "vpc_endpoint";
    case model::InterfaceType::NetworkLoadBalancer:
      return interface.description.starts_with("ELB app/") ? "interface" : "network_load_balancer";
    case model::InterfaceType::NatGateway:
      return "nat_gateway";
  }
  POSTERN_CHECK(false, "every interface type has its word");
}

std::string_view attachment_status(const model::Attachment& attachment) {
  const bool waits = attachment.holder && attachment.holder->state == model::HolderState::Waiting;
  return waits ? "attaching" : "attached";
}

std::string_view interface_status(const model::NetworkInterface& interface) {
  return interface.attachment ? "in-use" : "available";
}

}  // namespace postern::api::ec2
