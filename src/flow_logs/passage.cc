// SPDX-License-Identifier: Apache-2.0
#include "flow_logs/passage.h"

#include <arpa/inet.h>

#include <algorithm>

namespace postern::flow_logs {
namespace {

using dataplane::address_of;

// A packet's addresses and ports, before or behind a translation.
struct Header {
  IpAddress source;
  IpAddress destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
};

// Between a node and its relay, which are one to everybody else.
bool is_within_node(const Header& header) {
  const auto stands_in = [](const IpAddress& address) {
    return address == IpAddress::v4(kPnRelayClients) || address == IpAddress::v4(kPnRelayTargets);
  };
  return stands_in(header.source) || stands_in(header.destination);
}

// Receiver: also of what was stopped before anything was translated, whatever it was sent to.
enum class Role { Sender, Endpoint, Node, Receiver };

// One interface, in one direction.
struct Station {
  Role role;
  bool egress = false;
  Interface interface;
  Header header;
};

// How far a packet came.
struct Stop {
  enum class Kind {
    Passed,
    Rejected,  // at the station of this role and direction
    Nowhere,   // by what is no interface's: it left its sender, and came to a load balancer at most
    Untold,
  };
  Kind kind = Kind::Passed;
  Role role = Role::Sender;
  bool egress = false;
};

class Way {
 public:
  Way(const Interfaces& interfaces, const pn_traffic_key& key, const pn_traffic& traffic)
      : interfaces_(interfaces), key_(key), traffic_(traffic) {}

  // All that the packet passes, or would have.
  std::vector<Station> stations() const {
    std::vector<Station> out = {{Role::Sender, true, sender(), written()}};
    if (!translates()) {
      add_untranslated(out);
      return out;
    }
    const Interface endpoint = interfaces_.numbered(traffic_.endpoint);
    const Interface node = interfaces_.numbered(traffic_.node_eni);
    const bool reply = (traffic_.flags & kPnFlowReply) != 0;
    // Between endpoint and node nothing is told: of each, only the side that is away from the
    // other.
    if (through_endpoint() && reply) {
      out.push_back({Role::Node, false, node, written()});
      out.push_back({Role::Endpoint, true, endpoint, sent_on()});
    } else if (through_endpoint()) {
      out.push_back({Role::Endpoint, false, endpoint, written()});
      out.push_back({Role::Node, true, node, sent_on()});
    } else {
      out.push_back({Role::Node, false, node, written()});
      out.push_back({Role::Node, true, node, sent_on()});
    }
    out.push_back({Role::Receiver, false, receiver(), sent_on()});
    return out;
  }

  // "REJECT: the traffic was rejected. For example, it was not allowed by the security groups or
  // network ACLs, or packets arrived after the connection was closed." [Flow log records, action]
  Stop stop() const {
    using enum Stop::Kind;
    const bool inbound = traffic_.direction == kPnIngress;
    switch (key_.verdict) {
      case kPnVerdictSourceEgressDenied:
      case kPnVerdictSourceAclDenied:
        return {Rejected, Role::Sender, true};
      case kPnVerdictBalancerEgressDenied:
        return {Rejected, translates() ? Role::Node : Role::Sender, true};
      case kPnVerdictEndpointIngressDenied:
        return at_first(Role::Receiver);
      case kPnVerdictBalancerIngressDenied:
        // From an endpoint on, it is not told.
        return through_endpoint() ? Stop{Nowhere} : at_first(Role::Receiver);
      case kPnVerdictDestinationIngressDenied:
      case kPnVerdictTargetIngressDenied:
      case kPnVerdictDestinationAclDenied:
        return {Rejected, Role::Receiver, false};
      case kPnVerdictEndpointAclDenied:
        return {Rejected, Role::Endpoint, !inbound};
      case kPnVerdictBalancerAclDenied:
        return {Rejected, Role::Node, !inbound};
      case kPnVerdictNoFlow:
      case kPnVerdictResetNoFlow:
      case kPnVerdictFlowExpired:
        return at_first(translates() ? next_role() : Role::Receiver);
      case kPnVerdictGroupMissing:
      case kPnVerdictAclMissing:
        return {Untold};
      default:
        return {passed() ? Passed : Nowhere};
    }
  }

  bool is_told() const {
    const auto own = [&](const pn_addr& at) {
      const IpAddress address = address_of(at);
      return !stands_in(address) && interfaces_.is_vpcs_own(key_.flow.vpc, address);
    };
    return !own(key_.flow.source) && !own(key_.flow.destination);
  }

