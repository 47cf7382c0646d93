// SPDX-License-Identifier: Apache-2.0
// What follows a packet that was sent on.
#include <array>
#include <utility>

#include "dataplane/bpf/test_world.h"
#include "reference/test_random_packet.h"

namespace postern::reference::testing {
namespace {

using dataplane::testing::mac_of;

// The packet in a frame, as far as it is one.
dataplane::testing::Packet packet_in(const Bytes& frame) {
  Bytes bytes = frame;
  const Frame padded(frame);
  const bool is_ip = padded.ether_type() == 0x0800 || padded.is_ipv6();
  if (is_ip && padded.total_length() < frame.size() - Frame::kIp) {
    bytes.resize(Frame::kIp + padded.total_length());
  }
  dataplane::testing::Packet packet = dataplane::testing::parse(bytes).packet;
  if (packet.source == IpAddress()) {
    packet.source = packet.destination = IpAddress::v4(0x0a00010a);
  }
  return packet;
}

}  // namespace

// What the receiver of a packet says to it.
Packet Packets::answer() {
  const Delivered& delivered = delivered_[random_.below(delivered_.size())];
  Wire wire = packet_in(delivered.arrived);
  const std::uint32_t after =
      wire.sequence + static_cast<std::uint32_t>(wire.payload.size()) + (wire.flags & kSyn ? 1 : 0);
  const bool to_syn = wire.flags == kSyn;
  std::swap(wire.source, wire.destination);
  std::swap(wire.source_port, wire.destination_port);
  wire.sequence = wire.acknowledgement != 0 ? wire.acknowledgement : 5000;
  wire.acknowledgement = random_.chance(70) ? after : after - random_.below(120);
  wire.flags = to_syn && random_.chance(85)
                   ? static_cast<std::uint8_t>(kSyn | kAck)
                   : random_.pick<std::uint8_t>(
                         {kAck, kAck, kAck, kAck | kPsh, kFin | kAck, kRst, kRst | kAck, kSyn});
  const std::uint8_t echo = wire.source.is_v4() ? 8 : 128, reply = wire.source.is_v4() ? 0 : 129;
  wire.icmp_type = wire.icmp_type == echo && random_.chance(90) ? reply : echo;
  wire.payload = payload();
  set_tcp_options(wire);
  return of(delivered.to, wire);
}

// What its sender says next, or again.
Packet Packets::more() {
  const Delivered& delivered = delivered_[random_.below(delivered_.size())];
  if (random_.chance(15)) {
    return {.port = delivered.from, .frame = delivered.sent};
  }
  Wire wire = packet_in(delivered.sent);
  if (random_.chance(80)) {
    wire.sequence += static_cast<std::uint32_t>(wire.payload.size()) + (wire.flags & kSyn ? 1 : 0);
  }
  wire.flags = random_.pick<std::uint8_t>({kAck, kAck, kAck, kAck | kPsh, kAck | kPsh, kFin | kAck,
                                           kRst, kSyn, kSyn, kAck | kPsh | 0x20});
  wire.acknowledgement = wire.acknowledgement != 0 ? wire.acknowledgement : 5001;
  if (wire.flags == kSyn && random_.chance(50)) {
    wire.sequence = random_.bits();
  }
  wire.payload = wire.flags == kSyn ? Bytes{} : payload();
  set_tcp_options(wire);
  return of(delivered.from, wire);
}

Packet Packets::error() {
  const Delivered& delivered = delivered_[random_.below(delivered_.size())];
  const Wire about = packet_in(delivered.arrived);
  Wire wire = dataplane::testing::icmp_error(about, random_.pick<std::uint8_t>({0, 1, 3, 4}));
  const bool ipv4 = wire.source.is_v4();
  wire.icmp_type = ipv4 ? random_.pick<std::uint8_t>({3, 3, 3, 11, 12})
                        : random_.pick<std::uint8_t>({1, 2, 2, 3, 4});
  if (random_.chance(8)) {
    std::array<std::uint8_t, 16> bytes = wire.source.bytes();
    ++bytes[15];
    wire.source = IpAddress(bytes);
  }
  if (random_.chance(8)) {
    wire.payload.resize(random_.below(ipv4 ? 28 : 48));
  }
  if (random_.chance(8) && wire.payload.size() >= 28) {
    wire.payload[ipv4 ? random_.pick({0U, 6U, 9U, 20U, 21U, 24U}) : random_.below(28)] =
        static_cast<std::uint8_t>(random_.bits());
  }
  return of(delivered.to, wire);
}

// Another's packet, from a link that may send from any address.
Packet Packets::borrow(const Maps& maps) {
  const Delivered& delivered = delivered_[random_.below(delivered_.size())];
  const pn_port* owner = link_at(maps, delivered.from);
  for (const auto& [port, link] : maps.ports) {
    if (owner != nullptr && link.vpc == owner->vpc && port != delivered.from &&
        (link.flags & kPnPortNoSourceCheck) != 0) {
      Frame frame(delivered.sent);
      frame.set_mac(6, mac_of(port));
      return {.port = port, .frame = frame.bytes()};
    }
  }
  return {.port = delivered.from, .frame = delivered.sent};
}

// A packet's first fragment, or what follows one that was sent.
Packet Packets::fragment() {
  const Delivered& delivered = delivered_[random_.below(delivered_.size())];
  Frame frame(delivered.sent);
  if (frame.ether_type() == 0x0800) {
    const bool follows = frame.more_fragments();
    frame.set16(Frame::kIp + 4,
                follows ? frame.id() : static_cast<std::uint16_t>(random_.between(1, 9)));
    frame.set16(Frame::kIp + 6, follows ? random_.pick<std::uint16_t>({8, 0x2008}) : 0x2000);
    frame.compute_checksums({});
  }
  return {.port = delivered.from, .frame = frame.bytes()};
}

}  // namespace postern::reference::testing
