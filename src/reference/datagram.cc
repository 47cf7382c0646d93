// SPDX-License-Identifier: Apache-2.0
#include "reference/datagram.h"

namespace postern::reference {
namespace {

constexpr std::uint8_t kEchoReply = 0, kUnreachable = 3, kEcho = 8, kTimeExceeded = 11,
                       kParameterProblem = 12;

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
    out.size = 20 + frame.tcp_header_size() + segment_size;
  }
  return std::nullopt;
}

std::optional<Verdict> read_udp(const Frame& frame, std::uint32_t segment_size, Datagram& out) {
  if (frame.l4_size() < 8) {
    return Verdict::Malformed;
  }
  out.tuple.source_port = frame.source_port();
  out.tuple.destination_port = frame.destination_port();
  if (segment_size != 0) {
    out.size = 20 + 8 + segment_size;
  }
  return std::nullopt;
}

std::optional<Verdict> read_icmp(const Frame& frame, Datagram& out) {
  if (frame.l4_size() < 8) {
    return Verdict::Malformed;
  }
  out.icmp_type = frame.get8(Frame::kL4);
  out.icmp_code = frame.get8(Frame::kL4 + 1);
  switch (out.icmp_type) {
    case kEcho:
    case kEchoReply:
      out.tuple.echo = out.icmp_type == kEcho ? Tuple::Echo::Request : Tuple::Echo::Reply;
      out.tuple.source_port = out.tuple.destination_port = frame.get16(Frame::kL4 + 4);
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

std::optional<Verdict> read_l4(const Frame& frame, std::uint32_t segment_size, Datagram& out) {
  switch (frame.protocol()) {
    case kTcp:
      return read_tcp(frame, segment_size, out);
    case kUdp:
      return read_udp(frame, segment_size, out);
    case kIcmp:
      return read_icmp(frame, out);
    default:
      return std::nullopt;
  }
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
      return icmp_type == kEcho;
    default:
      return true;
  }
}

std::expected<Datagram, Verdict> read_ipv4(const Packet& packet, std::uint32_t vpc,
                                           const Settings& settings, FlowState& state) {
  const Frame frame(packet.frame);
  if (frame.size() < Frame::kL4) {
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

std::optional<Tuple> quoted_answer(const Frame& error, std::uint32_t vpc) {
  constexpr std::size_t kQuoted = Frame::kL4 + 8;
  constexpr std::size_t kQuotedL4 = kQuoted + 20;
  // RFC 792: the header and 8 bytes of what follows it.
  if (error.l4_size() < 8 + 20 + 8 || (error.get8(kQuoted) & 15) != 5 ||
      (error.get16(kQuoted + 6) & 0x1fff) != 0) {
    return std::nullopt;
  }
  Tuple about{.vpc = vpc,
              .source = error.get_address(kQuoted + 12),
              .destination = error.get_address(kQuoted + 16),
              .protocol = error.get8(kQuoted + 9)};
  if (about.protocol == kTcp || about.protocol == kUdp) {
    about.source_port = error.get16(kQuotedL4);
    about.destination_port = error.get16(kQuotedL4 + 2);
  }
  if (about.protocol == kIcmp) {
    const std::uint8_t type = error.get8(kQuotedL4);
    if (type != kEcho && type != kEchoReply) {
      return std::nullopt;  // RFC 1122, 3.2.2: no errors about errors
    }
    about.echo = type == kEcho ? Tuple::Echo::Request : Tuple::Echo::Reply;
    about.source_port = about.destination_port = error.get16(kQuotedL4 + 4);
  }
  return answer_to(about);
}

}  // namespace postern::reference
