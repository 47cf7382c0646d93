// SPDX-License-Identifier: Apache-2.0
#include "reference/proxy.h"

#include <algorithm>
#include <string_view>

namespace postern::reference {
namespace {

constexpr std::uint8_t kFastOpen = 34, kSack = 5, kExperiment = 253;

void append16(Bytes& to, std::size_t value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8));
  to.push_back(static_cast<std::uint8_t>(value));
}
void append_address(Bytes& to, const IpAddress& address) {
  if (!address.is_v4()) {
    to.insert(to.end(), address.bytes().begin(), address.bytes().end());
    return;
  }
  append16(to, address.v4_value() >> 16);
  append16(to, address.v4_value() & 0xffff);
}

// RFC 3720, B.4.
std::uint32_t crc32c(const Bytes& bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) {
      crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
    }
  }
  return ~crc;
}

// Version 2, PROXY, TCP over IPv4 or IPv6; CRC, the endpoint's id in AWS's own type, and padding.
Bytes header_of(const Maps& maps, const Connection& connection) {
  constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
  const std::size_t size = connection.proxy->bytes;
  Bytes header(kSignature.begin(), kSignature.end());
  header.push_back(0x21);
  header.push_back(connection.begin.source.is_v4() ? 0x11 : 0x21);
  append16(header, size - 16);
  append_address(header, connection.begin.source);
  append_address(header, connection.begin.destination);
  append16(header, connection.begin.source_port);
  append16(header, connection.begin.destination_port);
  header.insert(header.end(), {0x03, 0, 4});
  const std::size_t crc_at = header.size();
  header.insert(header.end(), 4, 0);
  if (connection.endpoint) {
    const pn_endpoint* endpoint = find(maps.endpoints, *connection.endpoint);
    header.insert(header.end(), {0xea, 0, 1 + kPnEndpointIdBytes, 0x01});
    header.insert(header.end(), endpoint->id, endpoint->id + kPnEndpointIdBytes);
  }
  header.push_back(0x04);
  append16(header, size - header.size() - 2);
  header.resize(size, 0);
  const std::uint32_t crc = crc32c(header);
  for (std::size_t at = 0; at < 4; ++at) {
    header[crc_at + at] = static_cast<std::uint8_t>(crc >> (24 - 8 * at));
  }
  return header;
}

// The segment's headers with the PROXY header as its bytes: what ends or urges is in the next.
Frame header_segment(const Maps& maps, const Connection& connection, const Frame& frame) {
  const std::size_t headers = frame.l4() + frame.tcp_header_size();
  Bytes bytes(frame.bytes().begin(), frame.bytes().begin() + static_cast<std::ptrdiff_t>(headers));
  const Bytes header = header_of(maps, connection);
  bytes.insert(bytes.end(), header.begin(), header.end());
  Frame out(std::move(bytes));
  out.set_total_length(out.size() - Frame::kIp);
  constexpr std::uint8_t kUrg = 0x20;
  const unsigned flags = (out.tcp_flags() | kPsh) & ~unsigned{kFin} & ~unsigned{kUrg};
  out.set8(out.l4() + 13, static_cast<std::uint8_t>(flags));
  out.compute_checksums({});
  return out;
}

void move_sequence(Frame& frame, std::size_t by) {
  const Frame::Faults faults = frame.faults();
  frame.set32(frame.l4() + 4, frame.sequence() + static_cast<std::uint32_t>(by));
  frame.compute_checksums(faults);
}

// Data in a SYN would come before the header: TCP Fast Open (RFC 7413) is made into an option that
// nobody knows.
void hide_fast_open(Frame& frame) {
  if (const auto option = frame.tcp_option(kFastOpen)) {
    const Frame::Faults faults = frame.faults();
    frame.set8(option->at, kExperiment);
    frame.compute_checksums(faults);
  }
}

std::int32_t distance(std::uint32_t from, std::uint32_t to) {
  return static_cast<std::int32_t>(to - from);
}

}  // namespace

std::size_t proxy_header_size(bool through_endpoint, bool ipv4) {
  return (through_endpoint ? 100 : 40) + (ipv4 ? 0 : 2 * (16 - 4));
}

void proxy_from_client(const Maps& maps, Connection& connection, Frame& frame) {
  Proxy& proxy = *connection.proxy;
  if (proxy.acknowledged) {
    move_sequence(frame, proxy.bytes);
    return;
  }
  if ((frame.tcp_flags() & kSyn) != 0) {
    hide_fast_open(frame);
    if (proxy.first_sequence != frame.sequence()) {  // it begins again from the same port
      proxy.first_sequence = frame.sequence();
      proxy.sent = false;
    }
    return;
  }
  const std::int32_t position = distance(proxy.first_sequence + 1, frame.sequence());
  if (position == 0 && frame.tcp_payload_size() > 0) {
    proxy.sent = true;
    frame = header_segment(maps, connection, frame);
  } else if (position > 0) {
    move_sequence(frame, proxy.bytes);
  }
}

void proxy_from_target(Connection& connection, Frame& frame) {
  Proxy& proxy = *connection.proxy;
  if ((frame.tcp_flags() & kAck) == 0 || (!proxy.sent && !proxy.acknowledged)) {
    return;
  }
  const std::uint32_t by = static_cast<std::uint32_t>(proxy.bytes);
  const std::uint32_t first = proxy.first_sequence + 1;
  const bool before = !proxy.acknowledged;
  // What the target says of the header itself is nothing to the client.
  const auto in_clients_numbers = [&](std::uint32_t number) {
    const std::uint32_t moved = number - by;
    return before && distance(first, moved) < 0 ? first : moved;
  };
  const Frame::Faults faults = frame.faults();
  const std::uint32_t acknowledged = frame.acknowledgement();
  if (before && distance(first, acknowledged) <= 0) {
    // Not even the header: it is about what came before.
  } else {
    frame.set32(frame.l4() + 8, in_clients_numbers(acknowledged));
  }
  if (before && distance(first, acknowledged) >= static_cast<std::int32_t>(by)) {
    proxy.acknowledged = true;
  }
  if (const auto sack = frame.tcp_option(kSack)) {  // RFC 2018: pairs of edges
    for (std::size_t at = sack->at + 2; at + 4 <= sack->at + sack->size; at += 4) {
      frame.set32(at, in_clients_numbers(frame.get32(at)));
    }
  }
  frame.compute_checksums(faults);
}

}  // namespace postern::reference
