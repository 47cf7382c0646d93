// SPDX-License-Identifier: Apache-2.0
// Datagram: what an IP frame is, read once.
#pragma once

#include <expected>

#include "reference/connections.h"
#include "reference/frame.h"

namespace postern::reference {

// A frame as the guest of a link sends it.
struct Packet {
  std::uint32_t port = 0;
  Bytes frame;
  // Not 0: it is several segments in one, each with this many bytes of payload.
  std::uint32_t segment_size = 0;
  std::uint32_t now = 0;  // second
  // The source port that the programs gave the connection, if it begins one: which one they take is
  // theirs to choose, whether it may be taken is judged.
  std::optional<std::uint16_t> chosen_port;
};

struct Datagram {
  enum class Part { Whole, First, Later };  // Later: a fragment without ports of its own

  Tuple tuple;
  std::uint32_t port = 0;  // link
  std::size_t size = 0;    // of the IP packet, or of one of its segments
  Part part = Part::Whole;
  std::uint8_t tcp_flags = 0;
  std::uint32_t sequence = 0;
  std::uint8_t icmp_type = 0;
  std::uint8_t icmp_code = 0;
  bool icmp_error = false;
  bool without_checksum = false;  // UDP

  // Whether no packet of IPv6 can be made of it, which is one of IPv4: IPv6 has no UDP without a
  // checksum (RFC 8200, 8.1), and of other fragments' bytes none can be computed.
  bool has_no_ipv6() const {
    return tuple.source.is_v4() && (part != Part::Whole || without_checksum);
  }

  // The first segment of a TCP connection.
  bool is_syn() const;
  // Whether a connection may begin with it.
  bool may_begin() const;
};

// What the frame is, as long as it is one that the fabric carries. First fragments are noted in
// `state`.
std::expected<Datagram, Verdict> read_ipv4(const Packet& packet, std::uint32_t vpc,
                                           const Settings& settings, FlowState& state);

// The same of IPv6, whose frames are no neighbor discovery's.
std::expected<Datagram, Verdict> read_ipv6(const Packet& packet, std::uint32_t vpc);

// The tuple that an answer to the packet quoted in an ICMP error has, if it quotes one of a kind
// that is tracked.
std::optional<Tuple> quoted_answer(const Frame& error, std::uint32_t vpc);

}  // namespace postern::reference
