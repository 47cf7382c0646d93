// SPDX-License-Identifier: Apache-2.0
#include "reference/first.h"

#include <algorithm>
#include <span>

#include "reference/claim.h"
#include "reference/draw.h"
#include "reference/path.h"
#include "reference/proxy.h"
#include "reference/rules.h"

namespace postern::reference {
namespace {

// A refusal, or nothing: then go on.
using Refusal = std::optional<Verdict>;

class Judge {
 public:
  Judge(const Maps& maps, const Settings& settings, const pn_port& link, const Datagram& datagram)
      : maps_(maps), settings_(settings), link_(link), datagram_(datagram) {
    connection_.begin = datagram.tuple;
    connection_.from = {.port = datagram.port, .owner = link.owner};
  }

  std::expected<Beginning, Verdict> judge() {
    const auto admitted = link_.kind == kPnPortInstance ? from_instance() : from_services();
    if (!admitted) {
      return std::unexpected(admitted.error());
    }
    return Beginning{.admitted = *admitted, .connection = connection_};
  }

  // Whether the connection leaves from a node's address, at a port that is to be found.
  bool takes_port() const { return takes_port_; }

 private:
  using Admitted = std::expected<Verdict, Verdict>;
  // Who comes to a node: one whom the NLB's inbound rules are asked about, or not, or its relay.
  enum class Asker { Client, Unfiltered, Relay };
  static Admitted refuse(Verdict verdict) { return std::unexpected(verdict); }

  const pn_addr_info* at(std::uint32_t vpc, const IpAddress& address) const {
    return find(maps_.addresses, {vpc, address});
  }

  Question question(std::uint16_t port, const IpAddress& peer, const pn_addr_info* peers) const {
    return {.protocol = datagram_.tuple.protocol,
            .port = port,
            .icmp_type = datagram_.icmp_type,
            .icmp_code = datagram_.icmp_code,
            .peer = peer,
            .peer_groups = peers != nullptr ? groups_of(*peers) : std::vector<std::uint32_t>{}};
  }

  Refusal ask(const pn_addr_info& interface, pn_direction direction, const Question& question,
              Verdict denied) const {
    switch (ask_groups(maps_, groups_of(interface), direction, question)) {
      case Answer::Yes:
        return std::nullopt;
      case Answer::No:
        return denied;
      case Answer::NotProgrammed:
        break;
    }
    return Verdict::GroupMissing;
  }

  // The interface's link, as long as it is still its own.
  std::optional<End> end_of(std::uint32_t vpc, const pn_addr_info& info) const {
    const pn_port* link = link_at(maps_, info.port);
    const std::uint32_t owner = info.kind == kPnAddrInstance ? info.eni : vpc;
    if (link == nullptr || link->vpc != vpc || link->owner != owner) {
      return std::nullopt;
    }
    return End{.port = info.port, .owner = owner};
  }

  std::uint32_t idle_seconds() const {
    switch (datagram_.tuple.protocol) {
      case kTcp:
        return settings_.tcp_idle_seconds;
      case kUdp:
        return settings_.udp_idle_seconds;
      case kIcmp:
      case kIcmpv6:
        return settings_.icmp_idle_seconds;
      default:
        return settings_.other_idle_seconds;
    }
  }

  Admitted straight_to(const pn_addr_info& info, Verdict admitted) {
    const auto end = end_of(datagram_.tuple.vpc, info);
    if (!end) {
      return refuse(Verdict::DestinationGone);
    }
    if (!datagram_.may_begin()) {
      return refuse(Verdict::NoFlow);
    }
    connection_.to = *end;
    connection_.answer = answer_to(connection_.begin);
    connection_.idle_seconds = idle_seconds();
    return admitted;
  }

  Admitted from_services() {
    const Tuple& tuple = datagram_.tuple;
    const pn_addr_info* source = at(tuple.vpc, tuple.source);
    if (source == nullptr || source->port != datagram_.port) {
      return refuse(Verdict::AddressSpoofed);
    }
    if (source->kind != kPnAddrNode) {
      return refuse(Verdict::ServiceUnsolicited);
    }
    if (tuple.destination == kRelayTargets) {
      if (const auto no = carried_by_balancer()) {
        return refuse(*no);
      }
      return through_node(*source, {tuple.vpc, tuple.source}, nullptr, Asker::Relay);
    }
    // A health check: the NLB's outbound rules and the target's inbound ones.
    const pn_addr_info* target = at(tuple.vpc, tuple.destination);
    if (target == nullptr ||
        !takes(*target, datagram_.tuple.protocol, datagram_.tuple.destination_port)) {
      return refuse(Verdict::TargetMissing);
    }
    if (const auto no = ask_towards_target(*source, tuple.source, *target, tuple.destination,
                                           tuple.destination_port)) {
      return refuse(*no);
    }
    return straight_to(*target, Verdict::ProbeAdmitted);
  }

