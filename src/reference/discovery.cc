// SPDX-License-Identifier: Apache-2.0
#include "reference/discovery.h"

#include <algorithm>
#include <array>

namespace postern::reference {
namespace {

constexpr std::uint8_t kRouterSolicitation = 133, kSolicitation = 135, kAdvertisement = 136,
                       kRedirect = 137;
// From where the ICMPv6 message begins.
constexpr std::size_t kCode = 1, kFlags = 4, kTargetAddress = 8, kOption = 24, kOptionSize = 8;

IpAddress router() {
  return IpAddress(std::array<std::uint8_t, 16> PN_ROUTER_LINK_LOCAL);
}

bool is_link_local(const IpAddress& address) {
  return Cidr::parse("fe80::/10")->contains(address);
}

// 4.4, with the target's link-layer address.
Frame advertisement(const Frame& question, const IpAddress& target, const MacAddress& mac) {
  Frame out = empty_packet(true, kOption + kOptionSize);
  out.set_mac(0, question.source_mac());
  out.set_mac(6, mac);
  out.set8(Frame::kIp + 6, kIcmpv6);
  out.set8(Frame::kIp + 7, 255);
  out.set_addresses(target, question.source());
  const std::size_t at = out.l4();
  out.set8(at, kAdvertisement);
  out.set8(at + kFlags, target == router() ? 0xe0 : 0x60);  // router, solicited, override
  out.set_address(at + kTargetAddress, target);
  out.set8(at + kOption, 2);
  out.set8(at + kOption + 1, 1);
  out.set_mac(at + kOption + 2, mac);
  out.compute_checksums({});
  return out;
}

}  // namespace

bool is_ipv6(const Packet& packet) {
  const Frame frame(packet.frame);
  return frame.size() >= Frame::kIp + Frame::kIpv6Size && frame.get8(Frame::kIp) >> 4 == 6 &&
         frame.total_length() <= frame.size() - Frame::kIp && !frame.source().is_v4() &&
         !frame.destination().is_v4();
}

bool is_discovery(const Packet& packet) {
  const Frame frame(packet.frame);
  if (frame.protocol() != kIcmpv6 || frame.l4_size() < 8) {
    return false;
  }
  const std::uint8_t type = frame.get8(frame.l4());
  return type >= kRouterSolicitation && type <= kRedirect;
}

bool has_ipv6(const Maps& maps, const pn_port& link, std::uint32_t port, const IpAddress& address) {
  const pn_addr_info* info = find(maps.addresses, {link.vpc, address});
  return info != nullptr && info->kind == kPnAddrInstance && info->port == port &&
         info->eni == link.owner;
}

std::expected<Frame, Verdict> answer_solicitation(const Maps& maps, const pn_port& link,
                                                  const Packet& packet) {
  const Frame frame(packet.frame);
  const std::size_t at = frame.l4();
  // 7.1.1.
  const bool is_valid = frame.get8(at) == kSolicitation && frame.get8(at + kCode) == 0 &&
                        frame.get8(Frame::kIp + 7) == 255 && frame.l4_size() >= kOption;
  // Without a source it asks whether an address is free (RFC 4862, 5.4): no answer says so.
  if (!is_valid || frame.source() == IpAddress() || frame.get_ipv6(at + kTargetAddress).is_v4()) {
    return std::unexpected(Verdict::ArpIgnored);
  }
  const bool is_checked = link.kind == kPnPortInstance && (link.flags & kPnPortNoSourceCheck) == 0;
  const pn_addr_info* asker = find(maps.addresses, {link.vpc, frame.source()});
  const bool is_own = asker != nullptr && asker->port == packet.port && asker->eni == link.owner;
  if (is_checked && !is_own && !is_link_local(frame.source())) {
    return std::unexpected(Verdict::AddressSpoofed);
  }
  const IpAddress target = frame.get_ipv6(at + kTargetAddress);
  if (target == router()) {
    const std::uint8_t mac[6] = PN_ROUTER_MAC;
    return advertisement(frame, target, mac_of(mac));
  }
  const pn_addr_info* owner = find(maps.addresses, {link.vpc, target});
  if (owner == nullptr) {
    return std::unexpected(Verdict::ArpUnknownAddress);
  }
  if (owner->port == packet.port) {
    return std::unexpected(Verdict::ArpIgnored);
  }
  return advertisement(frame, target, mac_of(owner->mac));
}

}  // namespace postern::reference
