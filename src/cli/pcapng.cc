// SPDX-License-Identifier: Apache-2.0
#include "cli/pcapng.h"

#include <cstring>

namespace postern::cli {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a, kInterface = 1, kEnhancedPacket = 6;
constexpr std::uint32_t kByteOrder = 0x1a2b3c4d;
constexpr std::uint16_t kEthernet = 1;
constexpr std::uint16_t kOptEnd = 0, kOptComment = 1, kOptName = 2, kOptDescription = 3,
                        kOptResolution = 9;
constexpr std::size_t kTextMax = 0xffff;

template <class T>
void put(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

void pad(std::string& out) {
  out.append((4 - out.size() % 4) % 4, '\0');
}

void put_option(std::string& out, std::uint16_t code, const std::string& text) {
  if (text.empty()) {
    return;
  }
  const std::string value = text.substr(0, kTextMax);
  put(out, code);
  put(out, static_cast<std::uint16_t>(value.size()));
  out += value;
  pad(out);
}

void end_options(std::string& out) {
  put(out, kOptEnd);
  put(out, std::uint16_t{0});
}

// A block has its length before and behind it.
std::string block(std::uint32_t type, const std::string& body) {
  std::string out;
  const auto length = static_cast<std::uint32_t>(body.size() + 12);
  put(out, type);
  put(out, length);
  out += body;
  put(out, length);
  return out;
}

std::string section() {
  std::string body;
  put(body, kByteOrder);
  put(body, std::uint16_t{1});  // version 1.0
  put(body, std::uint16_t{0});
  put(body, std::int64_t{-1});  // its length is not said
  return block(kSectionHeader, body);
}

std::string description(const CapturedInterface& interface) {
  std::string body;
  put(body, kEthernet);
  put(body, std::uint16_t{0});
  put(body, std::uint32_t{0});  // no limit to a packet's size
  put_option(body, kOptName, interface.name);
  put_option(body, kOptDescription, interface.description);
  put_option(body, kOptResolution, std::string(1, '\x09'));  // nanoseconds
  end_options(body);
  return block(kInterface, body);
}

std::string packet_block(const CapturedPacket& packet) {
  std::string body;
  put(body, static_cast<std::uint32_t>(packet.interface));
  put(body, static_cast<std::uint32_t>(packet.nanoseconds >> 32));
  put(body, static_cast<std::uint32_t>(packet.nanoseconds));
  put(body, static_cast<std::uint32_t>(packet.frame.size()));
  put(body, packet.size);
  body.append(packet.frame.begin(), packet.frame.end());
  pad(body);
  if (!packet.comment.empty()) {
    put_option(body, kOptComment, packet.comment);
    end_options(body);
  }
  return block(kEnhancedPacket, body);
}

}  // namespace

std::string pcapng(const std::vector<CapturedInterface>& interfaces,
                   const std::vector<CapturedPacket>& packets) {
  std::string out = section();
  for (const CapturedInterface& interface : interfaces) {
    out += description(interface);
  }
  for (const CapturedPacket& packet : packets) {
    out += packet_block(packet);
  }
  return out;
}

}  // namespace postern::cli
