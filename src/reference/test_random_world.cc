// SPDX-License-Identifier: Apache-2.0
#include "reference/test_random_world.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <bit>

#include "dataplane/bpf/test_world.h"
#include "reference/frame.h"

namespace postern::reference::testing {
namespace {

using dataplane::testing::mac_of;
using dataplane::testing::rule;

constexpr std::uint32_t kFirstPort = 11, kFirstServicesPort = 26;

IpAddress host(unsigned subnet, unsigned number) {
  return IpAddress::v4(0x0a000000U | subnet << 8 | number);
}

void copy_mac(const MacAddress& mac, std::uint8_t (&to)[6]) {
  std::ranges::copy(mac.bytes(), to);
}

// All VPCs have the same, as they have the same IPv4 addresses.
IpAddress ipv6_host(unsigned subnet, unsigned number) {
  std::array<std::uint8_t, 16> bytes = {0x26, 0x00, 0x1f, 0x00, 0, 0, 0};
  bytes[7] = static_cast<std::uint8_t>(subnet);
  bytes[14] = static_cast<std::uint8_t>(number >> 8);
  bytes[15] = static_cast<std::uint8_t>(number);
  return IpAddress(bytes);
}

class Builder {
 public:
  explicit Builder(Random& random) : random_(random) {}

  Maps build() {
    vpcs_ = random_.between(2, 3);
    // How easily a group lets through, in percent.
    ease_ = random_.pick({50U, 80U, 95U, 100U});
    has_acls_ = random_.chance(50);
    maps_.acl_generation = has_acls_ ? random_.between(1, 3) : 0;
    maps_.cut_generation = random_.below(3);
    for (std::uint32_t vpc = 1; vpc <= vpcs_; ++vpc) {
      add_vpc(vpc);
    }
    const std::uint32_t balancers = random_.between(1, 2);
    for (std::uint32_t at = 0; at < balancers; ++at) {
      add_balancer(301 + at, random_.between(1, vpcs_));
    }
    const std::uint32_t endpoints = random_.between(1, 4);
    for (std::uint32_t at = 0; at < endpoints; ++at) {
      add_endpoint(121 + at, random_.between(1, vpcs_));
    }
    for (const bool ipv6 : {false, true}) {
      for (const pn_direction direction : {kPnIngress, kPnEgress}) {
        for (std::uint32_t group = 201; group <= 208; ++group) {
          maps_.groups[{group, direction, ipv6}] = random_group(ipv6);
        }
        for (std::uint32_t acl = 701; acl <= 704; ++acl) {
          maps_.acls[{acl, direction, ipv6}] = random_acl(ipv6);
        }
      }
    }
    return maps_;
  }

  pn_group random_group(bool ipv6) {
    pn_group group{};
    const std::uint32_t count = random_.below(5);
    for (std::uint32_t at = 0; at < count; ++at) {
      group.rules[group.count++] = random_rule(ipv6);
    }
    if (random_.chance(ease_)) {
      group.rules[group.count++] = rule(kPnProtocolAny, 0, 0, ipv6 ? "::/0" : "0.0.0.0/0");
    }
    return group;
  }

  pn_acl random_acl(bool ipv6) {
    pn_acl acl{};
    const std::uint32_t count = random_.below(4);
    for (std::uint32_t at = 0; at < count; ++at) {
      acl.rules[acl.count++] = acl_rule(random_rule(ipv6), random_.chance(50));
    }
    if (random_.chance(80)) {
      acl.rules[acl.count++] =
          acl_rule(rule(kPnProtocolAny, 0, 0, ipv6 ? "::/0" : "0.0.0.0/0"), true);
    }
    return acl;
  }

 private:
  static pn_acl_rule acl_rule(const pn_rule& like, bool allow) {
    return {.net = like.net,
            .mask = like.mask,
            .protocol = like.protocol,
            .low = like.low,
            .high = like.high,
            .allow = static_cast<std::uint16_t>(allow)};
  }