  // Load balancers send to instances and, by TCP, to an Application Load Balancer: its listeners
  // are those that hand clients to the relay as they are.
  bool takes(const pn_addr_info& info, std::uint8_t protocol, std::uint16_t port) const {
    if (info.kind != kPnAddrNode || protocol != kTcp) {
      return info.kind == kPnAddrInstance;
    }
    const pn_listener* listener =
        find(maps_.listeners,
             {.balancer = info.balancer, .protocol = kTcp, .port = port, .side = kPnSideClients});
    return listener != nullptr && (listener->flags & kPnListenerRelay) != 0 &&
           (listener->flags & kPnListenerProxyV2) == 0;
  }

  // An NLB without groups lets everything out. [NLB guide, "Security groups"]
  Refusal ask_towards_target(const pn_addr_info& node, const IpAddress& source,
                             const pn_addr_info& target, const IpAddress& address,
                             std::uint16_t port) const {
    if (node.group_count != 0) {
      const auto no =
          ask(node, kPnEgress, question(port, address, &target), Verdict::BalancerEgressDenied);
      if (no) {
        return no;
      }
    }
    return ask(target, kPnIngress, question(port, source, &node), Verdict::TargetIngressDenied);
  }

  Admitted from_instance() {
    const Tuple& tuple = datagram_.tuple;
    const pn_addr_info* source = at(link_.vpc, address_of(link_.address));
    if (source == nullptr || source->kind != kPnAddrInstance || source->eni != link_.owner) {
      return refuse(Verdict::SourceMissing);
    }
    const pn_addr_info* destination = at(tuple.vpc, tuple.destination);
    if (destination != nullptr && destination->kind == kPnAddrService) {
      return straight_to(*destination, Verdict::ServiceAdmitted);
    }
    if (destination != nullptr && destination->kind == kPnAddrRouter) {
      return refuse(Verdict::RouterSilent);
    }
    if (const auto no = ask(*source, kPnEgress,
                            question(tuple.destination_port, tuple.destination, destination),
                            Verdict::SourceEgressDenied)) {
      return refuse(*no);
    }
    if (destination == nullptr) {
      return refuse(nowhere());
    }
    switch (destination->kind) {
      case kPnAddrInstance:
        return to_instance(*source, *destination);
      case kPnAddrEndpoint:
        return to_endpoint(*source, *destination);
      case kPnAddrNode:
        return to_node(*source, *destination);
      default:
        return refuse(Verdict::DestinationUnknown);
    }
  }

  Verdict nowhere() const {
    const pn_vpc* vpc = find(maps_.vpcs, datagram_.tuple.vpc);
    if (vpc == nullptr) {
      return Verdict::VpcMissing;
    }
    const IpAddress& destination = datagram_.tuple.destination;
    const bool inside = contains(vpc->net, vpc->mask, destination) || is_in_blocks(destination);
    return inside ? Verdict::DestinationUnknown : Verdict::NoRoute;
  }

  bool is_in_blocks(const IpAddress& address) const {
    const pn_vpc_blocks* blocks = find(maps_.vpc_blocks, datagram_.tuple.vpc);
    return blocks != nullptr &&
           std::ranges::any_of(std::span(blocks->blocks, blocks->count), [&](const pn_vpc& block) {
             return contains(block.net, block.mask, address);
           });
  }

  // The node's address of a family.
  std::optional<IpAddress> node_address(const pn_addr_info& node, const Place& place,
                                        bool ipv4) const {
    if (place.second.is_v4() == ipv4) {
      return place.second;
    }
    const pn_node* both = find(maps_.nodes, node.eni);
    return both != nullptr ? std::optional(address_of(ipv4 ? both->ipv4 : both->ipv6))
                           : std::nullopt;
  }

  Admitted to_instance(const pn_addr_info& source, const pn_addr_info& destination) {
    const Tuple& tuple = datagram_.tuple;
    if (const auto no =
            ask(destination, kPnIngress, question(tuple.destination_port, tuple.source, &source),
                Verdict::DestinationIngressDenied)) {
      return refuse(*no);
    }
    return straight_to(destination, Verdict::InstanceAdmitted);
  }

  // Load balancers, and so endpoints, carry TCP and UDP, and fragments of UDP only. [NLB guide,
  // "Network Load Balancer overview"]
  Refusal carried_by_balancer() const {
    if (datagram_.tuple.protocol != kTcp && datagram_.tuple.protocol != kUdp) {
      return Verdict::EndpointIcmp;
    }
    if (datagram_.tuple.protocol == kTcp && datagram_.part != Datagram::Part::Whole) {
      return Verdict::Fragment;
    }
    return std::nullopt;
  }

