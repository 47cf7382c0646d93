// SPDX-License-Identifier: Apache-2.0
#include "reference/judge.h"

#include <algorithm>
#include <array>

#include "reference/arp.h"
#include "reference/discovery.h"
#include "reference/first.h"
#include "reference/path.h"
#include "reference/proxy.h"

namespace postern::reference {
namespace {

constexpr std::uint8_t kMss = 2;

MacAddress router_mac() {
  const std::uint8_t mac[6] = PN_ROUTER_MAC;
  return mac_of(mac);
}

void address_to(Frame& frame, const pn_port& link) {
  frame.set_mac(0, mac_of(link.mac));
  frame.set_mac(6, router_mac());
}

// [AWS PrivateLink guide, "MTU considerations"]
void clamp_mss(Frame& frame, bool has_ipv6) {
  const std::size_t ip = has_ipv6 ? Frame::kIpv6Size : Frame::kIpv4Size;
  const auto most = static_cast<std::uint16_t>(kPnEndpointMtu - ip - 20);
  const auto option = frame.tcp_option(kMss);
  if (!option || option->size != 4 || frame.get16(option->at + 2) <= most) {
    return;
  }
  const Frame::Faults faults = frame.faults();
  frame.set16(option->at + 2, most);
  frame.compute_checksums(faults);
}

// The same packet with the header of the other family. [RFC 7915, 4.1 and 5.1, without its ICMP]
Frame in_other_family(const Frame& frame) {
  const bool ipv6 = !frame.is_ipv6();
  Frame out = empty_packet(ipv6, frame.l4_size());
  const std::uint8_t traffic_class =
      ipv6 ? frame.get8(Frame::kIp + 1) : static_cast<std::uint8_t>(frame.get16(Frame::kIp) >> 4);
  if (ipv6) {
    out.set8(Frame::kIp, static_cast<std::uint8_t>(0x60 | traffic_class >> 4));
    out.set8(Frame::kIp + 1, static_cast<std::uint8_t>(traffic_class << 4));
  } else {
    out.set8(Frame::kIp + 1, traffic_class);
  }
  out.set8(Frame::kIp + (ipv6 ? 7 : 8), frame.get8(Frame::kIp + (ipv6 ? 8 : 7)));
  out.set8(Frame::kIp + (ipv6 ? 6 : 9), frame.protocol());
  // What is behind the packet stays there.
  Bytes bytes = out.bytes();
  bytes.resize(out.l4());
  bytes.insert(bytes.end(), frame.bytes().begin() + static_cast<std::ptrdiff_t>(frame.l4()),
               frame.bytes().end());
  std::copy_n(frame.bytes().begin(), 12, bytes.begin());
  return Frame(std::move(bytes));
}

// RFC 9293, 3.10.7.1.
Bytes reset_of(const Frame& frame, const pn_port& link) {
  const bool acknowledges = (frame.tcp_flags() & kAck) != 0;
  const std::size_t length = frame.tcp_payload_size() + ((frame.tcp_flags() & kSyn) != 0 ? 1 : 0) +
                             ((frame.tcp_flags() & kFin) != 0 ? 1 : 0);
  Frame out = empty_packet(frame.is_ipv6(), 20);
  address_to(out, link);
  out.set8(Frame::kIp + (frame.is_ipv6() ? 7 : 8), 64);
  out.set8(Frame::kIp + (frame.is_ipv6() ? 6 : 9), kTcp);
  out.set_addresses(frame.destination(), frame.source());
  const std::size_t l4 = out.l4();
  out.set16(l4, frame.destination_port());
  out.set16(l4 + 2, frame.source_port());
  out.set32(l4 + 4, acknowledges ? frame.acknowledgement() : 0);
  out.set32(l4 + 8, acknowledges ? 0 : frame.sequence() + static_cast<std::uint32_t>(length));
  out.set8(l4 + 12, 0x50);
  out.set8(l4 + 13, acknowledges ? kRst : kRst | kAck);
  out.compute_checksums({});
  return out.bytes();
}

// Which packets a share of the losses takes is drawn, and not to be said.
bool loses_all(const pn_port& link) {
  return link.loss == kPnLossAll;
}

class Fabric {
 public:
  Fabric(const Maps& maps, const Settings& settings, FlowState state, const Packet& packet)
      : maps_(maps), settings_(settings), state_(std::move(state)), packet_(packet) {}

