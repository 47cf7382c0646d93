// SPDX-License-Identifier: Apache-2.0
#include "base/ids.h"

#include <fmt/format.h>
#include <sys/random.h>

#include "base/check.h"

namespace postern {

std::string IdSource::ec2_id(std::string_view prefix) {
  return fmt::format("{}0{:016x}", prefix, next());
}

std::string IdSource::hex16() { return fmt::format("{:016x}", next()); }

std::string IdSource::lower_alnum(std::size_t length) {
  static constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string out;
  for (std::size_t i = 0; i < length; ++i) {
    out.push_back(kAlphabet[next() % kAlphabet.size()]);
  }
  return out;
}

std::string IdSource::uuid() {
  const std::uint64_t high = (next() & ~0xf000ULL) | 0x4000ULL;
  const std::uint64_t low = (next() >> 2) | (1ULL << 63);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                     high & 0xffff, low >> 48, low & 0xffffffffffffULL);
}

std::uint64_t RandomIds::next() {
  std::uint64_t bits = 0;
  POSTERN_CHECK(getrandom(&bits, sizeof bits, 0) == sizeof bits, "the kernel gives random bytes");
  return bits;
}

}  // namespace postern
