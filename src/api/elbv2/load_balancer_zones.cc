// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/load_balancer_zones.h"

#include <algorithm>

#include "api/elbv2/constraint.h"
#include "api/elbv2/find.h"
#include "model/addresses.h"
#include "model/endpoint_state.h"
#include "model/public_addresses.h"
#include "model/registration.h"
#include "model/target_health.h"

namespace postern::api::elbv2 {
namespace {

// A subnet needs so many free addresses, unless the caller chooses the node's own.
// [NLB guide, "Availability Zones"; the words are recorded]
constexpr std::uint64_t kFreeAddressesMin = 8;

Result<std::optional<IpAddress>> chosen_address(const SubnetMapping& mapping,
                                                const model::Subnet& subnet,
                                                std::string_view scheme) {
  if (mapping.SourceNatIpv6Prefix) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Source NAT prefixes are not supported: nodes translate to their own addresses");
  }
  if (!mapping.PrivateIPv4Address) {
    return std::nullopt;
  }
  if (scheme != "internal") {
    return refuse(faults::InvalidConfigurationRequest,
                  "You can specify a private IPv4 address for an internal load balancer only");
  }
  const auto address = IpAddress::parse(*mapping.PrivateIPv4Address);
  if (!address || !address->is_v4() || !subnet.cidr.contains(*address)) {
    return refuse(faults::InvalidConfigurationRequest,
                  "The private IPv4 address '{}' is not in the subnet '{}'",
                  *mapping.PrivateIPv4Address, subnet.id);
  }
  return address;
}

// [the words of two are recorded]
Result<model::Id<model::ElasticIp>> chosen_elastic_ip(const model::World& world,
                                                      const model::Caller& caller,
                                                      const SubnetMapping& mapping,
                                                      const model::LoadBalancer& load_balancer) {
  if (!mapping.AllocationId) {
    return model::Id<model::ElasticIp>();
  }
  if (is_application(load_balancer)) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Elastic IPs are not supported for load balancers with type 'application'");
  }
  if (load_balancer.scheme == "internal") {
    return refuse(faults::InvalidConfigurationRequest,
                  "Elastic IPs are not supported for load balancers with scheme 'internal'");
  }
  const auto* address = world.find(model::Id<model::ElasticIp>(*mapping.AllocationId));
  if (address == nullptr || !model::owns(caller, *address)) {
    return refuse(faults::AllocationIdNotFound, "The allocation ID '{}' does not exist",
                  *mapping.AllocationId);
  }
  return address->id;
}

Result<std::optional<IpAddress>> chosen_ipv6_address(const SubnetMapping& mapping,
                                                     const model::Subnet& subnet,
                                                     std::string_view ip_address_type) {
  if (!mapping.IPv6Address) {
    return std::nullopt;
  }
  if (ip_address_type != "dualstack") {
    return refuse(faults::InvalidConfigurationRequest,
                  "You can specify an IPv6 address for a load balancer of IP address type "
                  "'dualstack' only");
  }
  const auto address = IpAddress::parse(*mapping.IPv6Address);
  if (!address || !subnet.ipv6_block || !subnet.ipv6_block->cidr.contains(*address)) {
    return refuse(faults::InvalidConfigurationRequest,
                  "The IPv6 address '{}' is not in the subnet '{}'", *mapping.IPv6Address,
                  subnet.id);
  }
  return address;
}

Result<ZoneChoice> choose_zone(const model::World& world, const model::Caller& caller,
                               const SubnetMapping& mapping,
                               const model::LoadBalancer& load_balancer) {
  if (!mapping.SubnetId) {
    return refuse(faults::ValidationError, "A subnet ID must be specified");
  }
  const model::Subnet* subnet = world.find(model::Id<model::Subnet>(*mapping.SubnetId));
  if (subnet == nullptr || !model::owns(caller, *subnet)) {
    return refuse(faults::SubnetNotFound, "The subnet ID '{}' does not exist", *mapping.SubnetId);
  }
  TRY_ASSIGN(const auto address, chosen_address(mapping, *subnet, load_balancer.scheme));
  TRY_ASSIGN(const auto ipv6_address,
             chosen_ipv6_address(mapping, *subnet, load_balancer.ip_address_type));
  TRY_ASSIGN(auto elastic_ip, chosen_elastic_ip(world, caller, mapping, load_balancer));
  return ZoneChoice{.subnet = subnet,
                    .address = address,
                    .ipv6_address = ipv6_address,
                    .elastic_ip = std::move(elastic_ip)};
}

