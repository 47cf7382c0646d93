// SPDX-License-Identifier: Apache-2.0
// Frames for tests: built field by field, and read back with every checksum computed from scratch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/net.h"

namespace postern::dataplane::testing {

using Bytes = std::vector<std::uint8_t>;

enum TcpFlag : std::uint8_t { kFin = 1, kSyn = 2, kRst = 4, kPsh = 8, kAck = 16 };

// An Ethernet frame with an IP packet, of the family of its source. What is not set has an ordinary
// value.
struct Packet {
  MacAddress source_mac;
  MacAddress destination_mac = MacAddress::local(0xfff);
  std::optional<std::uint16_t> ether_type = {};  // if not the family's
  IpAddress source;
  IpAddress destination;
  std::uint8_t protocol = 6;
  std::uint16_t fragment = 0x4000;  // don't fragment; IPv4 only, as the next
  std::uint8_t header_words = 5;
  std::uint8_t hops = 64;
  std::uint16_t source_port = 40000;
  std::uint16_t destination_port = 80;
  std::uint32_t sequence = 1000;
  std::uint32_t acknowledgement = 0;
  std::uint8_t flags = kSyn;
  Bytes tcp_options;
  std::uint8_t icmp_type = 8;
  std::uint8_t icmp_code = 0;
  std::uint16_t icmp_id = 77;
  Bytes payload;
  bool without_checksum = false;  // UDP only

  Bytes bytes() const;
};

// The frame's IP packet, or why it is none that a receiver would take: lengths, checksums.
struct Parsed {
  Packet packet;
  std::string fault;  // empty: whole
};
Parsed parse(const Bytes& frame);

// An ARP frame.
struct Arp {
  MacAddress source_mac;
  std::uint16_t operation = 1;
  MacAddress sender_mac;
  IpAddress sender;
  MacAddress target_mac;
  IpAddress target;

  Bytes bytes() const;
};
std::optional<Arp> parse_arp(const Bytes& frame);

// A neighbor solicitation of `sender` for `target`, with an option of no meaning (of 8 bytes).
Packet solicitation(const IpAddress& sender, const IpAddress& target);

// An ICMP error (type 3, of IPv6 type 1) about `about`, whose first bytes it quotes.
Packet icmp_error(const Packet& about, std::uint8_t code);
// What `error` quotes.
Parsed parse_quotation(const Packet& error);

// The four bytes of an MSS option.
Bytes mss_option(std::uint16_t mss);

IpAddress ip(std::string_view text);

}  // namespace postern::dataplane::testing
