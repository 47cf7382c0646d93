// SPDX-License-Identifier: Apache-2.0
// FlowState: what the fabric remembers between packets. One Connection stands for the two entries
// that the programs keep for it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "dataplane/layout/verdict.h"
#include "reference/maps.h"

namespace postern::reference {

using dataplane::Verdict;

// Who sends what to whom, as the sender writes it.
struct Tuple {
  enum class Echo : std::uint8_t { None, Request, Reply };  // of ICMP, ICMPv6

  std::uint32_t vpc = 0;
  IpAddress source;
  IpAddress destination;
  std::uint8_t protocol = 0;
  std::uint16_t source_port = 0;  // an echo has its id in both
  std::uint16_t destination_port = 0;
  Echo echo = Echo::None;

  auto operator<=>(const Tuple&) const = default;
};

// The tuple of what answers `tuple`, where addresses and VPC are the same.
Tuple answer_to(const Tuple& tuple);

// A link and the interface that had it when the connection began.
struct End {
  std::uint32_t port = 0;
  std::uint32_t owner = 0;
  bool operator==(const End&) const = default;
};

// The header of the PROXY protocol in a connection.
struct Proxy {
  std::size_t bytes = 0;
  std::uint32_t first_sequence = 0;  // of the client
  bool sent = false;
  bool acknowledged = false;
};

struct Connection {
  Tuple begin;   // of the side that began, as it sends
  Tuple answer;  // of the other side, as it sends
  End from;      // the side that began
  End to;
  bool translated = false;  // `answer` is not simply the way back of `begin`
  std::optional<std::uint32_t> endpoint;
  std::uint32_t accepted = 0;  // which acceptance of the endpoint's connection it is of
  std::optional<std::uint32_t> target;
  std::uint32_t idle_seconds = 0;
  std::uint32_t last = 0;           // second of its last packet
  std::uint8_t begin_flags = 0;     // TCP flags that one side has sent
  std::uint8_t answer_flags = 0;    // and the other
  std::uint32_t begin_packets = 0;  // of other protocols, later fragments not counted
  std::uint32_t answer_packets = 0;
  bool established = false;
  bool half_open = false;  // counts against its link's limit
  bool swept = false;      // no packet finds it any more
  std::optional<Proxy> proxy;

  std::uint8_t protocol() const { return begin.protocol; }
  // Whether either side of it is IPv6, or just one.
  bool has_ipv6() const { return !begin.source.is_v4() || !answer.source.is_v4(); }
  bool changes_family() const { return begin.source.is_v4() != answer.source.is_v4(); }
  bool closed() const;
  // How long it may be silent, in seconds.
  std::uint32_t idle_limit(const Settings& settings) const;
  bool expired(std::uint32_t now, const Settings& settings) const;
};

// One that a packet belongs to.
struct Found {
  std::size_t at = 0;    // in FlowState::connections
  bool answers = false;  // the packet is of the side that did not begin
};

// Ports of a datagram's first fragment, by which its later ones are told.
struct FirstFragment {
  Tuple tuple;
  std::uint8_t icmp_type = 0;
  std::uint8_t icmp_code = 0;
  std::uint32_t second = 0;
};
// Link, source, destination, id, protocol.
using FragmentKey = std::tuple<std::uint32_t, IpAddress, IpAddress, std::uint16_t, std::uint8_t>;

struct FlowState {
  std::vector<Connection> connections;
  std::map<FragmentKey, FirstFragment> fragments;

  std::optional<Found> find(const Tuple& tuple) const;
  void forget(std::size_t at);
  std::uint32_t half_open(std::uint32_t port) const;
};

// Whether the link still belongs to the interface.
bool is_still(const Maps& maps, const End& end);

// Why its endpoint, or either its endpoint or its target, lets nothing of the connection pass any
// more, or nothing.
std::optional<Verdict> cut_by_endpoint(const Connection& connection, const Maps& maps);
std::optional<Verdict> cut(const Connection& connection, const Maps& maps);

// Whether the connection holds its addresses and ports against others.
bool is_live(const Connection& connection, const Maps& maps, const Settings& settings,
             std::uint32_t now);

// What one run of pn_sweep does: marks what is over, takes away what it marked the last time.
struct Sweep {
  FlowState state;
  pn_sweep_report report{};
};
Sweep sweep(FlowState state, const Maps& maps, const Settings& settings, std::uint32_t now);

// What pn_expire does to connections that have been silent for so long; how many there were.
std::uint32_t expire(FlowState& state, const Settings& settings, std::uint32_t now,
                     std::uint32_t idle_seconds);

}  // namespace postern::reference