  pn_rule random_rule(bool ipv6) {
    const std::uint8_t icmp = ipv6 ? kIcmpv6 : kIcmp;
    const std::uint16_t protocol =
        random_.pick<std::uint16_t>({kPnProtocolAny, 6, 6, 17, icmp, 47});
    std::uint16_t low = random_.pick(kServicePorts);
    std::uint16_t high = random_.pick<std::uint16_t>({low, 65535, 1024});
    if (protocol == icmp) {
      low = random_.pick<std::uint16_t>(
          {kPnIcmpAny, ipv6 ? std::uint16_t{128} : std::uint16_t{8}, 3});
      high = random_.pick<std::uint16_t>({kPnIcmpAny, 0, 1});
    }
    if (random_.chance(40)) {
      return rule(protocol, low, high, random_group_number());
    }
    if (ipv6) {
      return rule(protocol, low, high,
                  random_.pick<std::string_view>({"::/0", "2600:1f00::/56", "2600:1f00:0:1::/64",
                                                  "2600:1f00:0:2::/64", "2600:1f00:0:1::a/127",
                                                  "2600:1f00:0:1::c9/128"}));
    }
    return rule(protocol, low, high,
                random_.pick<std::string_view>({"0.0.0.0/0", "10.0.0.0/16", "10.0.1.0/24",
                                                "10.0.2.0/24", "10.0.1.10/31", "10.0.1.200/32"}));
  }

  std::uint32_t random_group_number() { return random_.between(201, 208); }

  void set_groups(pn_addr_info& info, std::uint32_t least) {
    info.group_count = random_.between(least, random_.chance(10) ? 5 : 2);
    for (std::uint32_t at = 0; at < info.group_count; ++at) {
      info.groups[at] = random_group_number();
    }
  }

  void add_address(std::uint32_t vpc, unsigned subnet, const IpAddress& address,
                   pn_addr_info info) {
    info.subnet = subnet == 0 ? 0 : vpc * 10 + subnet;
    info.acl =
        subnet != 0 && has_acls_ && (vpc + subnet) % 3 != 0 ? 700 + (vpc + subnet) % 4 + 1 : 0;
    maps_.addresses[{vpc, address}] = info;
  }

  void add_own(std::uint32_t vpc, const IpAddress& address, pn_addr_kind kind, std::uint32_t port) {
    pn_addr_info info{};
    info.kind = kind;
    info.port = port;
    const std::uint8_t router[] = PN_ROUTER_MAC;
    std::ranges::copy(router, info.mac);
    add_address(vpc, 0, address, info);
  }

  void add_vpc(std::uint32_t vpc) {
    const pn_rule net =
        rule(0, 0, 0, random_.pick<std::string_view>({"10.0.0.0/16", "10.0.0.0/20"}));
    maps_.vpcs[vpc] = {.net = net.net, .mask = net.mask};
    pn_vpc_blocks blocks{};
    const auto add_block = [&](std::string_view cidr) {
      const pn_rule block = rule(0, 0, 0, cidr);
      blocks.blocks[blocks.count++] = {.net = block.net, .mask = block.mask};
    };
    if (random_.chance(30)) {
      add_block("10.0.32.0/20");
    }
    has_ipv6_ = random_.chance(70);
    if (has_ipv6_) {
      add_block("2600:1f00::/56");
      if (random_.chance(50)) {
        add_block("fd00::/56");
      }
    }
    if (blocks.count != 0) {
      maps_.vpc_blocks[vpc] = blocks;
    }
    const std::uint32_t services = kFirstServicesPort + vpc;
    pn_port link{.kind = kPnPortServices, .vpc = vpc, .owner = vpc};
    copy_mac(mac_of(services), link.mac);
    maps_.ports[services] = link;
    for (const std::uint32_t own : {0x0a000002U, 0xa9fea9fdU, 0xa9fea9feU}) {
      add_own(vpc, IpAddress::v4(own), kPnAddrService, services);
    }
    add_own(vpc, host(1, 1), kPnAddrRouter, 0);
    add_own(vpc, host(2, 1), kPnAddrRouter, 0);
    const std::uint32_t instances = random_.between(2, 4);
    for (std::uint32_t at = 0; at < instances; ++at) {
      add_instance(vpc);
    }
  }

  void add_instance(std::uint32_t vpc) {
    const unsigned subnet = random_.between(1, 2);
    const IpAddress address = host(subnet, 10 + random_.below(4));
    if (maps_.addresses.contains({vpc, address})) {
      return;
    }
    const std::uint32_t number = ports_++;
    pn_port link{.kind = kPnPortInstance,
                 .vpc = vpc,
                 .owner = number + 90,
                 .flags = random_.chance(15) ? __u32{kPnPortNoSourceCheck} : __u32{0},
                 .address = word_of(address)};
    copy_mac(mac_of(number), link.mac);
    maps_.ports[number] = link;
    pn_addr_info info{};
    info.kind = kPnAddrInstance;
    info.eni = link.owner;
    info.port = number;
    copy_mac(mac_of(number), info.mac);
    set_groups(info, 1);
    add_address(vpc, subnet, address, info);
    for (unsigned more = has_ipv6_ ? random_.below(3) : 0; more > 0; --more) {
      add_address(vpc, subnet, ipv6_host(subnet, number * 2 + more), info);
    }
  }

