// SPDX-License-Identifier: Apache-2.0
// What is where: VPCs, links, and what each address of a VPC is.
#include <algorithm>
#include <iterator>
#include <ranges>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "dataplane/compile/parts.h"
#include "dataplane/compile/words.h"
#include "model/addresses.h"
#include "model/aws_services.h"
#include "model/faults.h"
#include "model/holder_state.h"
#include "model/vpc.h"

namespace postern::dataplane {
namespace {

using model::Id;
using model::InterfaceType;
using model::NetworkInterface;
using model::Vpc;
using model::World;

constexpr __u8 kRouterMac[6] = PN_ROUTER_MAC;
// Link-local addresses of AWS's services in every VPC. [VPC user guide, "Amazon DNS server"; EC2
// user guide, "Instance metadata"]
const IpAddress kResolver = IpAddress::v4(0xa9fea9fd);  // 169.254.169.253
const IpAddress kMetadata = IpAddress::v4(0xa9fea9fe);  // 169.254.169.254

// The link of one that waits for its holder is no use to the next: it goes.
bool may_have_link(const NetworkInterface& interface) {
  const model::Holder* holder = model::holder_of(interface);
  return interface.type == InterfaceType::Interface && interface.port != 0 &&
         (holder == nullptr || holder->state == model::HolderState::Attached);
}

void set_groups(Lookup& lookup, const std::vector<Id<model::SecurityGroup>>& groups,
                pn_addr_info& info) {
  for (const auto& id : groups) {
    const auto* group = lookup.world().find(id);
    if (group != nullptr && info.group_count < kPnGroupsMax) {
      info.groups[info.group_count++] = group->number;
    }
  }
}

void set_subnet(const Lookup::SubnetOf& found, pn_addr_info& info) {
  if (found.subnet != nullptr) {
    info.subnet = found.subnet->number;
    info.acl = found.acl != nullptr ? found.acl->number : 0;
  }
}

pn_addr_kind kind_of(InterfaceType type) {
  switch (type) {
    case InterfaceType::Interface:
      return kPnAddrInstance;
    case InterfaceType::VpcEndpoint:
      return kPnAddrEndpoint;
    case InterfaceType::NetworkLoadBalancer:
      return kPnAddrNode;
    case InterfaceType::NatGateway:
      break;  // nothing is behind it
  }
  return kPnAddrNone;
}

void add_address(const Vpc& vpc, const IpAddress& address, const pn_addr_info& info, Part& part) {
  part.tables[MapId::Addresses].add(pn_addr_key{.vpc = vpc.number, .address = addr_word(address)},
                                    info);
}

void add_interface(Lookup& lookup, const Vpc& vpc, const NetworkInterface& interface, __u32 port,
                   __u32 balancer, Part& part) {
  pn_addr_info info{.kind = static_cast<__u32>(kind_of(interface.type)),
                    .eni = interface.number,
                    .port = port,
                    .balancer = balancer};
  copy_mac(interface.mac, info.mac);
  set_groups(lookup, interface.groups, info);
  set_subnet(lookup.subnet(interface.subnet), info);
  for (const IpAddress& address : model::addresses_of(interface)) {
    add_address(vpc, address, info, part);
  }
}

void add_node(const NetworkInterface& node, Part& part) {
  if (!node.ipv6_addresses.empty()) {
    part.tables[MapId::Nodes].add(
        node.number,
        pn_node{.ipv4 = addr_word(node.address), .ipv6 = addr_word(node.ipv6_addresses.front())});
  }
}

// A tap's link is wired to the tap outside the fabric: see dataplane/linux/tap.h.
__u32 port_flags(const NetworkInterface& interface) {
  const model::Holder* holder = model::holder_of(interface);
  const bool is_tap = holder != nullptr && holder->kind == model::HolderKind::Tap;
  return (interface.source_dest_check ? 0U : __u32{kPnPortNoSourceCheck}) |
         (is_tap ? __u32{kPnPortTap} : 0U);
}

void add_link(const World& world, const Vpc& vpc, const NetworkInterface& interface, __u32 counted,
              Part& part) {
  pn_port port{.kind = kPnPortInstance,
               .vpc = vpc.number,
               .owner = interface.number,
               .flags = port_flags(interface) | counted,
               .address = addr_word(interface.address)};
  copy_mac(interface.mac, port.mac);
  if (const model::Fault* fault = model::disturbing(world, interface.id)) {
    port.loss = static_cast<__u16>(kPnLossAll * fault->loss_percent / 100);
    port.flags |= fault->delay_ms != 0 ? __u32{kPnPortQueued} : 0U;
  }
  part.tables[MapId::Ports].add(interface.port, port);
}

pn_addr_info vpcs_own(pn_addr_kind kind, __u32 port) {
  pn_addr_info info{.kind = static_cast<__u32>(kind), .port = port};
  std::copy(std::begin(kRouterMac), std::end(kRouterMac), info.mac);
  return info;
}

// Whether the part is to hold what the VPC has.
bool is_asked_for(const Vpc* vpc, const std::optional<Id<Vpc>>& of) {
  return vpc != nullptr && (!of || vpc->id == *of);
}

// The router of every subnet.
void add_routers(Lookup& lookup, const std::optional<Id<Vpc>>& of, Part& part) {
  for (const auto& [id, subnet] : lookup.world().all<model::Subnet>()) {
    if (const Vpc* vpc = lookup.world().find(subnet->vpc); is_asked_for(vpc, of)) {
      add_address(*vpc, subnet->cidr.at(1), vpcs_own(kPnAddrRouter, 0), part);
    }
  }
}

// Resolver and metadata. The resolver is there as long as enableDnsSupport is on. [VPC user guide,
// "DNS attributes in your VPC"]
std::vector<IpAddress> own_addresses(const Vpc& vpc) {
  if (!vpc.enable_dns_support) {
    return {kMetadata};
  }
  return {model::resolver_address(vpc), kResolver, kMetadata};
}

void add_vpc(const Vpc& vpc, Part& part) {
  const auto word_of = [](const Cidr& net) {
    return pn_vpc{.net = addr_word(net.base()), .mask = mask_word(net)};
  };
  part.tables[MapId::Vpcs].add(vpc.number, word_of(vpc.cidr));
  pn_vpc_blocks blocks{};
  for (const Cidr& cidr : model::cidrs_of(vpc) | std::views::drop(1)) {
    if (blocks.count < kPnVpcBlocksMax) {
      blocks.blocks[blocks.count++] = word_of(cidr);
    }
  }
  if (blocks.count != 0) {
    part.tables[MapId::VpcBlocks].add(vpc.number, blocks);
  }
}

// A VPC's own addresses, and the namespace that is there for them.
void add_services(const Vpc& vpc, std::vector<IpAddress> answered, __u32 counted, Part& part) {
  add_vpc(vpc, part);
  pn_port port{.kind = kPnPortServices, .vpc = vpc.number, .owner = vpc.number, .flags = counted};
  copy_mac(services_mac(vpc.number), port.mac);
  part.tables[MapId::Ports].add(vpc.services_port, port);

  std::vector<IpAddress> addresses = std::move(answered);
  for (const IpAddress& own : own_addresses(vpc)) {
    add_address(vpc, own, vpcs_own(kPnAddrService, vpc.services_port), part);
    addresses.push_back(own);
  }
  std::sort(addresses.begin(), addresses.end());
  part.services.push_back({.vpc_id = vpc.id.value,
                           .vpc = vpc.number,
                           .port = vpc.services_port,
                           .mac = services_mac(vpc.number),
                           .addresses = std::move(addresses)});
}

// The interfaces of endpoints to services of AWS's that Postern serves.
std::unordered_set<const NetworkInterface*> answering_interfaces(const Lookup& lookup) {
  std::unordered_set<const NetworkInterface*> answering;
  for (const auto& [id, endpoint] : lookup.world().all<model::VpcEndpoint>()) {
    if (model::served_as(*endpoint)) {
      for (const model::EndpointSubnet& subnet : endpoint->subnets) {
        answering.insert(lookup.world().find(subnet.network_interface));
      }
    }
  }
  return answering;
}

// Which load balancer a node's interface is of.
std::unordered_map<const NetworkInterface*, __u32> nodes_of(const Lookup& lookup) {
  std::unordered_map<const NetworkInterface*, __u32> nodes;
  for (const auto& [id, load_balancer] : lookup.world().all<model::LoadBalancer>()) {
    for (const model::LoadBalancerZone& zone : load_balancer->zones) {
      nodes[lookup.world().find(zone.network_interface)] = load_balancer->number;
    }
  }
  return nodes;
}

}  // namespace

// An instance is on the network from before its first instruction until it is told to end; what the
// host's own holds, as long as its holder is there. What has failed on purpose keeps its link,
// which is not programmed: nothing passes in either direction.
bool has_link(const World& world, const NetworkInterface& interface) {
  if (interface.type != InterfaceType::Interface || interface.port == 0 || !interface.attachment ||
      model::darkening(world, interface) != nullptr) {
    return false;
  }
  if (const model::Holder* holder = model::holder_of(interface)) {
    return holder->state == model::HolderState::Attached;
  }
  const auto* instance = world.find(Id<model::Instance>(interface.attachment->instance_id));
  return instance != nullptr && (instance->state == model::InstanceState::Pending ||
                                 instance->state == model::InstanceState::Running);
}

InterfaceIndex linked_interfaces(const World& world) {
  InterfaceIndex index;
  for (const auto& [id, interface] : world.all<NetworkInterface>()) {
    if (has_link(world, *interface)) {
      for (const IpAddress& address : model::addresses_of(*interface)) {
        index[{interface->vpc, address}] = interface.get();
      }
    }
  }
  return index;
}

std::vector<model::AddressFamily> families_of(const World& world, const model::Id<Vpc>& vpc) {
  using enum model::AddressFamily;
  const Vpc* found = world.find(vpc);
  return found != nullptr && !found->ipv6_blocks.empty() ? std::vector{Ipv4, Ipv6}
                                                         : std::vector{Ipv4};
}

void add_places(Lookup& lookup, const InterfaceIndex& linked, const std::set<Id<Vpc>>& counted,
                const std::optional<Id<Vpc>>& of, Part& part) {
  const World& world = lookup.world();
  const auto nodes = nodes_of(lookup);
  const auto answering = answering_interfaces(lookup);
  const auto counted_flag = [&](const Id<Vpc>& vpc) {
    return counted.contains(vpc) ? __u32{kPnPortCounted} : 0U;
  };
  // The VPCs that have an interface, each with the addresses at which Postern answers for others.
  std::unordered_map<const Vpc*, std::vector<IpAddress>> used;
  for (const auto& [id, interface] : world.all<NetworkInterface>()) {
    const Vpc* vpc = world.find(interface->vpc);
    if (!is_asked_for(vpc, of)) {
      continue;
    }
    std::vector<IpAddress>& answered = used[vpc];
    if (may_have_link(*interface)) {
      part.links.push_back({kPnPortInstance, interface->number, interface->port});
    }
    const bool is_dark = model::darkening(world, *interface) != nullptr;
    const bool answers = answering.contains(interface.get());
    const auto node = nodes.find(interface.get());
    if (answers || node != nodes.end()) {
      std::ranges::copy(model::addresses_of(*interface), std::back_inserter(answered));
    }
    if (interface->type == InterfaceType::VpcEndpoint && !is_dark) {
      add_interface(lookup, *vpc, *interface, answers ? vpc->services_port : 0, 0, part);
    } else if (node != nodes.end()) {
      if (!is_dark) {
        add_interface(lookup, *vpc, *interface, vpc->services_port, node->second, part);
        add_node(*interface, part);
      }
    } else if (linked.contains({interface->vpc, interface->address})) {
      add_interface(lookup, *vpc, *interface, interface->port, 0, part);
      add_link(world, *vpc, *interface, counted_flag(vpc->id), part);
    }
  }
  for (auto& [vpc, answered] : used) {
    add_services(*vpc, std::move(answered), counted_flag(vpc->id), part);
  }
  std::ranges::sort(part.services, {}, &Services::vpc_id);
  add_routers(lookup, of, part);
}

}  // namespace postern::dataplane
