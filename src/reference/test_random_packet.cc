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
    return IpAddress::v4(random.pick({0x0a000363U, 0x08080808U, 0xe00000fbU, 0x0a010101U}));
  }
  return random.pick(known);
}

// A port that whoever stands at the address may listen on.
std::uint16_t random_port(Random& random, const Maps& maps, std::uint32_t vpc,
                          const IpAddress& address, std::uint8_t protocol) {
  const pn_addr_info* info = find(maps.addresses, {vpc, address});
  if (info != nullptr && info->kind == kPnAddrEndpoint) {
    const pn_endpoint* endpoint = find(maps.endpoints, info->eni);
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
  Wire wire{.source = address_of(link.address),
            .destination = random_address(random_, maps, link.vpc)};
  if (link.kind == kPnPortServices || (link.flags & kPnPortNoSourceCheck && random_.chance(30)) ||
      random_.chance(2)) {
    wire.source = random_address(random_, maps, link.vpc);
  }
  wire.protocol = random_.pick<std::uint8_t>({6, 6, 6, 6, 17, 17, 17, 1, 1, 47});
  const pn_addr_info* at_destination = find(maps.addresses, {link.vpc, wire.destination});
  const bool is_balanced = at_destination != nullptr && (at_destination->kind == kPnAddrEndpoint ||
                                                         at_destination->kind == kPnAddrNode);
  if (is_balanced && random_.chance(85)) {
    wire.protocol = random_.pick<std::uint8_t>({6, 6, 17});
  }
  wire.source_port = static_cast<std::uint16_t>(random_.between(40000, 40005));
  wire.destination_port = random_port(random_, maps, link.vpc, wire.destination, wire.protocol);
  wire.sequence = random_.pick({1000U, 0xffffffffU, 0xfffffff0U, 0x80000000U, random_.bits()});
  wire.flags =
      random_.chance(88)
          ? kSyn
          : random_.pick<std::uint8_t>({kSyn | kAck, kAck, kRst, kSyn | kFin, kRst | kAck, 0});
  wire.icmp_type = random_.pick<std::uint8_t>({8, 8, 8, 8, 0, 13, 5});
  wire.icmp_code = random_.pick<std::uint8_t>({0, 0, 0, 1});
  wire.icmp_id = static_cast<std::uint16_t>(random_.between(70, 73));
  wire.without_checksum = random_.chance(10);
  set_tcp_options(wire);
  if (wire.flags != kSyn || wire.protocol != kTcp || random_.chance(10)) {
    wire.payload = payload();
  }
  return of(port, wire);
}

Packet Packets::arp(const Maps& maps) {
  const auto [port, link] = *random_.pick_entry(maps.ports);
  dataplane::testing::Arp arp{.source_mac = mac_of(port),
                              .sender_mac = mac_of(port),
                              .sender = address_of(link.address),
                              .target = random_address(random_, maps, link.vpc)};
  arp.operation = random_.chance(90) ? 1 : 2;
  if (link.kind == kPnPortServices || random_.chance(10)) {
    arp.sender = random_address(random_, maps, link.vpc);
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

// Makes something wrong or unusual of a packet.
void Packets::spoil(Packet& packet) {
  Frame frame(packet.frame);
  const bool ipv4 = frame.size() >= Frame::kL4 && frame.ether_type() == 0x0800;
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
  if (delivered_.empty() || maps.ports.empty() || kind < 22) {
    packet = first(maps);
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
  if (arrived.ether_type() != 0x0800 || arrived.fragment_offset() != 0 ||
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
