// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/launch_network.h"

#include "api/ec2/group_lookup.h"
#include "api/ec2/interface_address.h"
#include "base/check.h"
#include "model/zones.h"

namespace postern::api::ec2 {
namespace {

using model::Caller;
using model::Subnet;
using model::World;

std::string if_given(const std::optional<std::string>& text) {
  return text.value_or("");
}

// What the interface's own specification says may not be said of the instance too.
// [recorded answers of RunInstances]
Result<> check_not_twice(const RunInstancesRequest& request) {
  const auto refuse_both = [](std::string_view what) {
    return refuse(faults::InvalidParameterCombination,
                  "Network interfaces and an instance-level {} may not be specified on the same "
                  "request",
                  what);
  };
  if (!if_given(request.SubnetId).empty()) {
    return refuse_both("subnet ID");
  }
  if (!request.SecurityGroupId.empty() || !request.SecurityGroup.empty()) {
    return refuse_both("security groups");
  }
  if (!if_given(request.PrivateIpAddress).empty()) {
    return refuse_both("private IP address");
  }
  if (request.Ipv6AddressCount || !request.Ipv6Address.empty() || request.EnablePrimaryIpv6) {
    return refuse_both("IPv6 address");
  }
  return {};
}

// The zone that the placement asks for; empty when it leaves it open.
Result<std::string> wanted_zone(const Caller& caller, const PlacementSpecification& placement) {
  const std::string name = if_given(placement.AvailabilityZone);
  const std::string id = if_given(placement.AvailabilityZoneId);
  if (!id.empty()) {
    const auto of_id = model::zone_name(caller.account, caller.region, id);
    if (!of_id || (!name.empty() && name != *of_id)) {
      return refuse(faults::InvalidParameterValue, "Invalid availability zone: [{}]", id);
    }
    return *of_id;
  }
  if (!name.empty() && !model::zone_id(caller.account, caller.region, name)) {
    return refuse(faults::InvalidParameterValue, "Invalid availability zone: [{}]", name);
  }
  return name;
}

// The default subnet of the zone, or of the first zone that has one.
Result<Subnet> default_subnet(const World& world, const Caller& caller, const std::string& zone) {
  TRY_ASSIGN(const model::Vpc* const vpc, find_default_vpc(world, caller));
  const Subnet* found = nullptr;
  for (const auto& [id, subnet] : world.all<Subnet>()) {
    if (subnet->vpc == vpc->id && subnet->default_for_zone &&
        (zone.empty() || subnet->zone == zone) &&
        (found == nullptr || subnet->zone < found->zone)) {
      found = subnet.get();
    }
  }
  if (found == nullptr) {
    return refuse(faults::MissingInput,
                  "No subnets found for the default VPC '{}'. Please specify a subnet.", vpc->id);
  }
  return *found;
}

Result<Subnet> launch_subnet(const World& world, const Caller& caller,
                             const PlacementSpecification& placement, const std::string& id) {
  TRY_ASSIGN(const std::string zone, wanted_zone(caller, placement));
  if (id.empty()) {
    return default_subnet(world, caller, zone);
  }
  TRY_ASSIGN(const Subnet* const subnet, find<Subnet>(world, caller, id));
  if (!zone.empty() && subnet->zone != zone) {
    return refuse(faults::InvalidParameterCombination,
                  "The subnet '{}' is not in the availability zone '{}'", id, zone);
  }
  return *subnet;
}

// SecurityGroup.N names groups, which works in the default VPC alone.
Result<std::vector<std::string>> group_ids(const World& world, const Caller& caller,
                                           const RunInstancesRequest& request) {
  std::vector<std::string> ids = request.SecurityGroupId;
  if (!request.SecurityGroup.empty() && !if_given(request.SubnetId).empty()) {
    return refuse(faults::InvalidParameterCombination,
                  "The parameter groupName cannot be used with the parameter subnet");
  }
  for (const std::string& name : request.SecurityGroup) {
    TRY_ASSIGN(const auto* const group, find_group(world, caller, std::nullopt, name));
    ids.push_back(group->id.value);
  }
  return ids;
}

Result<LaunchNetwork> existing_interface(const World& world, const Caller& caller,
                                         const RunInstancesRequest& request,
                                         const InterfaceSpecification& specification) {
  TRY_ASSIGN(const auto* const interface,
             find<model::NetworkInterface>(world, caller, *specification.NetworkInterfaceId));
  TRY(absent("NetworkInterface.1.AssociatePublicIpAddress",
             specification.AssociatePublicIpAddress));
  if (specification.SubnetId || !specification.SecurityGroupId.empty() ||
      specification.PrivateIpAddress || !specification.PrivateIpAddresses.empty() ||
      specification.Ipv6AddressCount || !specification.Ipv6Addresses.empty()) {
    return refuse(faults::InvalidParameterCombination,
                  "A network interface may not specify both a network interface ID and a subnet, "
                  "security groups or private IP addresses");
  }
  if (request.MaxCount > 1) {
    return refuse(faults::InvalidParameterCombination,
                  "A network interface ID may be specified for one instance only");
  }
  if (interface->attachment || interface->requester_managed) {
    return refuse(faults::InvalidNetworkInterfaceInUse, "Interface: [{}] in use.", interface->id);
  }
  const Subnet* subnet = world.find(interface->subnet);
  POSTERN_CHECK(subnet != nullptr, "an interface's subnet is there");
  return LaunchNetwork{.subnet = *subnet,
                       .groups = interface->groups,
                       .delete_on_termination = specification.DeleteOnTermination.value_or(false),
                       .existing = *interface};
}

Result<LaunchNetwork> specified_interface(const World& world, const Caller& caller,
                                          const RunInstancesRequest& request,
                                          const InterfaceSpecification& specification) {
  TRY_ASSIGN(const Subnet subnet,
             launch_subnet(world, caller, request.Placement, if_given(specification.SubnetId)));
  TRY_ASSIGN(auto groups, interface_groups(world, caller, subnet, specification.SecurityGroupId));
  TRY_ASSIGN(const auto address,
             wanted_address(specification.PrivateIpAddress, specification.PrivateIpAddresses));
  TRY_ASSIGN(auto ipv6, wanted_ipv6(specification.Ipv6AddressCount, specification.Ipv6Addresses,
                                    specification.PrimaryIpv6));
  return LaunchNetwork{.subnet = subnet,
                       .groups = std::move(groups),
                       .address = address,
                       .ipv6 = std::move(ipv6),
                       .description = if_given(specification.Description),
                       .delete_on_termination = specification.DeleteOnTermination.value_or(true),
                       .public_address = specification.AssociatePublicIpAddress.value_or(
                           subnet.map_public_ip_on_launch)};
}

Result<LaunchNetwork> plain_network(const World& world, const Caller& caller,
                                    const RunInstancesRequest& request) {
  TRY_ASSIGN(const auto ids, group_ids(world, caller, request));
  TRY_ASSIGN(const Subnet subnet,
             launch_subnet(world, caller, request.Placement, if_given(request.SubnetId)));
  TRY_ASSIGN(auto groups, interface_groups(world, caller, subnet, ids));
  TRY_ASSIGN(const auto address, wanted_address(request.PrivateIpAddress, {}));
  TRY_ASSIGN(auto ipv6,
             wanted_ipv6(request.Ipv6AddressCount, request.Ipv6Address, request.EnablePrimaryIpv6));
  return LaunchNetwork{.subnet = subnet,
                       .groups = std::move(groups),
                       .address = address,
                       .ipv6 = std::move(ipv6),
                       .public_address = subnet.map_public_ip_on_launch};
}

Result<LaunchNetwork> any_network(const World& world, const Caller& caller,
                                  const RunInstancesRequest& request) {
  if (request.NetworkInterface.empty()) {
    return plain_network(world, caller, request);
  }
  TRY(check_not_twice(request));
  const InterfaceSpecification& specification = request.NetworkInterface.front();
  if (specification.NetworkInterfaceId) {
    return existing_interface(world, caller, request, specification);
  }
  return specified_interface(world, caller, request, specification);
}

}  // namespace

Result<LaunchNetwork> launch_network(const World& world, const Caller& caller,
                                     const RunInstancesRequest& request) {
  TRY_ASSIGN(LaunchNetwork network, any_network(world, caller, request));
  if ((network.address || !network.ipv6.addresses.empty()) && request.MaxCount > 1) {
    return refuse(faults::InvalidParameterCombination,
                  "A private IP address may be specified for one instance only");
  }
  return network;
}

}  // namespace postern::api::ec2
