// SPDX-License-Identifier: Apache-2.0
#include "reference/arp.h"

#include <array>

namespace postern::reference {
namespace {

// RFC 826, of IPv4 over Ethernet.
constexpr std::size_t kOperation = 20, kSenderMac = 22, kSender = 28, kTargetMac = 32, kTarget = 38,
                      kEnd = 42;

}  // namespace

std::expected<Frame, Verdict> answer_arp(const Maps& maps, const pn_port& link,
                                         const Packet& packet) {
  Frame frame(packet.frame);
  if (frame.size() < kEnd) {
    return std::unexpected(Verdict::Malformed);
  }
  const bool is_question = frame.get16(14) == 1 && frame.get16(16) == 0x0800 &&
                           frame.get8(18) == 6 && frame.get8(19) == 4 &&
                           frame.get16(kOperation) == 1;
  if (!is_question) {
    return std::unexpected(Verdict::ArpIgnored);
  }
  if (frame.get_mac(kSenderMac) != mac_of(link.mac)) {
    return std::unexpected(Verdict::MacSpoofed);
  }
  const IpAddress sender = frame.get_address(kSender);
  const IpAddress target = frame.get_address(kTarget);
  // RFC 5227: announcing one's own address, or asking whether it is free.
  if (sender == target || sender == IpAddress::v4(0)) {
    return std::unexpected(Verdict::ArpIgnored);
  }
  const bool is_checked = link.kind == kPnPortInstance && (link.flags & kPnPortNoSourceCheck) == 0;
  if (is_checked && sender != address_of(link.address)) {
    return std::unexpected(Verdict::AddressSpoofed);
  }
  const pn_addr_info* owner = find(maps.addresses, {link.vpc, target});
  if (owner == nullptr) {
    return std::unexpected(Verdict::ArpUnknownAddress);
  }
  if (owner->port == packet.port) {  // its own
    return std::unexpected(Verdict::ArpIgnored);
  }
  const MacAddress asker = frame.source_mac();
  frame.set_mac(0, asker);
  frame.set_mac(6, mac_of(owner->mac));
  frame.set16(kOperation, 2);
  frame.set_mac(kSenderMac, mac_of(owner->mac));
  frame.set_address(kSender, target);
  frame.set_mac(kTargetMac, asker);
  frame.set_address(kTarget, sender);
  return frame;
}

}  // namespace postern::reference