// [API reference, CreateLoadBalancer, Subnets; the words on zones are recorded]
Result<> check_together(const std::vector<ZoneChoice>& choices) {
  for (std::size_t i = 0; i < choices.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (choices[i].subnet->vpc != choices[j].subnet->vpc) {
        return refuse(faults::InvalidConfigurationRequest,
                      "All subnets of a load balancer must be in the same VPC");
      }
      if (choices[i].subnet->zone_id == choices[j].subnet->zone_id) {
        return refuse(faults::InvalidConfigurationRequest,
                      "A load balancer cannot be attached to multiple subnets in the same "
                      "Availability Zone");
      }
    }
  }
  return {};
}

// EC2's refusals of an address, as ELBv2 says them.
Error of_address(Error error, const model::Subnet& subnet) {
  if (error.kind() != ErrorKind::Refusal) {
    return error;
  }
  return Error(ErrorKind::Refusal, faults::InvalidSubnet,
               fmt::format("The subnet '{}' cannot be used: {}", subnet.id, error.message()));
}

// [EC2 DescribeNetworkInterfaces of an NLB, recorded]
model::NetworkInterface node_draft(model::Transaction& tx,
                                   const model::LoadBalancer& load_balancer) {
  return {.groups = load_balancer.security_groups,
          .type = model::InterfaceType::NetworkLoadBalancer,
          .description = fmt::format("ELB {}/{}/{}", arn_word(load_balancer), load_balancer.name,
                                     load_balancer.hex),
          .requester_managed = true,
          .requester_id = "amazon-elb",
          .source_dest_check = false,
          .attachment = model::Attachment{.id = tx.ids().ec2_id("ela-attach-"),
                                          .instance_owner_id = "amazon-aws",
                                          .device_index = 1,
                                          .delete_on_termination = false,
                                          .attached_at = tx.now()}};
}

// Whether a VPC endpoint's connections enter the load balancer.
bool has_endpoints(const model::World& world, const model::LoadBalancer& load_balancer) {
  return std::ranges::any_of(world.all<model::VpcEndpoint>(), [&](const auto& row) {
    const auto* service = world.find(row.second->service);
    return model::is_live(row.second->state) && service != nullptr &&
           std::ranges::find(service->load_balancers, load_balancer.id) !=
               service->load_balancers.end();
  });
}

// [NLB guide, "IP address type": "the subnets must have associated IPv6 CIDR blocks"; the words are
// recorded in kubernetes-sigs/aws-load-balancer-controller#4852]
Result<> give_ipv6(model::Transaction& tx, const model::Subnet& subnet,
                   const std::optional<IpAddress>& wanted, model::NetworkInterface& node) {
  if (!subnet.ipv6_block) {
    return refuse(faults::ValidationError,
                  "You must specify subnets with an associated IPv6 CIDR block.");
  }
  const auto address = model::allocate_ipv6_address(tx, subnet, wanted);
  if (!address) {
    return std::unexpected(of_address(address.error(), subnet));
  }
  node.ipv6_addresses = {*address};
  return {};
}

// What stands in the way of a load balancer without IPv6.
Result<> check_without_ipv6(const model::World& world, const model::LoadBalancer& load_balancer) {
  for (const model::TargetGroup* group : model::groups_of(world, load_balancer)) {
    if (group->ip_address_type == "ipv6") {
      return refuse(faults::InvalidConfigurationRequest,
                    "The IP address type of load balancer '{}' must be 'dualstack' while target "
                    "group '{}' has IP address type 'ipv6'",
                    load_balancer.id, group->id);
    }
  }
  for (const auto& [id, service] : world.all<model::EndpointService>()) {
    if (std::ranges::count(service->load_balancers, load_balancer.id) != 0 &&
        model::supports(*service, "ipv6")) {
      return refuse(faults::InvalidConfigurationRequest,
                    "The IP address type of load balancer '{}' must be 'dualstack' while endpoint "
                    "service '{}' supports IPv6",
                    load_balancer.id, id);
    }
  }
  return {};
}

