// SPDX-License-Identifier: Apache-2.0
// Frame: an Ethernet frame's bytes, with names for what they mean. A change of it is made in two
// steps: write what is new, then compute all checksums again.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/net.h"

namespace postern::reference {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint8_t kIcmp = 1, kTcp = 6, kUdp = 17, kIcmpv6 = 58;
constexpr std::uint8_t kFin = 0x01, kSyn = 0x02, kRst = 0x04, kPsh = 0x08, kAck = 0x10;

// One TCP option that has a length: where its first byte is in the frame, and the length of all.
struct TcpOption {
  std::uint8_t kind = 0;
  std::size_t at = 0;
  std::size_t size = 0;
};

class Frame {
 public:
  static constexpr std::size_t kIp = 14;        // where the IP header is
  static constexpr std::size_t kIpv4Size = 20;  // there are no options
  static constexpr std::size_t kIpv6Size = 40;  // nor extension headers

  explicit Frame(Bytes bytes) : bytes_(std::move(bytes)) {}

  const Bytes& bytes() const { return bytes_; }
  std::size_t size() const { return bytes_.size(); }

  std::uint8_t get8(std::size_t at) const { return bytes_[at]; }
  std::uint16_t get16(std::size_t at) const;
  std::uint32_t get32(std::size_t at) const;
  IpAddress get_address(std::size_t at) const;  // IPv4
  IpAddress get_ipv6(std::size_t at) const;
  MacAddress get_mac(std::size_t at) const;
  void set8(std::size_t at, std::uint8_t value) { bytes_[at] = value; }
  void set16(std::size_t at, std::uint16_t value);
  void set32(std::size_t at, std::uint32_t value);
  void set_address(std::size_t at, const IpAddress& address);  // of either family
  void set_mac(std::size_t at, const MacAddress& mac);

  MacAddress destination_mac() const { return get_mac(0); }
  MacAddress source_mac() const { return get_mac(6); }
  std::uint16_t ether_type() const { return get16(12); }

  // IPv4 and IPv6.
  bool is_ipv6() const { return ether_type() == 0x86dd; }
  std::size_t header_size() const { return is_ipv6() ? kIpv6Size : kIpv4Size; }
  std::size_t l4() const { return kIp + header_size(); }
  // Of the whole packet.
  std::size_t total_length() const {
    return is_ipv6() ? kIpv6Size + get16(kIp + 4) : get16(kIp + 2);
  }
  void set_total_length(std::size_t size);
  std::size_t l4_size() const { return total_length() - header_size(); }
  std::uint8_t protocol() const { return get8(kIp + (is_ipv6() ? 6 : 9)); }
  IpAddress source() const { return is_ipv6() ? get_ipv6(kIp + 8) : get_address(kIp + 12); }
  IpAddress destination() const { return is_ipv6() ? get_ipv6(kIp + 24) : get_address(kIp + 16); }
  // Addresses of the packet's own family.
  void set_addresses(const IpAddress& source, const IpAddress& destination);

  // IPv4.
  std::uint16_t id() const { return get16(kIp + 4); }
  bool more_fragments() const { return !is_ipv6() && (get16(kIp + 6) & 0x2000) != 0; }
  std::size_t fragment_offset() const { return is_ipv6() ? 0 : get16(kIp + 6) & 0x1fff; }

  // TCP and UDP.
  std::uint16_t source_port() const { return get16(l4()); }
  std::uint16_t destination_port() const { return get16(l4() + 2); }

  // TCP.
  std::uint32_t sequence() const { return get32(l4() + 4); }
  std::uint32_t acknowledgement() const { return get32(l4() + 8); }
  std::size_t tcp_header_size() const { return std::size_t{get8(l4() + 12)} / 16 * 4; }
  std::uint8_t tcp_flags() const { return get8(l4() + 13); }
  std::size_t tcp_payload_size() const { return l4_size() - tcp_header_size(); }
  // The first option of this kind, if its bytes are all there.
  std::optional<TcpOption> tcp_option(std::uint8_t kind) const;

  // How far each checksum is from right. 0: right.
  struct Faults {
    std::uint16_t ip = 0, l4 = 0, quoted_ip = 0;
  };
  // Of an IP packet; `quotes`: an ICMP error with an IP header in it, of the same family.
  Faults faults(bool quotes = false) const;
  // Computes all checksums from nothing, so that they are as far from right as `faults` says: what
  // is wrong when it comes is as wrong when it arrives, and the first fragment's L4 checksum is
  // over bytes that are elsewhere.
  void compute_checksums(const Faults& faults, bool quotes = false);

  friend bool operator==(const Frame&, const Frame&) = default;

 private:
  bool has_l4_checksum() const;
  std::size_t l4_checksum_at() const;
  std::uint32_t l4_sum() const;

  Bytes bytes_;
};

// An IP packet with so many bytes behind its header, all of them 0, which must not be cut.
Frame empty_packet(bool ipv6, std::size_t l4_size);

}  // namespace postern::reference