  Admitted to_endpoint(const pn_addr_info& source, const pn_addr_info& interface) {
    const Tuple& tuple = datagram_.tuple;
    const pn_endpoint* endpoint = find(maps_.endpoints, interface.eni);
    if (endpoint == nullptr) {
      return refuse(Verdict::EndpointMissing);
    }
    if (endpoint->state != kPnEndpointForwarding) {
      return refuse(Verdict::EndpointNotAccepted);
    }
    if (const auto no = carried_by_balancer()) {
      return refuse(*no);
    }
    if (datagram_.size > kPnEndpointMtu) {
      return refuse(Verdict::EndpointOversize);
    }
    if (const auto no =
            ask(interface, kPnIngress, question(tuple.destination_port, tuple.source, &source),
                Verdict::EndpointIngressDenied)) {
      return refuse(*no);
    }
    if ((endpoint->flags & kPnEndpointAws) != 0) {
      return to_aws(interface, *endpoint);
    }
    if (endpoint->node_eni == 0) {
      return refuse(Verdict::EndpointWithoutNode);
    }
    const Place place{endpoint->node_vpc, address_of(endpoint->node_address)};
    const pn_addr_info* node = find(maps_.addresses, place);
    if (node == nullptr || node->kind != kPnAddrNode || node->eni != endpoint->node_eni) {
      return refuse(Verdict::NodeMissing);
    }
    connection_.endpoint = interface.eni;
    connection_.accepted = endpoint->connection;
    // Groups are a VPC's own: the consumer's mean nothing to the provider's rules.
    const bool skips = (endpoint->flags & kPnEndpointSkipNodeIngress) != 0;
    return through_node(*node, place, nullptr, skips ? Asker::Unfiltered : Asker::Client);
  }

  // A service of AWS's is HTTP and HTTPS; Postern answers where the endpoint itself is.
  Admitted to_aws(const pn_addr_info& interface, const pn_endpoint& endpoint) {
    if ((endpoint.flags & kPnEndpointUnserved) != 0) {
      return refuse(Verdict::AwsServiceUnserved);
    }
    const Tuple& tuple = datagram_.tuple;
    const bool asked = tuple.protocol == kTcp && (tuple.destination_port == kPnAwsHttp ||
                                                  tuple.destination_port == kPnAwsHttps);
    if (!asked) {
      return refuse(Verdict::AwsServicePort);
    }
    connection_.endpoint = interface.eni;
    connection_.accepted = endpoint.connection;
    return straight_to(interface, Verdict::AwsServiceAdmitted);
  }

  Admitted to_node(const pn_addr_info& source, const pn_addr_info& node) {
    if (const auto no = carried_by_balancer()) {
      return refuse(*no);
    }
    return through_node(node, {datagram_.tuple.vpc, datagram_.tuple.destination}, &source,
                        Asker::Client);
  }

  Admitted through_node(const pn_addr_info& node, const Place& place, const pn_addr_info* client,
                        Asker asker) {
    const Tuple& tuple = datagram_.tuple;
    const pn_listener* listener =
        find(maps_.listeners, {.balancer = node.balancer,
                               .protocol = tuple.protocol,
                               .port = tuple.destination_port,
                               .side = asker == Asker::Relay ? kPnSideRelay : kPnSideClients});
    if (listener == nullptr) {
      return refuse(Verdict::NoListener);
    }
    if (asker == Asker::Client && node.group_count != 0) {
      if (const auto no =
              ask(node, kPnIngress, question(tuple.destination_port, tuple.source, client),
                  Verdict::BalancerIngressDenied)) {
        return refuse(*no);
      }
    }
    if (!datagram_.may_begin()) {
      const bool is_answered = tuple.protocol == kTcp && (datagram_.tcp_flags & kRst) == 0;
      return refuse(is_answered ? Verdict::ResetNoFlow : Verdict::NoFlow);
    }
    const auto chosen = of_one_group(*listener);
    if (!chosen) {
      return refuse(Verdict::TargetsMissing);
    }
    const bool to_relay = (chosen->flags & kPnListenerRelay) != 0;
    const Admitted admitted =
        to_relay ? this->to_relay(node, place) : to_target(*chosen, node, place);
    if (!admitted) {
      return admitted;
    }
    connection_.idle_seconds = chosen->idle_seconds;
    if (tuple.protocol == kTcp && (chosen->flags & kPnListenerProxyV2) != 0) {
      connection_.proxy =
          Proxy{.bytes = proxy_header_size(connection_.endpoint.has_value(), tuple.source.is_v4()),
                .first_sequence = datagram_.sequence};
    }
    return asker == Asker::Relay ? Verdict::RelayedAdmitted : *admitted;
  }

