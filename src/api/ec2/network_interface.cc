// SPDX-License-Identifier: Apache-2.0
// Network interfaces: CreateNetworkInterface, DescribeNetworkInterfaces, DeleteNetworkInterface,
// ModifyNetworkInterfaceAttribute, AssignIpv6Addresses, UnassignIpv6Addresses.
#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/attribute_value.h"
#include "api/ec2/filter_field.h"
#include "api/ec2/interface_address.h"
#include "api/ec2/network_interface_item.h"
#include "api/ec2/select.h"
#include "api/ec2/supported.h"
#include "model/addresses.h"
#include "model/dns_names.h"

namespace postern::api::ec2 {
namespace {

using Interface = model::NetworkInterface;

// ---- CreateNetworkInterface ----

struct CreateNetworkInterfaceRequest {
  std::string SubnetId;
  std::optional<std::string> ClientToken;
  std::optional<std::string> Description;
  std::optional<std::string> InterfaceType;
  std::optional<int> Ipv6AddressCount;
  std::optional<std::string> PrivateIpAddress;
  PrivateIpAddressSpecifications PrivateIpAddresses;
  std::optional<int> SecondaryPrivateIpAddressCount;
  std::vector<std::string> SecurityGroupId;
  TagSpecifications TagSpecification;
  std::optional<Unserved> ConnectionTrackingSpecification;
  std::optional<bool> EnablePrimaryIpv6;
  std::optional<Unserved> Ipv4Prefix;
  std::optional<int> Ipv4PrefixCount;
  Ipv6AddressSpecifications Ipv6Addresses;
  std::optional<Unserved> Ipv6Prefix;
  std::optional<int> Ipv6PrefixCount;
};
BOOST_DESCRIBE_STRUCT(CreateNetworkInterfaceRequest, (),
                      (SubnetId, ClientToken, Description, InterfaceType, Ipv6AddressCount,
                       PrivateIpAddress, PrivateIpAddresses, SecondaryPrivateIpAddressCount,
                       SecurityGroupId, TagSpecification, ConnectionTrackingSpecification,
                       EnablePrimaryIpv6, Ipv4Prefix, Ipv4PrefixCount, Ipv6Addresses, Ipv6Prefix,
                       Ipv6PrefixCount))

struct CreateNetworkInterfaceAnswer {
  NetworkInterfaceItem networkInterface;
  std::optional<std::string> clientToken;
};
BOOST_DESCRIBE_STRUCT(CreateNetworkInterfaceAnswer, (), (networkInterface, clientToken))

Result<> check_supported(const CreateNetworkInterfaceRequest& request) {
  TRY(only("InterfaceType", request.InterfaceType, "interface"));
  TRY(absent("Ipv4PrefixCount", request.Ipv4PrefixCount));
  TRY(absent("Ipv6PrefixCount", request.Ipv6PrefixCount));
  return absent("SecondaryPrivateIpAddressCount", request.SecondaryPrivateIpAddressCount);
}

Result<CreateNetworkInterfaceAnswer> create_network_interface(
    model::Transaction& tx, const model::Caller& caller,
    const CreateNetworkInterfaceRequest& request) {
  TRY(check_supported(request));
  TRY_ASSIGN(const model::Subnet* const found,
             find<model::Subnet>(tx.world(), caller, request.SubnetId));
  const model::Subnet subnet = *found;
  TRY_ASSIGN(const auto address,
             wanted_address(request.PrivateIpAddress, request.PrivateIpAddresses));
  TRY_ASSIGN(auto groups, interface_groups(tx.world(), caller, subnet, request.SecurityGroupId));
  TRY_ASSIGN(auto tags, tags_for(request.TagSpecification, "network-interface"));
  TRY(check_interface_limit(tx.world(), caller, 1));
  TRY_ASSIGN(const WantedIpv6 ipv6, wanted_ipv6(request.Ipv6AddressCount, request.Ipv6Addresses,
                                                request.EnablePrimaryIpv6));
  Interface draft{.groups = std::move(groups),
                  .description = request.Description.value_or(""),
                  .requester_id = caller.account.value,
                  .tags = std::move(tags)};
  TRY(assign_initial_ipv6(tx, subnet, ipv6, draft));
  TRY_ASSIGN(const auto made, model::add_interface(tx, subnet, address, std::move(draft)));
  return CreateNetworkInterfaceAnswer{.networkInterface = interface_item(tx.world(), made),
                                      .clientToken = request.ClientToken};
}

// ---- DescribeNetworkInterfaces ----

struct DescribeNetworkInterfacesRequest {
  std::vector<std::string> NetworkInterfaceId;
  Filters Filter;
  std::optional<bool> IncludeManagedResources;  // there are none: no difference
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeNetworkInterfacesRequest, (),
                      (NetworkInterfaceId, Filter, IncludeManagedResources, MaxResults, NextToken))

struct DescribeNetworkInterfacesAnswer {
  std::vector<NetworkInterfaceItem> networkInterfaceSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeNetworkInterfacesAnswer, (), (networkInterfaceSet, nextToken))

template <class Get>
FilterField<Interface> interface_field(std::string_view name, Get get) {
  return field_of<Interface>(name, get);
}

// A field of the attachment; without one it has no value.
template <class Get>
FilterField<Interface> attachment_field(std::string_view name, Get get) {
  return interface_field(name, [get](const Interface& interface) {
    return interface.attachment ? as_values(get(*interface.attachment)) : Values{};
  });
}

FilterField<Interface> group_field(std::string_view name, const model::World& world,
                                   std::string GroupItem::* member) {
  return interface_field(name, [&world, member](const Interface& interface) {
    Values values;
    for (const GroupItem& group : group_items(world, interface.groups)) {
      values.push_back(group.*member);
    }
    return values;
  });
}

// A member of the public address; without one it has no value.
template <class T>
FilterField<Interface> association_field(std::string_view name, const model::World& world,
                                         T PublicAddressItem::* member) {
  return interface_field(name, [&world, member](const Interface& interface) {
    const auto address = public_address_item(world, interface);
    return address ? as_values((*address).*member) : Values{};
  });
}

// [EC2 API reference, DescribeNetworkInterfaces]
FilterTable<Interface> interface_filters(const model::World& world) {
  using Attachment = model::Attachment;
  const auto address = [](const Interface& i) { return i.address.text(); };
  const auto name = [](const Interface& i) { return model::private_name(i.region, i.address); };
  return {
      interface_field("addresses.primary", [](const Interface&) { return true; }),
      interface_field("addresses.private-ip-address", address),
      association_field("addresses.association.owner-id", world, &PublicAddressItem::ipOwnerId),
      association_field("addresses.association.public-ip", world, &PublicAddressItem::publicIp),
      association_field("association.allocation-id", world, &PublicAddressItem::allocationId),
      association_field("association.association-id", world, &PublicAddressItem::associationId),
      association_field("association.ip-owner-id", world, &PublicAddressItem::ipOwnerId),
      no_field<Interface>("association.public-dns-name"),
      association_field("association.public-ip", world, &PublicAddressItem::publicIp),
      attachment_field("attachment.attach-time",
                       [](const Attachment& a) { return format_iso8601(a.attached_at); }),
      attachment_field("attachment.attachment-id", [](const Attachment& a) { return a.id; }),
      attachment_field("attachment.delete-on-termination",
                       [](const Attachment& a) { return a.delete_on_termination; }),
      attachment_field("attachment.device-index",
                       [](const Attachment& a) { return a.device_index; }),
      attachment_field("attachment.instance-id", [](const Attachment& a) { return a.instance_id; }),
      attachment_field("attachment.instance-owner-id",
                       [](const Attachment& a) { return a.instance_owner_id; }),
      attachment_field("attachment.status",
                       [](const Attachment& a) { return attachment_status(a); }),
      interface_field("availability-zone", [](const Interface& i) { return i.zone; }),
      interface_field("description", [](const Interface& i) { return i.description; }),
      group_field("group-id", world, &GroupItem::groupId),
      group_field("group-name", world, &GroupItem::groupName),
      interface_field("interface-type", [](const Interface& i) { return interface_type_text(i); }),
      interface_field("ipv6-addresses.ipv6-address", ipv6_values),
      interface_field("mac-address", [](const Interface& i) { return i.mac.text(); }),
      interface_field("network-interface-id", [](const Interface& i) { return i.id.value; }),
      interface_field("owner-id", [](const Interface& i) { return i.owner.value; }),
      interface_field("private-dns-name", name),
      interface_field("private-ip-address", address),
      interface_field("requester-id", [](const Interface& i) { return i.requester_id; }),
      interface_field("requester-managed", [](const Interface& i) { return i.requester_managed; }),
      interface_field("source-dest-check", [](const Interface& i) { return i.source_dest_check; }),
      interface_field("status", [](const Interface& i) { return interface_status(i); }),
      interface_field("subnet-id", [](const Interface& i) { return i.subnet.value; }),
      interface_field("vpc-id", [](const Interface& i) { return i.vpc.value; }),
  };
}

Result<DescribeNetworkInterfacesAnswer> describe_network_interfaces(
    const View& view, const DescribeNetworkInterfacesRequest& request) {
  TRY_ASSIGN(const auto selection,
             select(view, request, request.NetworkInterfaceId, interface_filters(view.world)));
  DescribeNetworkInterfacesAnswer answer{.nextToken = selection.next_token};
  for (const Interface* interface : selection.records) {
    answer.networkInterfaceSet.push_back(interface_item(view.world, *interface));
  }
  return answer;
}

// ---- DeleteNetworkInterface ----

struct DeleteNetworkInterfaceRequest {
  std::string NetworkInterfaceId;
};
BOOST_DESCRIBE_STRUCT(DeleteNetworkInterfaceRequest, (), (NetworkInterfaceId))

// An endpoint's and a load balancer's interfaces are in use as long as those are.
// [recorded answers; the error-code page has InvalidNetworkInterface.InUse for it]
Result<Done> delete_network_interface(model::Transaction& tx, const model::Caller& caller,
                                      const DeleteNetworkInterfaceRequest& request) {
  TRY_ASSIGN(const Interface* const interface,
             find<Interface>(tx.world(), caller, request.NetworkInterfaceId));
  if (interface->attachment || interface->requester_managed) {
    return refuse(faults::InvalidParameterValue, "Network interface '{}' is currently in use.",
                  interface->id);
  }
  tx.erase(model::Id<Interface>(interface->id));
  return Done{};
}

// ---- ModifyNetworkInterfaceAttribute ----

struct AttachmentChanges {
  std::optional<std::string> AttachmentId;
  std::optional<bool> DeleteOnTermination;
};
BOOST_DESCRIBE_STRUCT(AttachmentChanges, (), (AttachmentId, DeleteOnTermination))

struct ModifyNetworkInterfaceAttributeRequest {
  std::string NetworkInterfaceId;
  std::optional<bool> AssociatePublicIpAddress;
  AttachmentChanges Attachment;
  TextValue Description;
  std::vector<std::string> SecurityGroupId;
  BoolValue SourceDestCheck;
  std::optional<Unserved> AssociatedSubnetId;
  std::optional<Unserved> ConnectionTrackingSpecification;
  std::optional<bool> EnablePrimaryIpv6;
  std::optional<Unserved> EnaSrdSpecification;
};
BOOST_DESCRIBE_STRUCT(ModifyNetworkInterfaceAttributeRequest, (),
                      (NetworkInterfaceId, AssociatePublicIpAddress, Attachment, Description,
                       SecurityGroupId, SourceDestCheck, AssociatedSubnetId,
                       ConnectionTrackingSpecification, EnablePrimaryIpv6, EnaSrdSpecification))

// "You can specify only one attribute at a time." [ModifyNetworkInterfaceAttribute]
Result<> check_one_attribute(const ModifyNetworkInterfaceAttributeRequest& request) {
  const int given = int{request.Attachment.DeleteOnTermination.has_value()} +
                    int{request.Description.Value.has_value()} +
                    int{!request.SecurityGroupId.empty()} +
                    int{request.SourceDestCheck.Value.has_value()} +
                    int{request.AssociatePublicIpAddress.has_value()} +
                    int{request.EnablePrimaryIpv6.has_value()};
  if (given == 0) {
    return refuse(faults::InvalidParameterCombination, "No attributes specified.");
  }
  if (given > 1) {
    return refuse(faults::InvalidParameterCombination,
                  "Fields for multiple attribute types specified.");
  }
  return {};
}

Result<> change_attachment(Interface& interface, const AttachmentChanges& changes) {
  if (!changes.DeleteOnTermination) {
    return {};
  }
  if (!interface.attachment || interface.attachment->id != changes.AttachmentId.value_or("")) {
    return refuse(faults::InvalidAttachmentIDNotFound, "The attachment ID '{}' does not exist",
                  changes.AttachmentId.value_or(""));
  }
  if (interface.attachment->holder) {
    return refuse(faults::OperationNotPermitted,
                  "The attachment '{}' is the operator's (postern detach)",
                  interface.attachment->id);
  }
  interface.attachment->delete_on_termination = *changes.DeleteOnTermination;
  return {};
}

Result<> check_changeable(const Interface& interface) {
  if (interface.requester_managed) {
    return refuse(faults::OperationNotPermitted,
                  "You do not have permission to access the specified resource.");
  }
  return {};
}

// "If you're modifying a network interface in a dual-stack or IPv6-only subnet, you have the option
// to assign a primary IPv6 address ... After it is enabled, you cannot disable it."
// [ModifyNetworkInterfaceAttribute, EnablePrimaryIpv6]
Result<> change_primary_ipv6(Interface& interface, bool wanted) {
  if (wanted && interface.ipv6_addresses.empty()) {
    return refuse(faults::InvalidParameterValue,
                  "The network interface '{}' does not have an IPv6 address.", interface.id);
  }
  if (!wanted && interface.primary_ipv6) {
    return refuse(faults::InvalidParameterValue,
                  "The primary IPv6 address of '{}' cannot be disabled.", interface.id);
  }
  interface.primary_ipv6 = wanted;
  return {};
}

Result<Done> modify_network_interface_attribute(
    model::Transaction& tx, const model::Caller& caller,
    const ModifyNetworkInterfaceAttributeRequest& request) {
  TRY_ASSIGN(const Interface* const found,
             find<Interface>(tx.world(), caller, request.NetworkInterfaceId));
  TRY(check_one_attribute(request));
  TRY(absent("AssociatePublicIpAddress", request.AssociatePublicIpAddress));
  TRY(check_changeable(*found));
  Interface interface = *found;
  interface.description = request.Description.Value.value_or(interface.description);
  interface.source_dest_check = request.SourceDestCheck.Value.value_or(interface.source_dest_check);
  TRY(change_attachment(interface, request.Attachment));
  if (request.EnablePrimaryIpv6) {
    TRY(change_primary_ipv6(interface, *request.EnablePrimaryIpv6));
  }
  if (!request.SecurityGroupId.empty()) {
    const model::Subnet* subnet = tx.world().find(interface.subnet);
    TRY_ASSIGN(interface.groups,
               interface_groups(tx.world(), caller, *subnet, request.SecurityGroupId));
  }
  tx.put(std::move(interface));
  return Done{};
}

// ---- AssignIpv6Addresses ----

struct AssignIpv6AddressesRequest {
  std::string NetworkInterfaceId;
  std::optional<int> Ipv6AddressCount;
  std::vector<std::string> Ipv6Addresses;
  std::optional<Unserved> Ipv6Prefix;
  std::optional<int> Ipv6PrefixCount;
};
BOOST_DESCRIBE_STRUCT(AssignIpv6AddressesRequest, (),
                      (NetworkInterfaceId, Ipv6AddressCount, Ipv6Addresses, Ipv6Prefix,
                       Ipv6PrefixCount))

struct AssignIpv6AddressesAnswer {
  std::vector<std::string> assignedIpv6Addresses;
  std::string networkInterfaceId;
};
BOOST_DESCRIBE_STRUCT(AssignIpv6AddressesAnswer, (), (assignedIpv6Addresses, networkInterfaceId))

Result<AssignIpv6AddressesAnswer> assign_ipv6_addresses(model::Transaction& tx,
                                                        const model::Caller& caller,
                                                        const AssignIpv6AddressesRequest& request) {
  TRY_ASSIGN(const Interface* const found,
             find<Interface>(tx.world(), caller, request.NetworkInterfaceId));
  TRY(check_changeable(*found));
  Interface interface = *found;
  TRY(absent("Ipv6PrefixCount", request.Ipv6PrefixCount));
  TRY_ASSIGN(const WantedIpv6 wanted,
             wanted_ipv6(request.Ipv6AddressCount, request.Ipv6Addresses, std::nullopt));
  if (!wanted.any()) {
    return refuse(faults::MissingParameter,
                  "Either 'ipv6Addresses' or 'ipv6AddressCount' should be provided.");
  }
  const std::size_t before = interface.ipv6_addresses.size();
  TRY(assign_ipv6(tx, *tx.world().find(interface.subnet), wanted, interface));
  AssignIpv6AddressesAnswer answer{.networkInterfaceId = interface.id.value};
  for (std::size_t at = before; at < interface.ipv6_addresses.size(); ++at) {
    answer.assignedIpv6Addresses.push_back(interface.ipv6_addresses[at].text());
  }
  tx.put(std::move(interface));
  return answer;
}

// ---- UnassignIpv6Addresses ----

struct UnassignIpv6AddressesRequest {
  std::string NetworkInterfaceId;
  std::vector<std::string> Ipv6Addresses;
  std::optional<Unserved> Ipv6Prefix;
};
BOOST_DESCRIBE_STRUCT(UnassignIpv6AddressesRequest, (),
                      (NetworkInterfaceId, Ipv6Addresses, Ipv6Prefix))

struct UnassignIpv6AddressesAnswer {
  std::string networkInterfaceId;
  std::vector<std::string> unassignedIpv6Addresses;
};
BOOST_DESCRIBE_STRUCT(UnassignIpv6AddressesAnswer, (),
                      (networkInterfaceId, unassignedIpv6Addresses))

Result<UnassignIpv6AddressesAnswer> unassign_ipv6_addresses(
    model::Transaction& tx, const model::Caller& caller,
    const UnassignIpv6AddressesRequest& request) {
  TRY_ASSIGN(const Interface* const found,
             find<Interface>(tx.world(), caller, request.NetworkInterfaceId));
  TRY(check_changeable(*found));
  Interface interface = *found;
  if (request.Ipv6Addresses.empty()) {
    return refuse(faults::MissingParameter, "The request must contain the parameter ipv6Addresses");
  }
  UnassignIpv6AddressesAnswer answer{.networkInterfaceId = interface.id.value};
  for (const std::string& text : request.Ipv6Addresses) {
    const auto address = IpAddress::parse(text);
    const auto at = address ? std::ranges::find(interface.ipv6_addresses, *address)
                            : interface.ipv6_addresses.end();
    if (at == interface.ipv6_addresses.end()) {
      return refuse(faults::InvalidParameterValue,
                    "Some of the specified addresses are not assigned to interface {}",
                    interface.id);
    }
    if (interface.primary_ipv6 && at == interface.ipv6_addresses.begin()) {
      return refuse(faults::InvalidParameterValue,
                    "{} is the primary IPv6 address of {} and cannot be unassigned", text,
                    interface.id);
    }
    interface.ipv6_addresses.erase(at);
    answer.unassignedIpv6Addresses.push_back(address->text());
  }
  tx.put(std::move(interface));
  return answer;
}

}  // namespace

std::vector<Action> network_interface_actions() {
  return {
      write<assign_ipv6_addresses>("AssignIpv6Addresses"),
      write<create_network_interface>("CreateNetworkInterface"),
      write<delete_network_interface>("DeleteNetworkInterface"),
      read<describe_network_interfaces>("DescribeNetworkInterfaces"),
      write<modify_network_interface_attribute>("ModifyNetworkInterfaceAttribute"),
      write<unassign_ipv6_addresses>("UnassignIpv6Addresses"),
  };
}

}  // namespace postern::api::ec2