  void add_balancer(std::uint32_t balancer, std::uint32_t vpc) {
    std::vector<std::uint32_t> nodes;
    const std::uint32_t node_groups = random_.below(2);
    for (unsigned subnet = 1; subnet <= random_.between(1, 2); ++subnet) {
      pn_addr_info info{};
      info.kind = kPnAddrNode;
      info.eni = nodes_++;
      info.port = kFirstServicesPort + vpc;
      info.balancer = balancer;
      copy_mac(mac_of(info.port), info.mac);
      if (node_groups != 0) {
        set_groups(info, 1);
      }
      const IpAddress address = host(subnet, 200 + balancer % 10);
      add_address(vpc, subnet, address, info);
      if (has_ipv6_ && random_.chance(80)) {
        const IpAddress other = ipv6_host(subnet, 200 + balancer % 10);
        add_address(vpc, subnet, other, info);
        maps_.nodes[info.eni] = {.ipv4 = word_of(address), .ipv6 = word_of(other)};
      }
      nodes.push_back(info.eni);
    }
    for (const std::uint8_t protocol : {kTcp, kUdp}) {
      for (const std::uint16_t port : kServicePorts) {
        if (random_.chance(75)) {
          add_listener(balancer, vpc, protocol, port, nodes);
        }
      }
    }
  }

  void add_listener(std::uint32_t balancer, std::uint32_t vpc, std::uint8_t protocol,
                    std::uint16_t port, const std::vector<std::uint32_t>& nodes) {
    const std::uint32_t target_group = add_target_group(vpc, nodes);
    pn_listener listener{.listener = target_group + 200, .target_group = target_group};
    listener.flags = random_group_flags();
    listener.idle_seconds = random_.pick({60U, 120U, 350U});
    if (random_.chance(25)) {
      split(listener, vpc, nodes);
    } else if (protocol == kTcp && random_.chance(25)) {
      listener.flags = random_.chance(10) ? listener.flags : 0U;
      maps_.listeners[{balancer, protocol, port, kPnSideRelay}] = listener;
      listener.target_group = 0;
      listener.flags = kPnListenerRelay | (random_.chance(80) ? __u32{kPnListenerProxyV2} : 0U);
    }
    maps_.listeners[{balancer, protocol, port, kPnSideClients}] = listener;
  }

  std::uint32_t random_group_flags() {
    std::uint32_t flags = random_.chance(30) ? __u32{kPnListenerPreserve} : 0U;
    flags |= random_.chance(20) ? __u32{kPnListenerSticky} : 0U;
    flags |= random_.chance(40) ? __u32{kPnListenerProxyV2} : 0U;
    return flags;
  }

  // Among its own group and others; some are half programmed.
  void split(pn_listener& listener, std::uint32_t vpc, const std::vector<std::uint32_t>& nodes) {
    pn_split split{.count = random_.between(2, kPnSharesMax)};
    for (std::uint32_t at = 0; at < split.count; ++at) {
      pn_share& share = split.shares[at];
      share.target_group = at == 0 ? listener.target_group : add_target_group(vpc, nodes);
      share.flags = at == 0 ? listener.flags : random_group_flags();
      share.last = (at + 1) * (~0U / split.count);
    }
    split.shares[split.count - 1].last = ~0U;
    if (random_.chance(95)) {
      maps_.splits[listener.listener] = split;
    }
    listener.target_group = 0;
    listener.flags = kPnListenerSplit;
    listener.flags |= random_.chance(30) ? __u32{kPnListenerSticky} : 0U;
  }

  std::uint32_t add_target_group(std::uint32_t vpc, const std::vector<std::uint32_t>& nodes) {
    const std::uint32_t target_group = target_groups_++;
    std::vector<std::uint32_t> targets;
    const std::uint32_t registered = random_.chance(90) ? random_.between(1, 4) : 0;
    for (std::uint32_t at = 0; at < registered; ++at) {
      targets.push_back(add_target(vpc));
    }
    for (const std::uint32_t node : nodes) {
      maps_.choices[{target_group, node}] = random_choice(targets);
    }
    return target_group;
  }

