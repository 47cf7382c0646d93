// SPDX-License-Identifier: Apache-2.0
#include "dataplane/bpf/test_packet.h"

#include <algorithm>
#include <span>

#include "base/check.h"

namespace postern::dataplane::testing {
namespace {

constexpr std::size_t kEth = 14;
constexpr std::size_t kIp = 20;
constexpr std::size_t kIpv6 = 40;
constexpr std::uint8_t kIcmpv6 = 58;

void put8(Bytes& to, std::uint8_t value) {
  to.push_back(value);
}
void put16(Bytes& to, std::uint16_t value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8));
  to.push_back(static_cast<std::uint8_t>(value));
}
void put32(Bytes& to, std::uint32_t value) {
  put16(to, static_cast<std::uint16_t>(value >> 16));
  put16(to, static_cast<std::uint16_t>(value));
}
void put_mac(Bytes& to, const MacAddress& mac) {
  to.insert(to.end(), mac.bytes().begin(), mac.bytes().end());
}
void put_ipv6(Bytes& to, const IpAddress& address) {
  to.insert(to.end(), address.bytes().begin(), address.bytes().end());
}
void put_all(Bytes& to, const Bytes& bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

std::uint16_t get16(std::span<const std::uint8_t> from, std::size_t at) {
  return static_cast<std::uint16_t>(from[at] << 8 | from[at + 1]);
}
std::uint32_t get32(std::span<const std::uint8_t> from, std::size_t at) {
  return static_cast<std::uint32_t>(get16(from, at)) << 16 | get16(from, at + 2);
}
IpAddress get_ipv6(std::span<const std::uint8_t> from, std::size_t at) {
  std::array<std::uint8_t, 16> bytes;
  std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(at), bytes.size(), bytes.begin());
  return IpAddress(bytes);
}
MacAddress get_mac(std::span<const std::uint8_t> from, std::size_t at) {
  std::array<std::uint8_t, 6> mac;
  std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(at), 6, mac.begin());
  return MacAddress(mac);
}

std::uint32_t sum_of(std::span<const std::uint8_t> bytes, std::uint32_t sum = 0) {
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    sum += static_cast<std::uint32_t>(bytes[i]) << 8 | (i + 1 < bytes.size() ? bytes[i + 1] : 0u);
  }
  return sum;
}
std::uint16_t checksum(std::uint32_t sum) {
  while (sum >> 16) {
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(~sum);
}
std::uint32_t pseudo_sum(const Packet& packet, std::size_t l4_bytes) {
  Bytes header;
  const auto put = [&](const IpAddress& address) {
    address.is_v4() ? put32(header, address.v4_value()) : put_ipv6(header, address);
  };
  put(packet.source);
  put(packet.destination);
  put16(header, packet.protocol);
  put16(header, static_cast<std::uint16_t>(l4_bytes));
  return sum_of(header);
}
void set16(Bytes& bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value);
}

Bytes tcp_bytes(const Packet& packet) {
  Bytes out;
  Bytes options = packet.tcp_options;
  while (options.size() % 4) {
    options.push_back(0);
  }
  put16(out, packet.source_port);
  put16(out, packet.destination_port);
  put32(out, packet.sequence);
  put32(out, packet.acknowledgement);
  put8(out, static_cast<std::uint8_t>((5 + options.size() / 4) << 4));
  put8(out, packet.flags);
  put16(out, 65535);
  put32(out, 0);
  put_all(out, options);
  put_all(out, packet.payload);
  set16(out, 16, checksum(sum_of(out, pseudo_sum(packet, out.size()))));
  return out;
}

Bytes udp_bytes(const Packet& packet) {
  Bytes out;
  put16(out, packet.source_port);
  put16(out, packet.destination_port);
  put16(out, static_cast<std::uint16_t>(8 + packet.payload.size()));
  put16(out, 0);
  put_all(out, packet.payload);
  if (!packet.without_checksum) {
    const auto sum = checksum(sum_of(out, pseudo_sum(packet, out.size())));
    set16(out, 6, sum ? sum : 0xffff);
  }
  return out;
}

Bytes icmp_bytes(const Packet& packet) {
  Bytes out;
  put8(out, packet.icmp_type);
  put8(out, packet.icmp_code);
  put16(out, 0);
  put16(out, packet.icmp_id);
  put16(out, 1);
  put_all(out, packet.payload);
  const std::uint32_t pseudo = packet.protocol == kIcmpv6 ? pseudo_sum(packet, out.size()) : 0;
  set16(out, 2, checksum(sum_of(out, pseudo)));
  return out;
}