  // The relay listens at the node's IPv4 address and port. To it, whatever comes through an
  // endpoint or by IPv6 has one address.
  Admitted to_relay(const pn_addr_info& node, const Place& place) {
    const auto end = end_of(place.first, node);
    if (!end) {
      return refuse(Verdict::DestinationGone);
    }
    const auto address = node_address(node, place, true);
    if (!address) {
      return refuse(Verdict::NodeMissing);
    }
    connection_.to = *end;
    connection_.answer = answer_to(connection_.begin);
    connection_.answer.vpc = place.first;
    connection_.answer.source = *address;
    takes_port_ = connection_.translated =
        connection_.endpoint.has_value() || !datagram_.tuple.source.is_v4();
    if (takes_port_) {
      connection_.answer.destination = kRelayClients;
    }
    return Verdict::RelayAdmitted;
  }

  std::uint32_t hash_for(const pn_listener& listener) const {
    const bool sticky = (listener.flags & kPnListenerSticky) != 0;
    return sticky ? client_hash(datagram_.tuple)
                  : connection_hash(datagram_.tuple, datagram_.sequence);
  }

  // The listener as if it had only the group that this connection draws.
  std::optional<pn_listener> of_one_group(const pn_listener& listener) const {
    if ((listener.flags & kPnListenerSplit) == 0) {
      return listener;
    }
    const pn_split* split = find(maps_.splits, listener.listener);
    const pn_share* share = split != nullptr ? draw(*split, hash_for(listener)) : nullptr;
    if (share == nullptr) {
      return std::nullopt;
    }
    pn_listener one = listener;
    one.target_group = share->target_group;
    one.flags = share->flags;
    return one;
  }

  Admitted to_target(const pn_listener& listener, const pn_addr_info& node, const Place& place) {
    const Tuple& tuple = datagram_.tuple;
    const pn_choice* choice = find(maps_.choices, {listener.target_group, node.eni});
    if (choice == nullptr) {
      return refuse(Verdict::TargetsMissing);
    }
    if (choice->count == 0) {
      return refuse(choice->registered == 0 ? Verdict::TargetGroupEmpty
                                            : Verdict::ZoneWithoutTargets);
    }
    const std::uint32_t number = draw(*choice, hash_for(listener));
    const pn_target* target = find(maps_.targets, number);
    if (target == nullptr || target->state != kPnTargetOpen || target->vpc != place.first) {
      return refuse(Verdict::TargetMissing);
    }
    const IpAddress address = address_of(target->address);
    const pn_addr_info* info = at(target->vpc, address);
    if (info == nullptr || info->eni != target->eni ||
        !takes(*info, tuple.protocol, port_of(target->port_be))) {
      return refuse(Verdict::TargetMissing);
    }
    const auto end = end_of(target->vpc, *info);
    if (!end) {
      return refuse(Verdict::TargetMissing);
    }

    if (!address.is_v4() && datagram_.has_no_ipv6()) {
      return refuse(Verdict::NotTranslatable);
    }
    // [NLB guide, "Client IP preservation"]
    takes_port_ = connection_.endpoint || (listener.flags & kPnListenerPreserve) == 0 ||
                  address.is_v4() != tuple.source.is_v4();
    const auto source =
        takes_port_ ? node_address(node, place, address.is_v4()) : std::optional(tuple.source);
    if (!source) {
      return refuse(Verdict::NodeMissing);
    }
    connection_.to = *end;
    connection_.target = number;
    connection_.translated = true;
    connection_.answer = {.vpc = target->vpc,
                          .source = address,
                          .destination = *source,
                          .protocol = tuple.protocol,
                          .source_port = port_of(target->port_be),
                          .destination_port = tuple.source_port};
    if (const auto no = ask_towards_target(node, connection_.answer.destination, *info, address,
                                           port_of(target->port_be))) {
      return refuse(*no);
    }
    return connection_.endpoint ? Verdict::EndpointAdmitted : Verdict::BalancerAdmitted;
  }

  const Maps& maps_;
  const Settings& settings_;
  const pn_port& link_;
  const Datagram& datagram_;
  Connection connection_;
  bool takes_port_ = false;
};

}  // namespace

std::expected<Beginning, Verdict> judge_first(const Maps& maps, const Settings& settings,
                                              const pn_port& link, const Packet& packet,
                                              const Datagram& datagram, FlowState& state) {
  Judge judge(maps, settings, link, datagram);
  auto beginning = judge.judge();
  if (!beginning) {
    return beginning;
  }
  if (const auto no = ask_acls(maps, link, datagram, beginning->connection, false)) {
    return std::unexpected(*no);
  }
  const auto no = claim(maps, settings, packet, judge.takes_port(), beginning->connection, state);
  return no ? std::unexpected(*no) : std::move(beginning);
}

}  // namespace postern::reference