  std::uint32_t add_target(std::uint32_t vpc) {
    const std::uint32_t number = targets_++;
    pn_target target{.state = random_.chance(93) ? kPnTargetOpen : kPnTargetClosed, .vpc = vpc};
    target.port_be = htons(random_.pick(kServicePorts));
    // Behind some are load balancers, of which only those that a relay answers for may be targets.
    const std::uint32_t wanted = random_.chance(85) ? kPnAddrInstance : kPnAddrNode;
    std::vector<Place> found;
    for (const auto& [place, info] : maps_.addresses) {
      if (place.first == vpc && info.kind == wanted) {
        found.push_back(place);
      }
    }
    const Place place = random_.pick(found);
    target.eni = maps_.addresses[place].eni;
    target.address = word_of(place.second);
    maps_.targets[number] = target;
    return number;
  }

  pn_choice random_choice(const std::vector<std::uint32_t>& registered) {
    pn_choice choice{};
    choice.registered = static_cast<std::uint32_t>(registered.size());
    choice.slot_mask = static_cast<std::uint32_t>(std::bit_ceil(2 * registered.size() + 1)) - 1;
    for (const std::uint32_t target : registered) {
      if (!random_.chance(85)) {
        continue;
      }
      choice.targets[choice.count++] = target;
      if (random_.chance(85)) {
        choice.slots[random_.below(choice.slot_mask + 1)] =
            static_cast<std::uint16_t>(choice.count);
      }
    }
    return choice;
  }

  void add_endpoint(std::uint32_t eni, std::uint32_t vpc) {
    const unsigned subnet = random_.between(1, 2);
    pn_addr_info info{};
    info.kind = kPnAddrEndpoint;
    info.eni = eni;
    const bool leads_to_aws = random_.chance(25);
    // Of those that Postern answers at, and sometimes left over from a time when it did.
    info.port = leads_to_aws || random_.chance(5) ? kFirstServicesPort + vpc : 0;
    copy_mac(mac_of(eni), info.mac);
    set_groups(info, 1);
    add_address(vpc, subnet, host(subnet, eni), info);
    if (has_ipv6_ && random_.chance(80)) {
      add_address(vpc, subnet, ipv6_host(subnet, eni), info);
    }
    std::vector<Place> nodes;
    for (const auto& [place, each] : maps_.addresses) {
      if (each.kind == kPnAddrNode) {
        nodes.push_back(place);
      }
    }
    const Place node = random_.pick(nodes);
    pn_endpoint endpoint{
        .state = random_.chance(85) ? kPnEndpointForwarding : kPnEndpointClosed,
        .connection = random_.between(1, 3),
        .flags = random_.chance(30) ? __u32{kPnEndpointSkipNodeIngress} : __u32{0}};
    if (random_.chance(95)) {
      endpoint.node_vpc = node.first;
      endpoint.node_eni = maps_.addresses[node].eni;
      endpoint.node_address = word_of(node.second);
    }
    if (leads_to_aws) {
      endpoint.flags |= kPnEndpointAws | (random_.chance(20) ? __u32{kPnEndpointUnserved} : 0U);
    }
    for (char& each : endpoint.id) {
      each = static_cast<char>(random_.between('0', '9'));
    }
    maps_.endpoints[eni] = endpoint;
  }

  Random& random_;
  Maps maps_;
  std::uint32_t vpcs_ = 0;
  unsigned ease_ = 0;
  bool has_acls_ = false;
  bool has_ipv6_ = false;  // the VPC that is being made
  std::uint32_t ports_ = kFirstPort, nodes_ = 131, target_groups_ = 401, targets_ = 501;
};

}  // namespace

pn_group random_group(Random& random, bool ipv6) {
  return Builder(random).random_group(ipv6);
}

pn_acl random_acl(Random& random, bool ipv6) {
  return Builder(random).random_acl(ipv6);
}

Maps random_world(Random& random) {
  Maps maps = Builder(random).build();
  if (random.chance(40)) {
    for (std::uint32_t losses = random.between(1, 5); losses > 0; --losses) {
      lose_something(random, maps);
    }
  }
  return maps;
}

}  // namespace postern::reference::testing
