// SPDX-License-Identifier: Apache-2.0
#include "daemon/seen_sockets.h"

#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>

namespace postern::daemon {
namespace {

constexpr std::uint8_t kTcp = 6, kUdp = 17;
constexpr std::string_view kListening = "0A", kUnconnected = "07";

std::optional<std::uint32_t> hex(std::string_view digits) {
  std::uint32_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, value, 16);
  return error == std::errc{} && at == end && !digits.empty() ? std::optional(value) : std::nullopt;
}

// Words of four bytes, each as the host has it in memory: 0100007F is 127.0.0.1.
std::optional<IpAddress> address_of(std::string_view digits) {
  std::array<std::uint8_t, 16> bytes{};
  if (digits.size() != 8 && digits.size() != 32) {
    return std::nullopt;
  }
  for (std::size_t at = 0; at < digits.size(); at += 8) {
    const auto word = hex(digits.substr(at, 8));
    if (!word) {
      return std::nullopt;
    }
    for (std::size_t n = 0; n < 4; ++n) {
      bytes[at / 2 + n] = static_cast<std::uint8_t>(*word >> (8 * n));
    }
  }
  if (digits.size() == 32) {
    return IpAddress(bytes);
  }
  return IpAddress::v4(std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
                       std::uint32_t{bytes[2]} << 8 | bytes[3]);
}

std::optional<explain::Socket> socket_of(std::string_view local, std::uint8_t protocol) {
  const std::size_t colon = local.find(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  const auto address = address_of(local.substr(0, colon));
  const auto port = hex(local.substr(colon + 1));
  if (!address || !port || *port > 0xffff) {
    return std::nullopt;
  }
  return explain::Socket{protocol, *address, static_cast<std::uint16_t>(*port)};
}

}  // namespace

std::vector<explain::Socket> waiting_sockets(std::string_view lines, std::uint8_t protocol) {
  std::vector<explain::Socket> found;
  std::istringstream stream{std::string(lines)};
  std::string line;
  std::getline(stream, line);  // the heads
  while (std::getline(stream, line)) {
    std::istringstream words(line);
    std::string number, local, remote, state;
    words >> number >> local >> remote >> state;
    if (state != (protocol == kTcp ? kListening : kUnconnected)) {
      continue;
    }
    if (const auto socket = socket_of(local, protocol)) {
      found.push_back(*socket);
    }
  }
  return found;
}

Result<std::vector<explain::Socket>> seen_sockets(long pid) {
  std::vector<explain::Socket> found;
  for (const auto& [name, protocol] :
       {std::pair("tcp", kTcp), {"tcp6", kTcp}, {"udp", kUdp}, {"udp6", kUdp}}) {
    const std::string path = fmt::format("/proc/{}/net/{}", pid, name);
    std::ifstream file(path);
    if (!file) {
      if (std::string_view(name).ends_with('6')) {
        continue;  // a kernel without IPv6 has none
      }
      return unavailable("cannot read {}", path);
    }
    const std::string lines{std::istreambuf_iterator<char>(file), {}};
    const auto some = waiting_sockets(lines, protocol);
    found.insert(found.end(), some.begin(), some.end());
  }
  return found;
}

}  // namespace postern::daemon