  Outcome judge() {
    Outcome out{.verdict = verdict()};
    using Action = dataplane::VerdictAction;
    const Action action = dataplane::info(out.verdict).action;
    if (action == Action::Pass || action == Action::Answer) {
      out.port = to_;
      out.frame = sent_;
    }
    const bool is_tcp = datagram_ && datagram_->tuple.protocol == kTcp;
    if (action == Action::Reset && is_tcp && datagram_->part != Datagram::Part::Later &&
        (datagram_->tcp_flags & kRst) == 0) {
      out.port = packet_.port;
      out.frame = reset_of(Frame(packet_.frame), *link_at(maps_, packet_.port));
    }
    out.state = std::move(state_);
    return out;
  }

 private:
  Verdict verdict() {
    const pn_port* link = link_at(maps_, packet_.port);
    if (link == nullptr) {
      return Verdict::PortUnknown;
    }
    const Frame frame(packet_.frame);
    if (frame.source_mac() != mac_of(link->mac)) {
      return Verdict::MacSpoofed;
    }
    switch (frame.ether_type()) {
      case 0x0800:
        // To a group of stations, whatever its IPv4 address says.
        return (frame.get8(0) & 1) != 0 ? Verdict::Multicast : ipv4(*link);
      case 0x0806:
        return arp(*link);
      case 0x86dd:
        return ipv6(*link);
      default:
        return Verdict::EtherTypeUnknown;
    }
  }

  Verdict arp(const pn_port& link) {
    const auto answer = answer_arp(maps_, link, packet_);
    if (!answer) {
      return answer.error();
    }
    to_ = packet_.port;
    sent_ = answer->bytes();
    return Verdict::ArpAnswered;
  }

  Verdict ipv4(const pn_port& link) {
    const auto read = read_ipv4(packet_, link.vpc, settings_, state_);
    if (!read) {
      return read.error();
    }
    datagram_ = *read;
    return ip(link, datagram_->tuple.source == address_of(link.address));
  }

  Verdict ipv6(const pn_port& link) {
    if (!is_ipv6(packet_)) {
      return Verdict::Malformed;
    }
    if (is_discovery(packet_)) {
      const auto answer = answer_solicitation(maps_, link, packet_);
      if (!answer) {
        return answer.error();
      }
      to_ = packet_.port;
      sent_ = answer->bytes();
      return Verdict::ArpAnswered;
    }
    const auto read = read_ipv6(packet_, link.vpc);
    if (!read) {
      return read.error();
    }
    datagram_ = *read;
    return ip(link, has_ipv6(maps_, link, packet_.port, datagram_->tuple.source));
  }

  // `own`: the packet comes from an address of its interface.
  Verdict ip(const pn_port& link, bool own) {
    if (link.kind == kPnPortInstance && (link.flags & kPnPortNoSourceCheck) == 0 && !own) {
      return Verdict::AddressSpoofed;
    }
    if (loses_all(link)) {
      return Verdict::LostOnPurpose;
    }
    if (datagram_->icmp_error) {
      return error(link);
    }
    if (const auto found = state_.find(datagram_->tuple)) {
      if (const auto verdict = tracked(link, *found, own)) {
        return *verdict;
      }
      state_.forget(found->at);
    }
    auto beginning = judge_first(maps_, settings_, link, packet_, *datagram_, state_);
    if (!beginning) {
      return beginning.error();
    }
    state_.connections.push_back(beginning->connection);
    const auto no = send_on({.at = state_.connections.size() - 1, .answers = false});
    return no ? *no : beginning->admitted;
  }