// [NLB guide, "Network Load Balancer listeners": UDP on dualstack needs IPv6 targets]
Result<> check_with_ipv6(const model::World& world, const model::LoadBalancer& load_balancer) {
  const auto is_ipv4 = [&](const model::Id<model::TargetGroup>& id) {
    const auto* group = world.find(id);
    return group != nullptr && group->ip_address_type == "ipv4";
  };
  for (const auto& [id, listener] : world.all<model::Listener>()) {
    if (listener->load_balancer == load_balancer.id && listener->protocol.contains("UDP") &&
        std::ranges::any_of(model::groups_of(*listener), is_ipv4)) {
      return refuse(faults::InvalidConfigurationRequest,
                    "Listener '{}' with the {} protocol needs a target group with IP address type "
                    "'ipv6' on a load balancer of IP address type 'dualstack'",
                    id, listener->protocol);
    }
  }
  return {};
}

struct SetSubnetsRequest {
  std::string LoadBalancerArn;
  std::vector<std::string> Subnets;
  std::vector<SubnetMapping> SubnetMappings;
  std::optional<std::string> IpAddressType;
  std::optional<std::string> EnablePrefixForIpv6SourceNat;
};
BOOST_DESCRIBE_STRUCT(SetSubnetsRequest, (),
                      (LoadBalancerArn, Subnets, SubnetMappings, IpAddressType,
                       EnablePrefixForIpv6SourceNat))

struct SetSubnetsAnswer {
  std::vector<AvailabilityZone> AvailabilityZones;
  std::string IpAddressType;
};
BOOST_DESCRIBE_STRUCT(SetSubnetsAnswer, (), (AvailabilityZones, IpAddressType))

Result<> check_set_subnets(const SetSubnetsRequest& request) {
  TRY(check_enum("ipAddressType", request.IpAddressType,
                 {"ipv4", "dualstack", "dualstack-without-public-ipv4"}));
  TRY(check_enum("enablePrefixForIpv6SourceNat", request.EnablePrefixForIpv6SourceNat,
                 {"on", "off"}));
  if (request.EnablePrefixForIpv6SourceNat.value_or("off") != "off") {
    return refuse(faults::InvalidConfigurationRequest,
                  "EnablePrefixForIpv6SourceNat is not supported: nodes translate to their own "
                  "addresses");
  }
  return {};
}

// The choices that are new. Refuses what would change a zone that stays.
// [API reference, SetSubnets; the words on a second subnet are recorded]
Result<std::vector<ZoneChoice>> new_choices(const model::World& world,
                                            const model::LoadBalancer& load_balancer,
                                            const std::vector<ZoneChoice>& choices) {
  std::vector<ZoneChoice> added;
  for (const ZoneChoice& choice : choices) {
    if (choice.subnet->vpc != load_balancer.vpc) {
      return refuse(faults::InvalidConfigurationRequest,
                    "The subnet '{}' is not in the VPC '{}' of the load balancer",
                    choice.subnet->id, load_balancer.vpc);
    }
    const auto zone = std::ranges::find(load_balancer.zones, choice.subnet->zone_id,
                                        &model::LoadBalancerZone::zone_id);
    if (zone == load_balancer.zones.end()) {
      added.push_back(choice);
      continue;
    }
    if (zone->subnet != choice.subnet->id) {
      return refuse(faults::InvalidConfigurationRequest,
                    "You cannot specify an additional subnet from an Availability Zone that is "
                    "already associated with the load balancer ('{}')",
                    choice.subnet->zone);
    }
    const auto* elastic = model::elastic_ip_of(world, zone->network_interface);
    if (!choice.elastic_ip.empty() && (elastic == nullptr || elastic->id != choice.elastic_ip)) {
      return refuse(faults::InvalidConfigurationRequest,
                    "The elastic IP address of the subnet '{}' cannot be changed",
                    choice.subnet->id);
    }
    const auto* node = world.find(zone->network_interface);
    if (choice.address && node != nullptr && node->address != *choice.address) {
      return refuse(faults::InvalidConfigurationRequest,
                    "The private IPv4 address of the subnet '{}' cannot be changed",
                    choice.subnet->id);
    }
  }
  return added;
}