Bytes l4_bytes(const Packet& packet) {
  switch (packet.protocol) {
    case 6:
      return tcp_bytes(packet);
    case 17:
      return udp_bytes(packet);
    case 1:
    case kIcmpv6:
      return icmp_bytes(packet);
    default:
      return packet.payload;
  }
}

Bytes ipv4_bytes(const Packet& packet) {
  const Bytes l4 = l4_bytes(packet);
  const std::size_t header = std::size_t{packet.header_words} * 4;
  Bytes out;
  put8(out, static_cast<std::uint8_t>(0x40 | packet.header_words));
  put8(out, 0);
  put16(out, static_cast<std::uint16_t>(header + l4.size()));
  put16(out, 1);
  put16(out, packet.fragment);
  put8(out, packet.hops);
  put8(out, packet.protocol);
  put16(out, 0);
  put32(out, packet.source.v4_value());
  put32(out, packet.destination.v4_value());
  out.resize(std::max(header, kIp), 1);  // options: no operation
  set16(out, 10, checksum(sum_of(out)));
  put_all(out, l4);
  return out;
}

Bytes ipv6_bytes(const Packet& packet) {
  const Bytes l4 = l4_bytes(packet);
  Bytes out;
  put32(out, 0x60000000);
  put16(out, static_cast<std::uint16_t>(l4.size()));
  put8(out, packet.protocol);
  put8(out, packet.hops);
  put_ipv6(out, packet.source);
  put_ipv6(out, packet.destination);
  put_all(out, l4);
  return out;
}

Bytes ip_bytes(const Packet& packet) {
  return packet.source.is_v4() ? ipv4_bytes(packet) : ipv6_bytes(packet);
}

std::string parse_l4(std::span<const std::uint8_t> l4, Packet& packet) {
  if (packet.protocol == 6) {
    if (l4.size() < 20 || l4.size() < std::size_t{l4[12]} / 16 * 4) {
      return "TCP header cut off";
    }
    const std::size_t header = std::size_t{l4[12]} / 16 * 4;
    packet.source_port = get16(l4, 0);
    packet.destination_port = get16(l4, 2);
    packet.sequence = get32(l4, 4);
    packet.acknowledgement = get32(l4, 8);
    packet.flags = l4[13];
    packet.tcp_options.assign(l4.begin() + 20, l4.begin() + static_cast<std::ptrdiff_t>(header));
    packet.payload.assign(l4.begin() + static_cast<std::ptrdiff_t>(header), l4.end());
    return checksum(sum_of(l4, pseudo_sum(packet, l4.size()))) ? "TCP checksum" : "";
  }
  if (packet.protocol == 17) {
    packet.source_port = get16(l4, 0);
    packet.destination_port = get16(l4, 2);
    packet.payload.assign(l4.begin() + 8, l4.end());
    packet.without_checksum = get16(l4, 6) == 0;
    const bool right =
        packet.without_checksum || checksum(sum_of(l4, pseudo_sum(packet, l4.size()))) == 0;
    return right ? "" : "UDP checksum";
  }
  if (packet.protocol == 1 || packet.protocol == kIcmpv6) {
    packet.icmp_type = l4[0];
    packet.icmp_code = l4[1];
    packet.icmp_id = get16(l4, 4);
    packet.payload.assign(l4.begin() + 8, l4.end());
    const std::uint32_t pseudo = packet.protocol == kIcmpv6 ? pseudo_sum(packet, l4.size()) : 0;
    return checksum(sum_of(l4, pseudo)) ? "ICMP checksum" : "";
  }
  packet.payload.assign(l4.begin(), l4.end());
  return "";
}

std::string parse_ipv4(std::span<const std::uint8_t> from, Packet& packet) {
  if (from.size() < kIp || from[0] != 0x45) {
    return "no plain IPv4 header";
  }
  if (checksum(sum_of(from.first(kIp)))) {
    return "IPv4 header checksum";
  }
  if (get16(from, 2) != from.size()) {
    return "IPv4 length";
  }
  packet.fragment = get16(from, 6);
  packet.protocol = from[9];
  packet.source = IpAddress::v4(get32(from, 12));
  packet.destination = IpAddress::v4(get32(from, 16));
  return parse_l4(from.subspan(kIp), packet);
}

