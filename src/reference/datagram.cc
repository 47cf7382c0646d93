// SPDX-License-Identifier: Apache-2.0
#include "reference/datagram.h"

namespace postern::reference {
namespace {

// RFC 792, RFC 4443.
constexpr std::uint8_t kEchoReply = 0, kUnreachable = 3, kEcho = 8, kTimeExceeded = 11,
                       kParameterProblem = 12;
constexpr std::uint8_t kEchoV6 = 128, kEchoReplyV6 = 129, kLastErrorV6 = 4;

std::optional<Verdict> read_tcp(const Frame& frame, std::uint32_t segment_size, Datagram& out) {
  if (frame.l4_size() < 20 || frame.tcp_header_size() < 20 ||
      frame.tcp_header_size() > frame.l4_size()) {
    return Verdict::Malformed;
  }
  out.tuple.source_port = frame.source_port();
  out.tuple.destination_port = frame.destination_port();
  out.tcp_flags = frame.tcp_flags();
  out.sequence = frame.sequence();
  if (segment_size != 0) {
    out.size = frame.header_size() + frame.tcp_header_size() + segment_size;
  }
  return std::nullopt;
}

std::optional<Verdict> read_udp(const Frame& frame, std::uint32_t segment_size, Datagram& out) {
  if (frame.l4_size() < 8) {
    return Verdict::Malformed;
  }
  out.tuple.source_port = frame.source_port();
  out.tuple.destination_port = frame.destination_port();
  out.without_checksum = frame.get16(frame.l4() + 6) == 0;
  if (segment_size != 0) {
    out.size = frame.header_size() + 8 + segment_size;
  }
  return std::nullopt;
}

std::optional<Verdict> read_icmp(const Frame& frame, Datagram& out) {
  if (frame.l4_size() < 8) {
    return Verdict::Malformed;
  }
  out.icmp_type = frame.get8(frame.l4());
  out.icmp_code = frame.get8(frame.l4() + 1);
  switch (out.icmp_type) {
    case kEcho:
    case kEchoReply:
      out.tuple.echo = out.icmp_type == kEcho ? Tuple::Echo::Request : Tuple::Echo::Reply;
      out.tuple.source_port = out.tuple.destination_port = frame.get16(frame.l4() + 4);
      return std::nullopt;
    case kUnreachable:
    case kTimeExceeded:
    case kParameterProblem:
      out.icmp_error = true;
      return std::nullopt;
    default:
      return Verdict::IcmpUnsupported;
  }
}

std::optional<Verdict> read_icmpv6(const Frame& frame, Datagram& out) {
  if (frame.l4_size() < 8) {
    return Verdict::Malformed;
  }
  out.icmp_type = frame.get8(frame.l4());
  out.icmp_code = frame.get8(frame.l4() + 1);
  if (out.icmp_type == kEchoV6 || out.icmp_type == kEchoReplyV6) {
    out.tuple.echo = out.icmp_type == kEchoV6 ? Tuple::Echo::Request : Tuple::Echo::Reply;
    out.tuple.source_port = out.tuple.destination_port = frame.get16(frame.l4() + 4);
    return std::nullopt;
  }
  out.icmp_error = out.icmp_type >= 1 && out.icmp_type <= kLastErrorV6;
  return out.icmp_error ? std::nullopt : std::optional(Verdict::IcmpUnsupported);
}

std::optional<Verdict> read_l4(const Frame& frame, std::uint32_t segment_size, Datagram& out) {
  switch (frame.protocol()) {
    case kTcp:
      return read_tcp(frame, segment_size, out);
    case kUdp:
      return read_udp(frame, segment_size, out);
    case kIcmp:
      return frame.is_ipv6() ? std::nullopt : read_icmp(frame, out);
    case kIcmpv6:
      return frame.is_ipv6() ? read_icmpv6(frame, out) : std::nullopt;
    default:
      return std::nullopt;
  }
}

// RFC 8200, 4: what stands before the upper layer's header.
bool is_extension(std::uint8_t next_header) {
  return next_header == 0 || next_header == 43 || next_header == 44 || next_header == 60;
}

// A later fragment is of the connection of its first.
std::optional<Verdict> read_later_fragment(const FragmentKey& key, std::uint32_t now,
                                           const Settings& settings, const FlowState& state,
                                           Datagram& out) {
  const FirstFragment* first = find(state.fragments, key);
  if (first == nullptr || now - first->second > settings.fragment_seconds) {
    return Verdict::FragmentUnknown;
  }
  out.tuple = first->tuple;
  out.icmp_type = first->icmp_type;
  out.icmp_code = first->icmp_code;
  return std::nullopt;
}

}  // namespace

bool Datagram::is_syn() const {
  return tuple.protocol == kTcp && (tcp_flags & kSyn) != 0 &&
         (tcp_flags & (kAck | kRst | kFin)) == 0;
}

bool Datagram::may_begin() const {
  if (part == Part::Later) {
    return false;
  }
  switch (tuple.protocol) {
    case kTcp:
      return is_syn();
    case kIcmp:
    case kIcmpv6:
      return tuple.echo == Tuple::Echo::Request;
    default:
      return true;
  }
}

std::expected<Datagram, Verdict> read_ipv4(const Packet& packet, std::uint32_t vpc,
                                           const Settings& settings, FlowState& state) {
  const Frame frame(packet.frame);
  if (frame.size() < Frame::kIp + Frame::kIpv4Size) {
    return std::unexpected(Verdict::Malformed);
  }
  const unsigned version = frame.get8(Frame::kIp) >> 4;
  const unsigned header_words = frame.get8(Frame::kIp) & 15;
  if (version != 4 || header_words < 5 || frame.total_length() < 20 ||
      frame.total_length() > frame.size() - Frame::kIp) {
    return std::unexpected(Verdict::Malformed);
  }
  if (header_words > 5) {
    return std::unexpected(Verdict::IpOptions);
  }
  // 224.0.0.0/4, and 240.0.0.0/4 with the limited broadcast.
  if (frame.destination().v4_value() >= 0xe0000000) {
    return std::unexpected(Verdict::Multicast);
  }

  Datagram out{.tuple = {.vpc = vpc,
                         .source = frame.source(),
                         .destination = frame.destination(),
                         .protocol = frame.protocol()},
               .port = packet.port,
               .size = frame.total_length()};
  const FragmentKey key{packet.port, frame.source(), frame.destination(), frame.id(),
                        frame.protocol()};
  std::optional<Verdict> refused;
  if (frame.fragment_offset() != 0) {
    out.part = Datagram::Part::Later;
    refused = read_later_fragment(key, packet.now, settings, state, out);
  } else {
    refused = read_l4(frame, packet.segment_size, out);
  }
  if (!refused && frame.fragment_offset() == 0 && frame.more_fragments()) {
    out.part = Datagram::Part::First;
    if (out.icmp_error) {
      refused = Verdict::Fragment;
    } else {
      state.fragments[key] = {.tuple = out.tuple,
                              .icmp_type = out.icmp_type,
                              .icmp_code = out.icmp_code,
                              .second = packet.now};
    }
  }
  if (refused) {
    return std::unexpected(*refused);
  }
  return out;
}

std::expected<Datagram, Verdict> read_ipv6(const Packet& packet, std::uint32_t vpc) {
  const Frame frame(packet.frame);
  if ((frame.get8(0) & 1) != 0 || frame.destination().bytes()[0] == 0xff) {
    return std::unexpected(Verdict::Multicast);
  }
  if (is_extension(frame.protocol())) {
    return std::unexpected(Verdict::Ipv6Extension);
  }
  Datagram out{.tuple = {.vpc = vpc,
                         .source = frame.source(),
                         .destination = frame.destination(),
                         .protocol = frame.protocol()},
               .port = packet.port,
               .size = frame.total_length()};
  if (const auto refused = read_l4(frame, packet.segment_size, out)) {
    return std::unexpected(*refused);
  }
  return out;
}

namespace {

// The upper layer's first 8 bytes at `at`, of a packet that an error quotes. RFC 1122, 3.2.2: there
// are no errors about errors.
std::optional<Tuple> answer_to_quoted(const Frame& error, std::size_t at, Tuple about) {
  if (about.protocol == kTcp || about.protocol == kUdp) {
    about.source_port = error.get16(at);
    about.destination_port = error.get16(at + 2);
  }
  const bool ipv6 = error.is_ipv6();
  if (about.protocol == (ipv6 ? kIcmpv6 : kIcmp)) {
    const std::uint8_t type = error.get8(at);
    const bool asks = type == (ipv6 ? kEchoV6 : kEcho);
    if (!asks && type != (ipv6 ? kEchoReplyV6 : kEchoReply)) {
      return std::nullopt;
    }
    about.echo = asks ? Tuple::Echo::Request : Tuple::Echo::Reply;
    about.source_port = about.destination_port = error.get16(at + 4);
  }
  return answer_to(about);
}

// RFC 4443, 3: as much of the packet as fits.
std::optional<Tuple> ipv6_quoted_answer(const Frame& error, std::uint32_t vpc) {
  const std::size_t quoted = error.l4() + 8;
  const std::size_t quoted_l4 = quoted + Frame::kIpv6Size;
  if (error.l4_size() < 8 + Frame::kIpv6Size + 8) {
    return std::nullopt;
  }
  return answer_to_quoted(error, quoted_l4,
                          {.vpc = vpc,
                           .source = error.get_ipv6(quoted + 8),
                           .destination = error.get_ipv6(quoted + 24),
                           .protocol = error.get8(quoted + 6)});
}

}  // namespace

std::optional<Tuple> quoted_answer(const Frame& error, std::uint32_t vpc) {
  if (error.is_ipv6()) {
    return ipv6_quoted_answer(error, vpc);
  }
  constexpr std::size_t kQuoted = Frame::kIp + Frame::kIpv4Size + 8;
  constexpr std::size_t kQuotedL4 = kQuoted + 20;
  // RFC 792: the header and 8 bytes of what follows it.
  if (error.l4_size() < 8 + 20 + 8 || (error.get8(kQuoted) & 15) != 5 ||
      (error.get16(kQuoted + 6) & 0x1fff) != 0) {
    return std::nullopt;
  }
  return answer_to_quoted(error, kQuotedL4,
                          {.vpc = vpc,
                           .source = error.get_address(kQuoted + 12),
                           .destination = error.get_address(kQuoted + 16),
                           .protocol = error.get8(kQuoted + 9)});
}

}  // namespace postern::reference