// Takes away the zones that are not chosen, with their nodes.
Result<> remove_others(model::Transaction& tx, model::LoadBalancer& load_balancer,
                       const std::vector<ZoneChoice>& choices) {
  const auto is_chosen = [&](const model::LoadBalancerZone& zone) {
    return std::ranges::any_of(
        choices, [&](const ZoneChoice& choice) { return choice.subnet->id == zone.subnet; });
  };
  if (std::ranges::all_of(load_balancer.zones, is_chosen)) {
    return {};
  }
  // [NLB guide, "Update the Availability Zones"]
  if (has_endpoints(tx.world(), load_balancer)) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Subnets cannot be removed from load balancer '{}' while VPC endpoints are "
                  "connected to its endpoint service",
                  load_balancer.id);
  }
  for (const model::LoadBalancerZone& zone : load_balancer.zones) {
    if (!is_chosen(zone)) {
      tx.erase(zone.network_interface);
    }
  }
  std::erase_if(load_balancer.zones, [&](const auto& zone) { return !is_chosen(zone); });
  return {};
}

Result<SetSubnetsAnswer> set_subnets(model::Transaction& tx, const model::Caller& caller,
                                     const SetSubnetsRequest& request) {
  TRY_ASSIGN(const auto* const found,
             find<model::LoadBalancer>(tx.world(), caller, request.LoadBalancerArn));
  TRY(check_set_subnets(request));
  model::LoadBalancer changed = *found;
  const std::string type = request.IpAddressType.value_or(changed.ip_address_type);
  model::LoadBalancer wanted = changed;
  wanted.ip_address_type = type;
  TRY_ASSIGN(const auto choices,
             choose_zones(tx.world(), caller, request.Subnets, request.SubnetMappings, wanted));
  TRY_ASSIGN(const auto added, new_choices(tx.world(), changed, choices));
  TRY(remove_others(tx, changed, choices));
  TRY(change_ip_address_type(tx, changed, type));
  for (const ZoneChoice& choice : added) {
    TRY(add_zone(tx, changed, choice));
  }
  tx.put(changed);
  model::follow_nodes(tx, changed);
  return SetSubnetsAnswer{.AvailabilityZones = availability_zones(tx.world(), changed),
                          .IpAddressType = changed.ip_address_type};
}

}  // namespace

std::vector<AvailabilityZone> availability_zones(const model::World& world,
                                                 const model::LoadBalancer& load_balancer) {
  std::vector<AvailabilityZone> zones;
  for (const model::LoadBalancerZone& zone : load_balancer.zones) {
    AvailabilityZone& item =
        zones.emplace_back(AvailabilityZone{.ZoneName = zone.zone, .SubnetId = zone.subnet.value});
    const auto* node = world.find(zone.network_interface);
    // An internal one has none: it is not worth looking through them.
    const auto* elastic = load_balancer.scheme == "internal"
                              ? nullptr
                              : model::elastic_ip_of(world, zone.network_interface);
    if (node == nullptr || !(zone.fixed_address || zone.fixed_ipv6_address || elastic != nullptr)) {
      continue;
    }
    LoadBalancerAddress& fixed = item.LoadBalancerAddresses.emplace_back();
    if (elastic != nullptr) {
      fixed.IpAddress = elastic->public_ip.text();
      fixed.AllocationId = elastic->id.value;
    }
    if (zone.fixed_address) {
      fixed.PrivateIPv4Address = node->address.text();
    }
    if (zone.fixed_ipv6_address && !node->ipv6_addresses.empty()) {
      fixed.IPv6Address = node->ipv6_addresses.front().text();
    }
  }
  return zones;
}