std::string parse_ipv6(std::span<const std::uint8_t> from, Packet& packet) {
  if (from.size() < kIpv6 || from[0] >> 4 != 6) {
    return "no IPv6 header";
  }
  if (get16(from, 4) != from.size() - kIpv6) {
    return "IPv6 length";
  }
  packet.protocol = from[6];
  packet.hops = from[7];
  packet.source = get_ipv6(from, 8);
  packet.destination = get_ipv6(from, 24);
  return parse_l4(from.subspan(kIpv6), packet);
}

}  // namespace

Bytes Packet::bytes() const {
  Bytes out;
  put_mac(out, destination_mac);
  put_mac(out, source_mac);
  put16(out, ether_type.value_or(source.is_v4() ? 0x0800 : 0x86dd));
  put_all(out, ip_bytes(*this));
  return out;
}

Parsed parse(const Bytes& frame) {
  Parsed out;
  if (frame.size() < kEth) {
    return {.packet = {}, .fault = "no Ethernet header"};
  }
  out.packet.destination_mac = get_mac(frame, 0);
  out.packet.source_mac = get_mac(frame, 6);
  const auto ip = std::span(frame).subspan(kEth);
  out.fault = get16(frame, 12) == 0x86dd ? parse_ipv6(ip, out.packet) : parse_ipv4(ip, out.packet);
  return out;
}

Bytes Arp::bytes() const {
  Bytes out;
  put_mac(out, *MacAddress::parse("ff:ff:ff:ff:ff:ff"));
  put_mac(out, source_mac);
  put16(out, 0x0806);
  put16(out, 1);
  put16(out, 0x0800);
  put8(out, 6);
  put8(out, 4);
  put16(out, operation);
  put_mac(out, sender_mac);
  put32(out, sender.v4_value());
  put_mac(out, target_mac);
  put32(out, target.v4_value());
  return out;
}

std::optional<Arp> parse_arp(const Bytes& frame) {
  if (frame.size() < 42 || get16(frame, 12) != 0x0806) {
    return std::nullopt;
  }
  return Arp{.source_mac = get_mac(frame, 6),
             .operation = get16(frame, 20),
             .sender_mac = get_mac(frame, 22),
             .sender = IpAddress::v4(get32(frame, 28)),
             .target_mac = get_mac(frame, 32),
             .target = IpAddress::v4(get32(frame, 38))};
}

Packet solicitation(const IpAddress& sender, const IpAddress& target) {
  Bytes payload;
  put_ipv6(payload, target);
  payload.insert(payload.end(), {1, 1, 2, 0, 0, 0, 0, 9});
  return Packet{.source = sender,
                .destination = target,
                .protocol = kIcmpv6,
                .hops = 255,
                .icmp_type = 135,
                .icmp_id = 0,
                .payload = payload};
}

Packet icmp_error(const Packet& about, std::uint8_t code) {
  const bool ipv4 = about.source.is_v4();
  Bytes quoted = ip_bytes(about);
  quoted.resize(std::min<std::size_t>(quoted.size(), (ipv4 ? kIp : kIpv6) + 8));
  return Packet{.source = about.destination,
                .destination = about.source,
                .protocol = ipv4 ? std::uint8_t{1} : kIcmpv6,
                .icmp_type = ipv4 ? std::uint8_t{3} : std::uint8_t{1},
                .icmp_code = code,
                .icmp_id = 0,
                .payload = quoted};
}

Parsed parse_quotation(const Packet& error) {
  Parsed out;
  const Bytes& from = error.payload;
  const bool ipv4 = error.source.is_v4();
  const std::size_t header = ipv4 ? kIp : kIpv6;
  if (from.size() < header + 8 || (ipv4 && checksum(sum_of(std::span(from).first(kIp))))) {
    out.fault = "quoted header";
    return out;
  }
  out.packet.protocol = from[ipv4 ? 9 : 6];
  out.packet.source = ipv4 ? IpAddress::v4(get32(from, 12)) : get_ipv6(from, 8);
  out.packet.destination = ipv4 ? IpAddress::v4(get32(from, 16)) : get_ipv6(from, 24);
  out.packet.source_port = get16(from, header);
  out.packet.destination_port = get16(from, header + 2);
  return out;
}

Bytes mss_option(std::uint16_t mss) {
  Bytes out = {2, 4};
  put16(out, mss);
  return out;
}

IpAddress ip(std::string_view text) {
  const auto address = IpAddress::parse(text);
  POSTERN_CHECK(address, "a test's address is right");
  return *address;
}

}  // namespace postern::dataplane::testing
