// SPDX-License-Identifier: Apache-2.0
#include "base/net.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/check.h"

namespace postern {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::array<std::uint8_t, 16> masked(std::array<std::uint8_t, 16> bytes, unsigned prefix) {
  for (unsigned bit = prefix; bit < 128; ++bit) {
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] & ~(0x80U >> (bit % 8)));
  }
  return bytes;
}

}  // namespace

IpAddress IpAddress::v4(std::uint32_t host_order) {
  std::array<std::uint8_t, 16> bytes{};
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
  for (unsigned i = 0; i < 4; ++i) {
    bytes[12 + i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
  }
  return IpAddress(bytes);
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string copy(text);
  std::array<std::uint8_t, 16> bytes{};
  in_addr v4_be{};
  if (inet_pton(AF_INET, copy.c_str(), &v4_be) == 1) {
    return v4(ntohl(v4_be.s_addr));
  }
  if (inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) {
    return IpAddress(bytes);
  }
  return std::nullopt;
}

bool IpAddress::is_v4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes_.begin());
}

std::uint32_t IpAddress::v4_value() const {
  POSTERN_CHECK(is_v4(), "v4_value() is for IPv4 addresses");
  std::uint32_t value = 0;
  for (unsigned i = 12; i < 16; ++i) {
    value = (value << 8) | bytes_[i];
  }
  return value;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  if (is_v4()) {
    inet_ntop(AF_INET, bytes_.data() + 12, buffer.data(), buffer.size());
  } else {
    inet_ntop(AF_INET6, bytes_.data(), buffer.data(), buffer.size());
  }
  return buffer.data();
}

std::string with_port(const IpAddress& address, unsigned port) {
  return fmt::format("{}:{}", address.is_v4() ? address.text() : "[" + address.text() + "]", port);
}

Cidr::Cidr(IpAddress address, unsigned prefix) : prefix_(prefix) {
  POSTERN_CHECK(prefix <= (address.is_v4() ? 32U : 128U), "a prefix fits its family");
  base_ = IpAddress(masked(address.bytes(), address.is_v4() ? prefix + 96 : prefix));
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) {
    return std::nullopt;
  }
  const auto address = IpAddress::parse(text.substr(0, slash));
  const std::string_view digits = text.substr(slash + 1);
  unsigned prefix = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (!address || error != std::errc{} || end != digits.data() + digits.size() ||
      prefix > (address->is_v4() ? 32U : 128U)) {
    return std::nullopt;
  }
  return Cidr(*address, prefix);
}

bool Cidr::contains(const IpAddress& address) const {
  return address.is_v4() == is_v4() && masked(address.bytes(), mapped_prefix()) == base_.bytes();
}

bool Cidr::contains(const Cidr& inner) const {
  return inner.prefix_ >= prefix_ && contains(inner.base_);
}

bool Cidr::overlaps(const Cidr& other) const {
  return contains(other) || other.contains(*this);
}

IpAddress Cidr::at(std::uint64_t n) const {
  return IpAddress::v4(base_.v4_value() + static_cast<std::uint32_t>(n));
}

std::string Cidr::text() const {
  return fmt::format("{}/{}", base_.text(), prefix_);
}

MacAddress MacAddress::local(std::uint64_t value) {
  std::array<std::uint8_t, 6> bytes{0x02};
  for (unsigned i = 1; i < 6; ++i) {
    bytes[i] = static_cast<std::uint8_t>(value >> (8 * (5 - i)));
  }
  return MacAddress(bytes);
}

std::optional<MacAddress> MacAddress::parse(std::string_view text) {
  std::array<std::uint8_t, 6> bytes{};
  if (text.size() != 17) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < 6; ++i) {
    const char* at = text.data() + 3 * i;
    const auto [end, error] = std::from_chars(at, at + 2, bytes[i], 16);
    if (error != std::errc{} || end != at + 2 || (i < 5 && at[2] != ':')) {
      return std::nullopt;
    }
  }
  return MacAddress(bytes);
}

std::string MacAddress::text() const {
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", bytes_[0], bytes_[1], bytes_[2],
                     bytes_[3], bytes_[4], bytes_[5]);
}

}  // namespace postern