Result<std::vector<ZoneChoice>> choose_zones(const model::World& world, const model::Caller& caller,
                                             const std::vector<std::string>& subnets,
                                             const std::vector<SubnetMapping>& mappings,
                                             const model::LoadBalancer& load_balancer) {
  if (subnets.empty() == mappings.empty()) {
    return refuse(faults::ValidationError,
                  "You must specify either subnets or subnet mappings, and not both");
  }
  std::vector<ZoneChoice> choices;
  for (const std::string& subnet : subnets) {
    TRY_ASSIGN(const auto choice, choose_zone(world, caller, {.SubnetId = subnet}, load_balancer));
    choices.push_back(choice);
  }
  for (const SubnetMapping& mapping : mappings) {
    if (is_application(load_balancer) && mapping.PrivateIPv4Address) {
      return refuse(faults::InvalidConfigurationRequest,
                    "Private IPv4 addresses cannot be specified for load balancers with type "
                    "'application'");
    }
    TRY_ASSIGN(const auto choice, choose_zone(world, caller, mapping, load_balancer));
    choices.push_back(choice);
  }
  TRY(check_together(choices));
  // [the words of both are recorded]
  const model::Id<model::Vpc>& vpc = choices.front().subnet->vpc;
  if (load_balancer.scheme != "internal" && model::gateway_of(world, vpc) == nullptr) {
    return refuse(faults::InvalidSubnet, "VPC {} has no internet gateway", vpc);
  }
  if (is_application(load_balancer) && choices.size() < 2) {
    return refuse(faults::ValidationError,
                  "At least two subnets in two different Availability Zones must be specified");
  }
  return choices;
}

Result<> add_zone(model::Transaction& tx, model::LoadBalancer& load_balancer,
                  const ZoneChoice& choice) {
  const model::Subnet& subnet = *choice.subnet;
  const auto* elastic = tx.world().find(choice.elastic_ip);
  if (elastic != nullptr && model::interface_of(tx.world(), *elastic) != nullptr) {
    // [the words are recorded]
    return refuse(faults::ResourceInUse, "The allocation IDs are not available for use");
  }
  if (!choice.address && model::available_addresses(tx.world(), subnet) < kFreeAddressesMin) {
    return refuse(faults::InvalidSubnet,
                  "Not enough IP space available in {}. ELB requires at least {} free IP addresses "
                  "in each subnet.",
                  subnet.id, kFreeAddressesMin);
  }
  model::NetworkInterface draft = node_draft(tx, load_balancer);
  if (load_balancer.ip_address_type == "dualstack") {
    TRY(give_ipv6(tx, subnet, choice.ipv6_address, draft));
  }
  const auto node = model::add_interface(tx, subnet, choice.address, std::move(draft));
  if (!node) {
    return std::unexpected(of_address(node.error(), subnet));
  }
  if (elastic != nullptr) {
    model::associate(tx, *elastic, node->id);
  }
  load_balancer.zones.push_back({.zone = subnet.zone,
                                 .zone_id = subnet.zone_id,
                                 .subnet = subnet.id,
                                 .network_interface = node->id,
                                 .fixed_address = choice.address.has_value(),
                                 .fixed_ipv6_address = choice.ipv6_address.has_value()});
  return {};
}

Result<> change_ip_address_type(model::Transaction& tx, model::LoadBalancer& load_balancer,
                                const std::string& type) {
  if (type == "dualstack-without-public-ipv4") {
    return refuse(faults::InvalidConfigurationRequest,
                  "IP address type '{}' is not supported on load balancers with type '{}'", type,
                  load_balancer.type);
  }
  if (type == load_balancer.ip_address_type) {
    return {};
  }
  if (is_application(load_balancer)) {
    return refuse(faults::InvalidConfigurationRequest,
                  "IP address type '{}' is not supported on load balancers with type 'application'",
                  type);
  }
  const bool dualstack = type == "dualstack";
  TRY(dualstack ? check_with_ipv6(tx.world(), load_balancer)
                : check_without_ipv6(tx.world(), load_balancer));
  for (const model::LoadBalancerZone& zone : load_balancer.zones) {
    model::NetworkInterface node = *tx.world().find(zone.network_interface);
    node.ipv6_addresses.clear();
    if (dualstack) {
      TRY(give_ipv6(tx, *tx.world().find(zone.subnet), std::nullopt, node));
    }
    tx.put(std::move(node));
  }
  load_balancer.ip_address_type = type;
  return {};
}

std::vector<Action> load_balancer_zone_actions() {
  return {write<set_subnets>("SetSubnets")};
}

}  // namespace postern::api::elbv2
