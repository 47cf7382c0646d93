// SPDX-License-Identifier: Apache-2.0
#include "reference/path.h"

#include "reference/rules.h"

namespace postern::reference {
namespace {

// A stretch of the way, the packet's addresses on it, and what a no is called.
struct Stretch {
  const pn_addr_info* leaves = nullptr;
  const pn_addr_info* enters = nullptr;
  IpAddress source;
  IpAddress destination;
  std::uint16_t destination_port = 0;
  Verdict no_way_out{};
  Verdict no_way_in{};
};

std::optional<Verdict> ask(const Maps& maps, std::uint32_t acl, pn_direction direction,
                           const Question& question, Verdict denied) {
  switch (ask_acl(maps, acl, direction, question)) {
    case Answer::Yes:
      return std::nullopt;
    case Answer::No:
      return denied;
    case Answer::NotProgrammed:
      break;
  }
  return Verdict::AclMissing;
}

std::optional<Verdict> ask_stretch(const Maps& maps, const Datagram& packet,
                                   const Stretch& stretch) {
  if (stretch.leaves == nullptr || stretch.enters == nullptr) {
    return Verdict::AclMissing;  // who cannot tell the subnet cannot tell its ACL
  }
  const pn_addr_info& from = *stretch.leaves;
  const pn_addr_info& to = *stretch.enters;
  if (from.subnet == 0 || to.subnet == 0 || from.subnet == to.subnet) {
    return std::nullopt;
  }
  Question question{.protocol = packet.tuple.protocol,
                    .port = stretch.destination_port,
                    .icmp_type = packet.icmp_type,
                    .icmp_code = packet.icmp_code};
  question.peer = stretch.destination;
  if (const auto no = ask(maps, from.acl, kPnEgress, question, stretch.no_way_out)) {
    return no;
  }
  question.peer = stretch.source;
  return ask(maps, to.acl, kPnIngress, question, stretch.no_way_in);
}

// The VPC and address that clients of a connection know, and the node that speaks to the target.
struct Middle {
  const pn_addr_info* at_client = nullptr;  // endpoint interface, or the node itself
  const pn_addr_info* at_target = nullptr;  // node
};
Middle middle_of(const Maps& maps, const Connection& connection) {
  const pn_addr_info* known =
      find(maps.addresses, {connection.begin.vpc, connection.begin.destination});
  // A relay is at the node, on both of its sides.
  if (connection.begin.destination == kRelayTargets) {
    known = find(maps.addresses, {connection.begin.vpc, connection.begin.source});
  }
  const IpAddress& at_node = connection.answer.destination == kRelayClients
                                 ? connection.answer.source
                                 : connection.answer.destination;
  // Without an endpoint both are the node, also where the client's address is preserved.
  const pn_addr_info* node =
      connection.endpoint ? find(maps.addresses, {connection.answer.vpc, at_node}) : known;
  return {.at_client = known, .at_target = node};
}

// The interface at a link: an instance's own, or what the services namespace has at `address`. What
// an instance sends from or is sent to need not be its own address, and it stays where it is.
const pn_addr_info* interface_at(const Maps& maps, const pn_port& link, const IpAddress& address) {
  return find(maps.addresses,
              {link.vpc, link.kind == kPnPortInstance ? address_of(link.address) : address});
}

}  // namespace

std::optional<Verdict> ask_acls(const Maps& maps, const pn_port& link, const Datagram& packet,
                                const Connection& connection, bool answers) {
  if (maps.acl_generation == 0) {
    return std::nullopt;
  }
  const Tuple& sent = answers ? connection.answer : connection.begin;
  const Tuple arrives = answer_to(answers ? connection.begin : connection.answer);
  const pn_port* receiver = link_at(maps, (answers ? connection.from : connection.to).port);
  const pn_addr_info* from = interface_at(maps, link, packet.tuple.source);
  const pn_addr_info* to =
      receiver != nullptr ? interface_at(maps, *receiver, arrives.destination) : nullptr;

  if (!connection.translated) {
    // An endpoint that ends the connection itself is the receiver's side of it.
    const bool at_endpoint = connection.endpoint.has_value();
    return ask_stretch(maps, packet,
                       {.leaves = from,
                        .enters = to,
                        .source = packet.tuple.source,
                        .destination = packet.tuple.destination,
                        .destination_port = sent.destination_port,
                        .no_way_out = at_endpoint && answers ? Verdict::EndpointAclDenied
                                                             : Verdict::SourceAclDenied,
                        .no_way_in = at_endpoint && !answers ? Verdict::EndpointAclDenied
                                                             : Verdict::DestinationAclDenied});
  }
  const Middle middle = middle_of(maps, connection);
  const Verdict endpoints = Verdict::EndpointAclDenied;
  const Verdict balancers = Verdict::BalancerAclDenied;
  const Verdict clients_side = connection.endpoint ? endpoints : balancers;
  const Stretch first{.leaves = from,
                      .enters = answers ? middle.at_target : middle.at_client,
                      .source = packet.tuple.source,
                      .destination = packet.tuple.destination,
                      .destination_port = sent.destination_port,
                      .no_way_out = Verdict::SourceAclDenied,
                      .no_way_in = answers ? balancers : clients_side};
  const Stretch second{.leaves = answers ? middle.at_client : middle.at_target,
                       .enters = to,
                       .source = arrives.source,
                       .destination = arrives.destination,
                       .destination_port = arrives.destination_port,
                       .no_way_out = answers ? clients_side : balancers,
                       .no_way_in = Verdict::DestinationAclDenied};
  const auto no = ask_stretch(maps, packet, first);
  return no ? no : ask_stretch(maps, packet, second);
}

}  // namespace postern::reference