  // The verdict on a packet of a tracked connection, or nothing: it begins anew.
  std::optional<Verdict> tracked(const pn_port& link, const Found& found, bool own) {
    const Connection& connection = state_.connections[found.at];
    const End sender = found.answers ? connection.to : connection.from;
    if (connection.swept || sender != End{.port = packet_.port, .owner = link.owner}) {
      // Another time's, as long as nobody else is on it: who writes an address that is not its own
      // takes nothing from its owner.
      const bool others =
          !own && sender.port != packet_.port && is_live(connection, maps_, settings_, packet_.now);
      return others ? std::optional(Verdict::TupleInUse) : std::nullopt;
    }
    if (datagram_->is_syn() && connection.closed()) {
      return std::nullopt;
    }
    const bool expired = connection.expired(packet_.now, settings_);
    std::optional<Verdict> refused;
    if (expired) {
      refused = Verdict::FlowExpired;
    } else {
      refused = standing(connection, found.answers);
      if (!refused) {
        refused = ask_acls(maps_, link, *datagram_, connection, found.answers);
      }
    }
    if (!refused) {
      const auto no = send_on(found);
      return no ? *no : Verdict::FlowForwarded;
    }
    // What cuts a connection cuts what its client started, which may start again; the other side
    // cannot, unless nothing of it is left.
    if (datagram_->may_begin() && (expired || !found.answers)) {
      return std::nullopt;
    }
    return refused;
  }

  // Why the connection does not stand any more.
  std::optional<Verdict> standing(const Connection& connection, bool answers) const {
    if (const auto no = cut(connection, maps_)) {
      return no;
    }
    return is_still(maps_, answers ? connection.from : connection.to)
               ? std::nullopt
               : std::optional(Verdict::DestinationGone);
  }

  // Makes the packet into the one that arrives, and notes that it passed; or why it cannot.
  std::optional<Verdict> send_on(const Found& found) {
    Connection& connection = state_.connections[found.at];
    const bool tcp = connection.protocol() == kTcp;
    if (connection.endpoint && datagram_->size > kPnEndpointMtu) {
      return Verdict::EndpointOversize;
    }
    const Tuple arrives = answer_to(found.answers ? connection.begin : connection.answer);
    if ((connection.translated || connection.proxy) && tcp &&
        datagram_->part != Datagram::Part::Whole) {
      return Verdict::Fragment;
    }
    if (!arrives.source.is_v4() && datagram_->has_no_ipv6()) {
      return Verdict::NotTranslatable;
    }
    Frame frame(packet_.frame);
    if (connection.translated) {
      translate(frame, arrives);
    }
    if (connection.endpoint && tcp && (datagram_->tcp_flags & kSyn) != 0) {
      clamp_mss(frame, connection.has_ipv6());
    }
    const End& receiver = found.answers ? connection.from : connection.to;
    address_to(frame, *link_at(maps_, receiver.port));
    if (connection.proxy) {
      found.answers ? proxy_from_target(connection, frame)
                    : proxy_from_client(maps_, connection, frame);
    }
    note(connection, found.answers);
    if (loses_all(*link_at(maps_, receiver.port))) {
      return Verdict::LostOnPurpose;
    }
    to_ = receiver.port;
    sent_ = frame.bytes();
    return std::nullopt;
  }

  void translate(Frame& frame, const Tuple& arrives) const {
    Frame::Faults faults = frame.faults();
    if (frame.is_ipv6() == arrives.source.is_v4()) {
      frame = in_other_family(frame);
      faults.ip = 0;
    }
    frame.set_addresses(arrives.source, arrives.destination);
    if (datagram_->part != Datagram::Part::Later) {
      frame.set16(frame.l4(), arrives.source_port);
      frame.set16(frame.l4() + 2, arrives.destination_port);
    }
    frame.compute_checksums(faults);
  }

