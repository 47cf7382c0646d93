// SPDX-License-Identifier: Apache-2.0
#include "reference/frame.h"

#include <algorithm>
#include <array>

namespace postern::reference {
namespace {

constexpr std::size_t kQuoted = Frame::kIp + 20 + 8;  // the IPv4 header in an ICMP error

std::uint16_t folded(std::uint64_t sum) {
  while (sum > 0xffff) {
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(sum);
}

// RFC 1071: the sum of the 16-bit words.
std::uint64_t words(std::span<const std::uint8_t> bytes) {
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    sum += at % 2 == 0 ? std::uint64_t{bytes[at]} << 8 : bytes[at];
  }
  return sum;
}

// How far from right: a right sum, checksum and all, is 0xffff.
std::uint16_t fault_of(std::uint64_t sum) {
  const std::uint16_t whole = folded(sum);
  return whole == 0xffff ? 0 : whole;
}

// The checksum that makes `sum`, which is without it, as far from right as `fault`.
std::uint16_t checksum(std::uint64_t sum, std::uint16_t fault) {
  const std::uint16_t right = static_cast<std::uint16_t>(~folded(sum));
  const std::uint16_t value = fault == 0 ? right : folded(std::uint64_t{right} + fault);
  return value == 0xffff && fault != 0 ? 0 : value;
}

std::uint64_t pseudo_header(const Frame& frame) {
  const auto addresses = frame.is_ipv6() ? std::span(frame.bytes()).subspan(Frame::kIp + 8, 32)
                                         : std::span(frame.bytes()).subspan(Frame::kIp + 12, 8);
  return words(addresses) + frame.protocol() + frame.l4_size();
}

}  // namespace

std::uint16_t Frame::get16(std::size_t at) const {
  return static_cast<std::uint16_t>(bytes_[at] << 8 | bytes_[at + 1]);
}
std::uint32_t Frame::get32(std::size_t at) const {
  return std::uint32_t{get16(at)} << 16 | get16(at + 2);
}
IpAddress Frame::get_address(std::size_t at) const {
  return IpAddress::v4(get32(at));
}
MacAddress Frame::get_mac(std::size_t at) const {
  std::array<std::uint8_t, 6> mac;
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at), mac.size(), mac.begin());
  return MacAddress(mac);
}
void Frame::set16(std::size_t at, std::uint16_t value) {
  bytes_[at] = static_cast<std::uint8_t>(value >> 8);
  bytes_[at + 1] = static_cast<std::uint8_t>(value);
}
void Frame::set32(std::size_t at, std::uint32_t value) {
  set16(at, static_cast<std::uint16_t>(value >> 16));
  set16(at + 2, static_cast<std::uint16_t>(value));
}
IpAddress Frame::get_ipv6(std::size_t at) const {
  std::array<std::uint8_t, 16> bytes;
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at), bytes.size(), bytes.begin());
  return IpAddress(bytes);
}
void Frame::set_address(std::size_t at, const IpAddress& address) {
  if (address.is_v4()) {
    set32(at, address.v4_value());
  } else {
    std::ranges::copy(address.bytes(), bytes_.begin() + static_cast<std::ptrdiff_t>(at));
  }
}
void Frame::set_addresses(const IpAddress& source, const IpAddress& destination) {
  set_address(kIp + (is_ipv6() ? 8 : 12), source);
  set_address(kIp + (is_ipv6() ? 24 : 16), destination);
}
void Frame::set_total_length(std::size_t size) {
  is_ipv6() ? set16(kIp + 4, static_cast<std::uint16_t>(size - kIpv6Size))
            : set16(kIp + 2, static_cast<std::uint16_t>(size));
}
void Frame::set_mac(std::size_t at, const MacAddress& mac) {
  std::ranges::copy(mac.bytes(), bytes_.begin() + static_cast<std::ptrdiff_t>(at));
}

// RFC 9293, 3.1.
std::optional<TcpOption> Frame::tcp_option(std::uint8_t kind) const {
  const std::size_t end = l4() + tcp_header_size();
  for (std::size_t at = l4() + 20; at < end;) {
    const std::uint8_t here = get8(at);
    if (here == 0) {
      break;
    }
    if (here == 1) {
      at += 1;
      continue;
    }
    const std::size_t size = at + 1 < end ? get8(at + 1) : 0;
    if (size < 2 || at + size > end) {
      break;
    }
    if (here == kind) {
      return TcpOption{.kind = here, .at = at, .size = size};
    }
    at += size;
  }
  return std::nullopt;
}

bool Frame::has_l4_checksum() const {
  if (fragment_offset() != 0) {
    return false;
  }
  // RFC 768: a UDP checksum of 0 is none.
  return protocol() == kTcp || protocol() == (is_ipv6() ? kIcmpv6 : kIcmp) ||
         (protocol() == kUdp && get16(l4_checksum_at()) != 0);
}

std::size_t Frame::l4_checksum_at() const {
  return l4() + (protocol() == kTcp ? 16U : protocol() == kUdp ? 6U : 2U);
}

std::uint32_t Frame::l4_sum() const {
  const std::uint64_t sum = words(std::span(bytes_).subspan(l4(), l4_size())) +
                            (protocol() == kIcmp ? 0 : pseudo_header(*this));
  return folded(sum);
}

Frame::Faults Frame::faults(bool quotes) const {
  Faults faults;
  faults.l4 = has_l4_checksum() ? fault_of(l4_sum()) : std::uint16_t{0};
  if (is_ipv6()) {
    return faults;  // its header has none
  }
  faults.ip = fault_of(words(std::span(bytes_).subspan(kIp, 20)));
  if (quotes) {
    faults.quoted_ip = fault_of(words(std::span(bytes_).subspan(kQuoted, 20)));
  }
  return faults;
}

void Frame::compute_checksums(const Faults& faults, bool quotes) {
  if (!is_ipv6()) {
    set16(kIp + 10, 0);
    set16(kIp + 10, checksum(words(std::span(bytes_).subspan(kIp, 20)), faults.ip));
  }
  if (quotes && !is_ipv6()) {
    set16(kQuoted + 10, 0);
    set16(kQuoted + 10, checksum(words(std::span(bytes_).subspan(kQuoted, 20)), faults.quoted_ip));
  }
  if (!has_l4_checksum()) {
    return;
  }
  const std::size_t at = l4_checksum_at();
  set16(at, 0);
  const std::uint16_t value = checksum(l4_sum(), faults.l4);
  set16(at, protocol() == kUdp && value == 0 ? 0xffff : value);
}

Frame empty_packet(bool ipv6, std::size_t l4_size) {
  const std::size_t header = ipv6 ? Frame::kIpv6Size : Frame::kIpv4Size;
  Frame out(Bytes(Frame::kIp + header + l4_size));
  out.set16(12, ipv6 ? 0x86dd : 0x0800);
  out.set8(Frame::kIp, ipv6 ? 0x60 : 0x45);
  out.set_total_length(header + l4_size);
  if (!ipv6) {
    out.set16(Frame::kIp + 6, 0x4000);
  }
  return out;
}

}  // namespace postern::reference
