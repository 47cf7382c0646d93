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

constexpr std::uint8_t kIcmp = 1, kTcp = 6, kUdp = 17;
constexpr std::uint8_t kFin = 0x01, kSyn = 0x02, kRst = 0x04, kPsh = 0x08, kAck = 0x10;

// One TCP option that has a length: where its first byte is in the frame, and the length of all.
struct TcpOption {
  std::uint8_t kind = 0;
  std::size_t at = 0;
  std::size_t size = 0;
};

class Frame {
 public:
  static constexpr std::size_t kIp = 14;  // where the IPv4 header is
  static constexpr std::size_t kL4 = 34;  // and what follows it: there are no options

  explicit Frame(Bytes bytes) : bytes_(std::move(bytes)) {}

  const Bytes& bytes() const { return bytes_; }
  std::size_t size() const { return bytes_.size(); }

  std::uint8_t get8(std::size_t at) const { return bytes_[at]; }
  std::uint16_t get16(std::size_t at) const;
  std::uint32_t get32(std::size_t at) const;
  IpAddress get_address(std::size_t at) const;
  MacAddress get_mac(std::size_t at) const;
  void set8(std::size_t at, std::uint8_t value) { bytes_[at] = value; }
  void set16(std::size_t at, std::uint16_t value);
  void set32(std::size_t at, std::uint32_t value);
  void set_address(std::size_t at, const IpAddress& address);
  void set_mac(std::size_t at, const MacAddress& mac);

  MacAddress destination_mac() const { return get_mac(0); }
  MacAddress source_mac() const { return get_mac(6); }
  std::uint16_t ether_type() const { return get16(12); }

  // IPv4.
  std::size_t total_length() const { return get16(kIp + 2); }
  std::size_t l4_size() const { return total_length() - 20; }
  std::uint16_t id() const { return get16(kIp + 4); }
  bool more_fragments() const { return (get16(kIp + 6) & 0x2000) != 0; }
  std::size_t fragment_offset() const { return get16(kIp + 6) & 0x1fff; }
  std::uint8_t protocol() const { return get8(kIp + 9); }
  IpAddress source() const { return get_address(kIp + 12); }
  IpAddress destination() const { return get_address(kIp + 16); }

  // TCP and UDP.
  std::uint16_t source_port() const { return get16(kL4); }
  std::uint16_t destination_port() const { return get16(kL4 + 2); }

  // TCP.
  std::uint32_t sequence() const { return get32(kL4 + 4); }
  std::uint32_t acknowledgement() const { return get32(kL4 + 8); }
  std::size_t tcp_header_size() const { return std::size_t{get8(kL4 + 12)} / 16 * 4; }
  std::uint8_t tcp_flags() const { return get8(kL4 + 13); }
  std::size_t tcp_payload_size() const { return l4_size() - tcp_header_size(); }
  // The first option of this kind, if its bytes are all there.
  std::optional<TcpOption> tcp_option(std::uint8_t kind) const;

  // How far each checksum is from right. 0: right.
  struct Faults {
    std::uint16_t ip = 0, l4 = 0, quoted_ip = 0;
  };
  // Of an IPv4 packet; `quotes`: an ICMP error with an IPv4 header in it.
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

}  // namespace postern::reference