  // RFC 9293, 3.5: three segments make a connection.
  void note(Connection& connection, bool answers) const {
    connection.last = packet_.now;
    if (connection.protocol() != kTcp) {
      if (datagram_->part != Datagram::Part::Later) {
        ++(answers ? connection.answer_packets : connection.begin_packets);
        connection.half_open = connection.half_open && !answers;
      }
      return;
    }
    const std::uint8_t flags = datagram_->tcp_flags;
    std::uint8_t& seen = answers ? connection.answer_flags : connection.begin_flags;
    seen = seen | (flags & (kFin | kSyn | kRst | kAck));
    const bool is_answered =
        (connection.answer_flags & kSyn) != 0 && (connection.answer_flags & kAck) != 0;
    const bool completes =
        !answers && is_answered && (flags & (kSyn | kRst)) == 0 && (flags & kAck) != 0;
    connection.established = connection.established || completes;
    if (completes || (flags & kRst) != 0) {
      connection.half_open = false;
    }
  }

  // An ICMP error about a packet of a connection goes the way of what answers that packet.
  Verdict error(const pn_port& link) {
    Frame frame(packet_.frame);
    const auto tuple = quoted_answer(frame, link.vpc);
    // Who received the packet reports: a VPC has no routers in between that would.
    if (!tuple || tuple->source != datagram_->tuple.source ||
        tuple->destination != datagram_->tuple.destination) {
      return Verdict::IcmpErrorUnrelated;
    }
    const auto found = state_.find(*tuple);
    if (!found) {
      return Verdict::IcmpErrorUnrelated;
    }
    const Connection& connection = state_.connections[found->at];
    const End sender = found->answers ? connection.to : connection.from;
    if (connection.swept || connection.expired(packet_.now, settings_) ||
        connection.changes_family() || sender != End{.port = packet_.port, .owner = link.owner}) {
      return Verdict::IcmpErrorUnrelated;
    }
    if (const auto no = cut_by_endpoint(connection, maps_)) {
      return *no;
    }
    const End& receiver = found->answers ? connection.from : connection.to;
    if (!is_still(maps_, receiver)) {
      return Verdict::DestinationGone;
    }
    if (const auto no = ask_acls(maps_, link, *datagram_, connection, found->answers)) {
      return *no;
    }
    if (connection.translated) {
      translate_error(frame, answer_to(found->answers ? connection.begin : connection.answer));
    }
    if (loses_all(*link_at(maps_, receiver.port))) {
      return Verdict::LostOnPurpose;
    }
    address_to(frame, *link_at(maps_, receiver.port));
    to_ = receiver.port;
    sent_ = frame.bytes();
    return Verdict::ErrorForwarded;
  }

  static void translate_error(Frame& frame, const Tuple& arrives) {
    const std::size_t quoted = frame.l4() + 8;
    const bool ipv6 = frame.is_ipv6();
    const Frame::Faults faults = frame.faults(true);
    frame.set_addresses(arrives.source, arrives.destination);
    // The packet that it is about went the other way.
    frame.set_address(quoted + (ipv6 ? 8 : 12), arrives.destination);
    frame.set_address(quoted + (ipv6 ? 24 : 16), arrives.source);
    frame.set16(quoted + frame.header_size(), arrives.destination_port);
    frame.set16(quoted + frame.header_size() + 2, arrives.source_port);
    frame.compute_checksums(faults, true);
  }

  const Maps& maps_;
  const Settings& settings_;
  FlowState state_;
  const Packet& packet_;
  std::optional<Datagram> datagram_;
  std::uint32_t to_ = 0;
  Bytes sent_;
};

}  // namespace

Outcome judge(const Maps& maps, const Settings& settings, FlowState state, const Packet& packet) {
  return Fabric(maps, settings, std::move(state), packet).judge();
}

}  // namespace postern::reference
