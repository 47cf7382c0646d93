// SPDX-License-Identifier: Apache-2.0
// Addresses as values: IpAddress (both families, 16 bytes, IPv4 mapped), Cidr and MacAddress.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern {

// An IPv4 or IPv6 address. IPv4 is held in its mapped form ::ffff:a.b.c.d, as in the kernel's maps.
class IpAddress {
 public:
  IpAddress() = default;  // ::
  explicit IpAddress(const std::array<std::uint8_t, 16>& bytes) : bytes_(bytes) {}
  static IpAddress v4(std::uint32_t host_order);
  // Dotted quad or RFC 4291 text; nullopt for anything else (leading zeros, spaces, scopes).
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const;
  // The IPv4 address in host order. Only for is_v4().
  std::uint32_t v4_value() const;
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  std::string text() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

// "10.0.0.1:80", "[::1]:80". [RFC 3986, 3.2.2]
std::string with_port(const IpAddress& address, unsigned port);

// A network: base address and prefix length in the address's own family (0-32 or 0-128).
class Cidr {
 public:
  Cidr() = default;                          // ::/0
  Cidr(IpAddress address, unsigned prefix);  // host bits are cleared
  // "a.b.c.d/n" or IPv6; host bits allowed and cleared. nullopt for anything else.
  static std::optional<Cidr> parse(std::string_view text);

  bool is_v4() const { return base_.is_v4(); }
  const IpAddress& base() const { return base_; }
  unsigned prefix() const { return prefix_; }
  // The prefix length over the 16-byte form: 96 more for IPv4.
  unsigned mapped_prefix() const { return is_v4() ? prefix_ + 96 : prefix_; }

  bool contains(const IpAddress& address) const;
  bool contains(const Cidr& inner) const;
  bool overlaps(const Cidr& other) const;
  // Number of addresses; IPv4 only.
  std::uint64_t size() const { return std::uint64_t{1} << (32 - prefix_); }
  // The n-th address; IPv4 only.
  IpAddress at(std::uint64_t n) const;
  std::string text() const;

  auto operator<=>(const Cidr&) const = default;

 private:
  IpAddress base_;
  unsigned prefix_ = 0;
};

class MacAddress {
 public:
  MacAddress() = default;
  explicit MacAddress(const std::array<std::uint8_t, 6>& bytes) : bytes_(bytes) {}
  // 02: and the low 40 bits of `value`: locally administered, unicast.
  static MacAddress local(std::uint64_t value);
  static std::optional<MacAddress> parse(std::string_view text);

  const std::array<std::uint8_t, 6>& bytes() const { return bytes_; }
  std::string text() const;

  auto operator<=>(const MacAddress&) const = default;

 private:
  std::array<std::uint8_t, 6> bytes_{};
};

}  // namespace postern
