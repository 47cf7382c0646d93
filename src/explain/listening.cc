// SPDX-License-Identifier: Apache-2.0
#include "explain/listening.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "explain/place.h"
#include "explain/rules.h"
#include "reference/frame.h"

namespace postern::explain {
namespace {

using reference::kIcmp;
using reference::kTcp;

const Cidr kLoopback(IpAddress::v4(0x7f000000), 8);

bool is_loopback(const IpAddress& address) {
  return address.is_v4() ? kLoopback.contains(address) : address == IpAddress::parse("::1");
}

// Whether what is bound to `bound` gets what is sent to `address`. A socket of all IPv6 addresses
// has all IPv4 addresses too, if it has not asked for less.
bool is_reached(const IpAddress& bound, const IpAddress& address) {
  return bound == IpAddress() || bound == address || (bound == IpAddress::v4(0) && address.is_v4());
}

std::string why_nothing(const Listening& found, const Traffic& traffic) {
  if (found.loopback) {
    return fmt::format("{} is listened on at the loopback address only, which no network reaches",
                       text(traffic));
  }
  if (found.others.empty()) {
    return fmt::format("nothing listens on {}, or on any other port", text(traffic));
  }
  return fmt::format("nothing listens on {}; {} {} is listened on", text(traffic),
                     traffic.protocol == kTcp ? "tcp" : "udp", fmt::join(found.others, ", "));
}

}  // namespace

std::optional<Listening> listening_at(const Sight& sight, const model::NetworkInterface& interface,
                                      const IpAddress& address, const Traffic& traffic) {
  const auto sockets = sight.sockets ? sight.sockets(interface) : std::nullopt;
  if (!sockets) {
    return std::nullopt;
  }
  Listening found;
  std::set<std::uint16_t> others;
  for (const Socket& socket : *sockets) {
    if (socket.protocol != traffic.protocol) {
      continue;
    }
    const bool reached = is_reached(socket.address, address);
    if (socket.port == traffic.port) {
      found.any = found.any || reached;
      found.loopback = found.loopback || is_loopback(socket.address);
    } else if (reached) {
      others.insert(socket.port);
    }
  }
  found.others.assign(others.begin(), others.end());
  return found;
}

std::optional<Hop> ask_listening(const Sight& sight, const model::NetworkInterface& interface,
                                 const IpAddress& address, const Traffic& traffic,
                                 const std::string& step) {
  const auto found =
      traffic.protocol == kIcmp ? std::nullopt : listening_at(sight, interface, address, traffic);
  if (!found) {
    return std::nullopt;
  }
  Hop hop{.step = step, .resource = resource_of(interface), .account = interface.owner.value};
  if (found->any) {
    hop.because = fmt::format("something listens on {}", text(traffic));
    return hop;
  }
  hop.judgement = Judgement::Stops;
  hop.because = why_nothing(*found, traffic);
  hop.advice = found->loopback ? address.is_v4()
                                     ? "bind the service to 0.0.0.0, or to the interface's address"
                                     : "bind the service to ::, or to the interface's address"
                               : "start the service there, or ask for the port that it listens on";
  return hop;
}

}  // namespace postern::explain