 private:
  // For a relay's clients or targets, who are not in the link-local network that it is from.
  static bool stands_in(const IpAddress& address) {
    return address == IpAddress::v4(kPnRelayClients) || address == IpAddress::v4(kPnRelayTargets);
  }
  bool translates() const { return (traffic_.flags & kPnFlowTranslate) != 0; }
  bool through_endpoint() const { return (traffic_.flags & kPnFlowEndpoint) != 0; }
  bool passed() const { return key_.verdict == kPnVerdictFlowForwarded; }

  static Stop at_first(Role role) { return {Stop::Kind::Rejected, role, false}; }

  // Behind the sender.
  Role next_role() const {
    return through_endpoint() && !(traffic_.flags & kPnFlowReply) ? Role::Endpoint : Role::Node;
  }

  Header written() const {
    const bool icmp = key_.flow.protocol == IPPROTO_ICMP;  // what stands for its ports are none
    return {.source = address_of(key_.flow.source),
            .destination = address_of(key_.flow.destination),
            .source_port = icmp ? std::uint16_t{0} : ntohs(key_.flow.source_port_be),
            .destination_port = icmp ? std::uint16_t{0} : ntohs(key_.flow.destination_port_be)};
  }
  Header sent_on() const {
    return {.source = address_of(traffic_.source),
            .destination = address_of(traffic_.destination),
            .source_port = ntohs(traffic_.source_port_be),
            .destination_port = ntohs(traffic_.destination_port_be)};
  }

  // The link's own; of a services namespace, the node whose address it sends from.
  Interface sender() const {
    const Interface own = interfaces_.numbered(key_.owner);
    return own ? own : interfaces_.at(key_.flow.vpc, address_of(key_.flow.source));
  }
  Interface receiver() const {
    const Interface own = interfaces_.numbered(traffic_.to_owner);
    return own ? own : interfaces_.at(traffic_.to_vpc, address_of(traffic_.destination));
  }

  // An ICMP error has no flow entry of its own that says who gets it: whoever has the address.
  void add_untranslated(std::vector<Station>& out) const {
    const Interface reached = interfaces_.at(key_.flow.vpc, address_of(key_.flow.destination));
    const Interface own = passed() ? interfaces_.numbered(traffic_.to_owner) : nullptr;
    const bool at_endpoint = stop().kind == Stop::Kind::Nowhere && through_endpoint();
    out.push_back(
        {at_endpoint ? Role::Endpoint : Role::Receiver, false, own ? own : reached, written()});
  }

  const Interfaces& interfaces_;
  const pn_traffic_key& key_;
  const pn_traffic& traffic_;
};

TimePoint wall_time(TimePoint boot, __u64 nanoseconds) {
  return boot +
         std::chrono::duration_cast<TimePoint::duration>(std::chrono::nanoseconds(nanoseconds));
}

}  // namespace

std::vector<Passage> passages_of(const Interfaces& interfaces, const pn_traffic_key& key,
                                 const pn_traffic& traffic, TimePoint boot) {
  const Way way(interfaces, key, traffic);
  const Stop stop = way.stop();
  std::vector<Passage> out;
  if (!way.is_told() || stop.kind == Stop::Kind::Untold) {
    return out;
  }
  for (const Station& station : way.stations()) {
    if (stop.kind == Stop::Kind::Nowhere && station.role == Role::Receiver) {
      break;
    }
    const bool rejected = stop.kind == Stop::Kind::Rejected && station.role == stop.role &&
                          station.egress == stop.egress;
    if (station.interface && !is_within_node(station.header)) {
      out.push_back({.interface = station.interface,
                     .egress = station.egress,
                     .accepted = !rejected,
                     .source = station.header.source,
                     .destination = station.header.destination,
                     .source_port = station.header.source_port,
                     .destination_port = station.header.destination_port,
                     .protocol = key.flow.protocol,
                     .packets = traffic.packets,
                     .bytes = traffic.bytes,
                     .tcp_flags = traffic.tcp_flags,
                     .first = wall_time(boot, traffic.first),
                     .last = wall_time(boot, traffic.last)});
    }
    const bool on_the_way = station.role == Role::Endpoint || station.role == Role::Node;
    if (rejected || (stop.kind == Stop::Kind::Nowhere && on_the_way)) {
      break;
    }
  }
  return out;
}

}  // namespace postern::flow_logs
