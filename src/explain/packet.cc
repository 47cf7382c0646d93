// SPDX-License-Identifier: Apache-2.0
#include "explain/packet.h"

#include "model/addresses.h"

namespace postern::explain {
namespace {

using reference::Frame;

constexpr std::uint16_t kSourcePort = 50000;

std::size_t l4_size(std::uint8_t protocol) {
  return protocol == reference::kTcp ? 20 : 8;
}

void write_l4(const Traffic& traffic, Frame& frame) {
  const std::size_t l4 = frame.l4();
  switch (traffic.protocol) {
    case reference::kTcp:
      frame.set32(l4 + 4, 1000);    // sequence number
      frame.set8(l4 + 12, 5 << 4);  // header length in words
      frame.set8(l4 + 13, traffic.established ? reference::kAck : reference::kSyn);
      frame.set16(l4 + 14, 0xffff);  // window
      break;
    case reference::kUdp:
      frame.set16(l4 + 4, 8);  // length
      break;
    default:
      frame.set8(l4, frame.is_ipv6() ? 128 : 8);  // echo request
      frame.set16(l4 + 4, 1);
      return;
  }
  frame.set16(l4, kSourcePort);
  frame.set16(l4 + 2, traffic.port);
}

}  // namespace

IpAddress source_address(const model::NetworkInterface& source, const IpAddress& destination) {
  return model::address_like(source, destination).value_or(*IpAddress::parse("fe80::1"));
}

reference::Packet first_packet(const model::NetworkInterface& source, const IpAddress& destination,
                               const Traffic& traffic) {
  const bool ipv6 = !destination.is_v4();
  const bool icmp = traffic.protocol == reference::kIcmp;
  Frame frame = reference::empty_packet(ipv6, l4_size(traffic.protocol));
  frame.set_mac(0, MacAddress::local(1));  // the program looks only whether it is one host's
  frame.set_mac(6, source.mac);
  frame.set8(Frame::kIp + (ipv6 ? 7 : 8), 64);
  frame.set8(Frame::kIp + (ipv6 ? 6 : 9), ipv6 && icmp ? reference::kIcmpv6 : traffic.protocol);
  frame.set_addresses(source_address(source, destination), destination);
  write_l4(traffic, frame);
  frame.compute_checksums({});
  return {.port = source.port, .frame = frame.bytes(), .now = 1000, .chosen_port = 2000};
}

dataplane::Verdict reference_verdict(const reference::Maps& maps, const reference::Packet& packet) {
  return reference::judge(maps, reference::Settings{}, reference::FlowState{}, packet).verdict;
}

}  // namespace postern::explain
