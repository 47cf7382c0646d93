// SPDX-License-Identifier: Apache-2.0
#include "explain/packet.h"

namespace postern::explain {
namespace {

using reference::Frame;

constexpr std::uint16_t kSourcePort = 50000;

std::size_t l4_size(std::uint8_t protocol) {
  return protocol == reference::kTcp ? 20 : 8;
}

void write_l4(const Traffic& traffic, Frame& frame) {
  constexpr std::size_t l4 = Frame::kL4;
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
      frame.set8(l4, 8);  // echo request
      frame.set16(l4 + 4, 1);
      return;
  }
  frame.set16(l4, kSourcePort);
  frame.set16(l4 + 2, traffic.port);
}

}  // namespace

reference::Packet first_packet(const model::NetworkInterface& source, const IpAddress& destination,
                               const Traffic& traffic) {
  const std::size_t size = Frame::kL4 + l4_size(traffic.protocol);
  Frame frame(reference::Bytes(size, 0));
  frame.set_mac(0, MacAddress::local(1));  // the program looks only whether it is one host's
  frame.set_mac(6, source.mac);
  frame.set16(12, 0x0800);
  frame.set8(Frame::kIp, 0x45);
  frame.set16(Frame::kIp + 2, static_cast<std::uint16_t>(size - Frame::kIp));
  frame.set16(Frame::kIp + 6, 0x4000);  // don't fragment
  frame.set8(Frame::kIp + 8, 64);
  frame.set8(Frame::kIp + 9, traffic.protocol);
  frame.set_address(Frame::kIp + 12, source.address);
  frame.set_address(Frame::kIp + 16, destination);
  write_l4(traffic, frame);
  frame.compute_checksums({});
  return {.port = source.port, .frame = frame.bytes(), .now = 1000, .chosen_port = 2000};
}

dataplane::Verdict reference_verdict(const reference::Maps& maps, const reference::Packet& packet) {
  return reference::judge(maps, reference::Settings{}, reference::FlowState{}, packet).verdict;
}

}  // namespace postern::explain
