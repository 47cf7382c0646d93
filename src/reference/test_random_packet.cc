// SPDX-License-Identifier: Apache-2.0
#include "reference/test_random_packet.h"

#include <algorithm>

#include "dataplane/bpf/test_world.h"
#include "reference/test_random_world.h"

namespace postern::reference::testing {
namespace {

using dataplane::testing::mac_of;

constexpr std::size_t kRemembered = 48;
constexpr std::size_t kLeastOfEthernet = 60;  // shorter ones are padded

IpAddress random_address(Random& random, const Maps& maps, std::uint32_t vpc) {
  std::vector<IpAddress> known;
  for (const auto& [place, info] : maps.addresses) {
    if (place.first == vpc) {
      // The more interesting ones more often.
      const bool own = info.kind == kPnAddrService || info.kind == kPnAddrRouter;
      known.insert(known.end(), own ? 1 : info.kind == kPnAddrInstance ? 3 : 10, place.second);
    }
  }
  if (known.empty() || random.chance(4)) {
    const char* strange =
        random.pick({"10.0.3.99", "8.8.8.8", "224.0.0.251", "10.1.1.1", "2600:1f00:0:9::9",
                     "2001:db8::1", "fd00::1", "ff02::1", "fe80::50:4eff:fe00:1", "::1", "::"});
    return *IpAddress::parse(strange);
  }
  return random.pick(known);
}

// One that the interface at a link may send from to `destination`: of the same family.
IpAddress random_source(Random& random, const Maps& maps, std::uint32_t port,
                        const IpAddress& destination) {
  const pn_port& link = maps.ports.at(port);
  if (destination.is_v4()) {
    return address_of(link.address);
  }
  std::vector<IpAddress> own;
  for (const auto& [place, info] : maps.addresses) {
    if (place.first == link.vpc && info.port == port && !place.second.is_v4()) {
      own.push_back(place.second);
    }
  }
  return own.empty() ? *IpAddress::parse("fe80::9") : random.pick(own);
}

// An address of the VPC that is of the same family as `like`, most times.
IpAddress random_like(Random& random, const Maps& maps, std::uint32_t vpc, const IpAddress& like) {
  for (int tries = 0; tries < 20; ++tries) {
    const IpAddress address = random_address(random, maps, vpc);
    if (address.is_v4() == like.is_v4()) {
      return address;
    }
  }
  return like;
}

// A port that whoever stands at the address may listen on.
std::uint16_t random_port(Random& random, const Maps& maps, std::uint32_t vpc,
                          const IpAddress& address, std::uint8_t protocol) {
  const pn_addr_info* info = find(maps.addresses, {vpc, address});
  if (info != nullptr && info->kind == kPnAddrEndpoint) {
    const pn_endpoint* endpoint = find(maps.endpoints, info->eni);
    if (endpoint != nullptr && (endpoint->flags & kPnEndpointAws) != 0) {
      return random.pick<std::uint16_t>({kPnAwsHttp, kPnAwsHttp, kPnAwsHttps, 8080});
    }
    info = endpoint == nullptr
               ? nullptr
               : find(maps.addresses, {endpoint->node_vpc, address_of(endpoint->node_address)});
  }
  std::vector<std::uint16_t> ports;
  for (const auto& [key, listener] : maps.listeners) {
    if (info != nullptr && key.balancer == info->balancer && key.protocol == protocol) {
      ports.push_back(key.port);
    }
  }
  return ports.empty() || random.chance(8) ? random.pick(kServicePorts) : random.pick(ports);
}

}  // namespace

Bytes Packets::payload() {
  const std::size_t size = random_.chance(4)    ? random_.between(1300, 3000)
                           : random_.chance(60) ? random_.below(40)
                                                : 0;
  Bytes bytes(size);
  for (std::uint8_t& byte : bytes) {
    byte = static_cast<std::uint8_t>(random_.bits());
  }
  return bytes;
}

void Packets::set_tcp_options(Wire& wire) {
  Bytes& options = wire.tcp_options;
  options.clear();
  if (random_.chance(50)) {
    return;
  }
  options.assign(random_.below(3), 1);
  const auto add = [&](std::initializer_list<std::uint8_t> bytes) {
    if (options.size() + bytes.size() <= 40) {
      options.insert(options.end(), bytes);
    }
  };
  const auto byte = [&] { return static_cast<std::uint8_t>(random_.bits()); };
  for (std::uint32_t count = random_.below(4); count > 0; --count) {
    switch (random_.below(5)) {
      case 0:
        add({2, 4, random_.pick<std::uint8_t>({0x05, 0x21, 0x22, 0xff}), byte()});
        break;
      case 1:
        add({34, 6, byte(), byte(), byte(), byte()});
        break;
      case 2:
        add({34, 2});
        break;
      case 3: {
        // Edges near what has been acknowledged.
        add({5, 10});
        for (int edge = 0; edge < 2 && options.size() + 4 <= 40; ++edge) {
          const std::uint32_t at = wire.acknowledgement + random_.below(300) - 100;
          add({static_cast<std::uint8_t>(at >> 24), static_cast<std::uint8_t>(at >> 16),
               static_cast<std::uint8_t>(at >> 8), static_cast<std::uint8_t>(at)});
        }
        break;
      }
      default:
        add({8, 10, byte(), byte(), byte(), byte(), byte(), byte(), byte(), byte()});
    }
  }
  if (random_.chance(10)) {
    options.insert(options.end(), 38 - std::min<std::size_t>(options.size(), 38), 1);
    add({34, 2});
  }
}

Packet Packets::of(std::uint32_t port, Wire wire) {
  wire.source_mac = mac_of(port);
  Packet packet{.port = port, .frame = wire.bytes()};
  if (packet.frame.size() < kLeastOfEthernet && random_.chance(50)) {
    packet.frame.resize(kLeastOfEthernet);
  }
  return packet;
}

Packet Packets::first(const Maps& maps) {
  if (maps.ports.empty()) {
    return of(11, {});
  }
  auto at = random_.pick_entry(maps.ports);
  if (at->second.kind == kPnPortServices && random_.chance(60)) {
    at = random_.pick_entry(maps.ports);
  }
  const auto [port, link] = *at;
  Wire wire{.destination = random_address(random_, maps, link.vpc)};
  wire.source = random_source(random_, maps, port, wire.destination);
  if (link.kind == kPnPortServices || (link.flags & kPnPortNoSourceCheck && random_.chance(30)) ||
      random_.chance(2)) {
    wire.source = random_like(random_, maps, link.vpc, wire.destination);
  }
  const bool ipv4 = wire.destination.is_v4();
  const std::uint8_t icmp = ipv4 == random_.chance(96) ? kIcmp : kIcmpv6;
  wire.protocol = random_.pick<std::uint8_t>({6, 6, 6, 6, 17, 17, 17, icmp, icmp, 47});
  const pn_addr_info* at_destination = find(maps.addresses, {link.vpc, wire.destination});
  const bool is_balanced = at_destination != nullptr && (at_destination->kind == kPnAddrEndpoint ||
                                                         at_destination->kind == kPnAddrNode);
  if (is_balanced && random_.chance(85)) {
    wire.protocol = random_.pick<std::uint8_t>({6, 6, 17});
  }
  wire.source_port = static_cast<std::uint16_t>(random_.between(40000, 40005));
  wire.destination_port = random_port(random_, maps, link.vpc, wire.destination, wire.protocol);
  // A relay's, or what claims to be; in either case to a port of what it comes from.
  if (wire.source.is_v4() && random_.chance(link.kind == kPnPortServices ? 60 : 2)) {
    wire.destination = IpAddress::v4(random_.chance(95) ? kPnRelayTargets : kPnRelayClients);
    wire.protocol = random_.chance(95) ? kTcp : kUdp;
    wire.destination_port = random_port(random_, maps, link.vpc, wire.source, wire.protocol);
  }
  wire.sequence = random_.pick({1000U, 0xffffffffU, 0xfffffff0U, 0x80000000U, random_.bits()});
  wire.flags =
      random_.chance(88)
          ? kSyn
          : random_.pick<std::uint8_t>({kSyn | kAck, kAck, kRst, kSyn | kFin, kRst | kAck, 0});
  wire.icmp_type = ipv4 ? random_.pick<std::uint8_t>({8, 8, 8, 8, 0, 13, 5})
                        : random_.pick<std::uint8_t>({128, 128, 128, 128, 129, 143, 134});
  wire.icmp_code = random_.pick<std::uint8_t>({0, 0, 0, 1});
  wire.icmp_id = static_cast<std::uint16_t>(random_.between(70, 73));
  wire.without_checksum = random_.chance(10);
  set_tcp_options(wire);
  if (wire.flags != kSyn || wire.protocol != kTcp || random_.chance(10)) {
    wire.payload = payload();
  }
  return of(port, wire);
}

// Another connection of who has one, from the same port: perhaps by another listener to the same
// target.
Packet Packets::another(const Maps& maps) {
  const Delivered& delivered = delivered_[random_.below(delivered_.size())];
  const Frame sent(delivered.sent);
  const pn_port* link = find(maps.ports, delivered.from);
  if (link == nullptr || sent.protocol() != kTcp) {
    return first(maps);
  }
  Wire wire{.source = sent.source(), .destination = sent.destination()};
  wire.protocol = kTcp;
  wire.source_port = sent.source_port();
  wire.destination_port = random_port(random_, maps, link->vpc, wire.destination, kTcp);
  wire.sequence = random_.bits();
  wire.flags = kSyn;
  return of(delivered.from, wire);
}

// A question about an IPv6 address.
Packet Packets::solicitation(const Maps& maps, std::uint32_t port, const IpAddress& target) {
  const auto& link = maps.ports.at(port);
  IpAddress sender = random_source(random_, maps, port, target);
  if (random_.chance(15)) {
    sender = random_like(random_, maps, link.vpc, target);
  }
  if (random_.chance(5)) {
    sender = IpAddress();
  }
  Wire wire = dataplane::testing::solicitation(sender, target);
  if (random_.chance(5)) {
    wire.icmp_type = random_.pick<std::uint8_t>({133, 134, 136, 137});
  }
  if (random_.chance(5)) {
    wire.icmp_code = 1;
  }
  if (random_.chance(5)) {
    wire.hops = 254;
  }
  if (random_.chance(10)) {
    wire.payload.resize(random_.pick({0U, 15U, 16U}));
  }
  return of(port, wire);
}

Packet Packets::arp(const Maps& maps) {
  const auto [port, link] = *random_.pick_entry(maps.ports);
  const IpAddress target = random_address(random_, maps, link.vpc);
  if (!target.is_v4()) {
    return solicitation(maps, port, target);
  }
  dataplane::testing::Arp arp{.source_mac = mac_of(port),
                              .sender_mac = mac_of(port),
                              .sender = address_of(link.address),
                              .target = target};
  arp.operation = random_.chance(90) ? 1 : 2;
  if (link.kind == kPnPortServices || random_.chance(10)) {
    arp.sender = random_like(random_, maps, link.vpc, target);
  }
  if (random_.chance(5)) {
    arp.sender = IpAddress::v4(0);
  }
  if (random_.chance(5)) {
    arp.target = arp.sender;
  }
  if (random_.chance(5)) {
    arp.sender_mac = mac_of(random_.between(11, 30));
  }
  return {.port = port, .frame = arp.bytes()};
}

void Packets::spoil_ipv6(Packet& packet) {
  Frame frame(packet.frame);
  const auto any = [&] { return static_cast<std::uint8_t>(random_.bits()); };
  // The IPv4 address in IPv6's form.
  const IpAddress mapped = IpAddress::v4(0x0a000100U | random_.between(9, 14));
  const auto set_mapped = [&](std::size_t at) {
    for (std::size_t byte = 0; byte < 16; ++byte) {
      frame.set8(at + byte, mapped.bytes()[byte]);
    }
  };
  switch (random_.below(8)) {
    case 0:
      frame.set8(Frame::kIp + 6, random_.pick<std::uint8_t>({0, 43, 44, 51, 60, 1, any()}));
      break;
    case 1:
      set_mapped(Frame::kIp + 8);
      break;
    case 2:
      set_mapped(Frame::kIp + 24);
      break;
    case 3:
      frame.set8(0, 0x33);
      break;
    case 4:
      frame.set8(random_.between(Frame::kIp, Frame::kIp + 39), any());
      break;
    case 5:
      frame.set8(Frame::kIp + 24 + 15, any());
      break;
    case 6:
      frame.set8(random_.between(Frame::kIp, static_cast<std::uint32_t>(frame.size()) - 1), any());
      break;
    default:
      packet.segment_size = random_.pick({500U, 1400U, 8420U, 8441U, 9000U});
  }
  packet.frame = frame.bytes();
}

// Makes something wrong or unusual of a packet.
void Packets::spoil(Packet& packet) {
  Frame frame(packet.frame);
  const bool ipv4 = frame.size() >= Frame::kIp + Frame::kIpv4Size && frame.ether_type() == 0x0800;
  if (frame.is_ipv6() && frame.size() >= Frame::kIp + Frame::kIpv6Size && random_.chance(70)) {
    spoil_ipv6(packet);
    return;
  }
  switch (random_.below(ipv4 ? 12 : 4)) {
    case 0:
      frame.set_mac(6, mac_of(random_.between(11, 30)));
      break;
    case 1:
      packet.port = random_.between(11, 30);
      break;
    case 2:
      frame.set16(12, random_.pick<std::uint16_t>({0x86dd, 0x8100, 0x88cc, 0x0806, 0x0800}));
      break;
    case 3: {
      Bytes bytes = frame.bytes();
      bytes.resize(random_.between(15, static_cast<std::uint32_t>(bytes.size())));
      frame = Frame(bytes);
      break;
    }
    case 4: {  // padding behind the packet
      Bytes bytes = frame.bytes();
      for (std::uint32_t count = random_.between(1, 60); count > 0; --count) {
        bytes.push_back(static_cast<std::uint8_t>(random_.bits()));
      }
      frame = Frame(bytes);
      break;
    }
    case 5:
    case 6:
    case 7: {  // fragments
      frame.set16(Frame::kIp + 4, static_cast<std::uint16_t>(random_.between(1, 3)));
      frame.set16(Frame::kIp + 6, random_.pick<std::uint16_t>({0x2000, 0x2000, 1, 0x2001, 185}));
      const Frame::Faults as_they_are{};
      if (frame.total_length() <= frame.size() - Frame::kIp) {
        frame.compute_checksums(as_they_are);
      }
      break;
    }
    case 8:
      frame.set_address(Frame::kIp + 12, IpAddress::v4(0x0a000100U | random_.between(9, 14)));
      break;
    case 9:
      frame.set8(0, 0x01);
      break;
    case 10: {  // any byte of the headers
      const std::size_t at = random_.between(Frame::kIp, Frame::kIp + 39);
      if (random_.chance(10)) {
        frame.set8(Frame::kIp, 0x46);
      } else if (at < frame.size()) {
        frame.set8(at, static_cast<std::uint8_t>(random_.bits()));
      }
      break;
    }
    default:
      packet.segment_size = random_.pick({500U, 1400U, 8440U, 8461U, 9000U});
  }
  packet.frame = frame.bytes();
  // The kernel runs no test with less than a whole IP header.
  const std::uint16_t type = frame.ether_type();
  const std::size_t least = type == 0x0800 ? 34 : type == 0x86dd ? 54 : 15;
  if (packet.frame.size() < least) {
    packet.frame.resize(least);
    lengthened_ += 1;
  }
}

Packet Packets::next(const Maps& maps) {
  const std::uint32_t kind = random_.below(100);
  Packet packet;
  if (delivered_.empty() || maps.ports.empty() || kind < 19) {
    packet = first(maps);
  } else if (kind < 22) {
    packet = another(maps);
  } else if (kind < 58) {
    packet = answer();
  } else if (kind < 85) {
    packet = more();
  } else if (kind < 87) {
    packet = borrow(maps);
  } else if (kind < 90) {
    packet = fragment();
  } else if (kind < 96) {
    packet = error();
  } else {
    packet = arp(maps);
  }
  if (random_.chance(8)) {
    spoil(packet);
  }
  return packet;
}

void Packets::note(const Delivered& delivered) {
  const Frame arrived(delivered.arrived);
  if ((arrived.ether_type() != 0x0800 && !arrived.is_ipv6()) || arrived.fragment_offset() != 0 ||
      delivered.from == delivered.to) {
    return;
  }
  // Those whose addresses change have more in them.
  if (arrived.source() == Frame(delivered.sent).source() && random_.chance(70)) {
    return;
  }
  delivered_.push_back(delivered);
  if (delivered_.size() > kRemembered) {
    delivered_.pop_front();
  }
}

}  // namespace postern::reference::testing
