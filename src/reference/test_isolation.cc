// SPDX-License-Identifier: Apache-2.0
#include "reference/test_isolation.h"

#include <fmt/format.h>

namespace postern::reference::testing {
namespace {

std::uint32_t ports(std::uint16_t source, std::uint16_t destination) {
  return std::uint32_t{source} << 16 | destination;
}

bool forwards(const Maps& maps, std::uint32_t endpoint, std::uint32_t connection) {
  const pn_endpoint* found = find(maps.endpoints, endpoint);
  return found != nullptr && found->state == kPnEndpointForwarding &&
         found->connection == connection;
}

}  // namespace

std::string Isolation::check(const Maps& maps, const Delivered& delivered) {
  const pn_port* from = link_at(maps, delivered.from);
  const pn_port* to = link_at(maps, delivered.to);
  if (from == nullptr || to == nullptr) {
    return "from or to a link that is not there";
  }
  if (from->vpc == to->vpc) {
    return "";
  }
  crossings_ += 1;
  const Frame sent(delivered.sent);
  const Frame arrived(delivered.arrived);
  const bool later = sent.fragment_offset() != 0;
  const bool error = sent.protocol() == (sent.is_ipv6() ? kIcmpv6 : kIcmp);

  // To an endpoint that forwards to that VPC?
  const pn_addr_info* info = find(maps.addresses, {from->vpc, sent.destination()});
  if (info != nullptr && info->kind == kPnAddrEndpoint) {
    const pn_endpoint* endpoint = find(maps.endpoints, info->eni);
    if (endpoint != nullptr && endpoint->state == kPnEndpointForwarding &&
        endpoint->node_vpc == to->vpc) {
      if (!later && !error) {
        const Crossing crossing{.endpoint = info->eni, .connection = endpoint->connection};
        ways_[{from->vpc, sent.source(), sent.destination(),
               ports(sent.source_port(), sent.destination_port()), sent.protocol()}] = crossing;
        ways_[{to->vpc, arrived.destination(), arrived.source(),
               ports(arrived.destination_port(), arrived.source_port()), arrived.protocol()}] =
            crossing;
      }
      return "";
    }
  }
  // Of a connection that came through one?
  for (const auto& [way, crossing] : ways_) {
    const auto& [vpc, source, destination, both_ports, protocol] = way;
    const bool same_ports = both_ports == ports(sent.source_port(), sent.destination_port());
    const bool same = vpc == from->vpc && source == sent.source() &&
                      destination == sent.destination() &&
                      (error || (protocol == sent.protocol() && (later || same_ports)));
    if (same && forwards(maps, crossing.endpoint, crossing.connection)) {
      return "";
    }
  }
  return fmt::format("from VPC {} into VPC {} through no endpoint", from->vpc, to->vpc);
}

}  // namespace postern::reference::testing
