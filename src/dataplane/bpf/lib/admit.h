// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// May this connection begin, and where does it go? The judgement of a first packet, step by step in
// the order in which AWS's parts would see it. Each path ends in the first verdict that says no.
#pragma once

#include "lib/acl.h"
#include "lib/adopt.h"
#include "lib/create.h"
#include "lib/proxy.h"
#include "lib/security_group.h"
#include "lib/target.h"

// Asks the groups of `info` in `direction`; `work->asked` holds the rest of the question.
PN_INLINE enum pn_verdict pn_ask(struct pn_work* work, const struct pn_addr_info* info,
                                 enum pn_direction direction, enum pn_verdict denied) {
  struct pn_question* asked = &work->asked;
  asked->direction = direction;
  asked->group_count = info->group_count;
  pn_copy_groups(asked->groups, info);
  const int answer = pn_groups_admit(asked);
  if (answer == kPnAdmitted) {
    return kPnVerdictNone;
  }
  return answer == kPnGroupUnknown ? kPnVerdictGroupMissing : denied;
}

// Sets the other side of the question. `info` is null where no group of it can match.
PN_INLINE void pn_set_peer(struct pn_work* work, const struct pn_addr* address,
                           const struct pn_addr_info* info) {
  work->asked.peer = *address;
  pn_copy_groups(work->asked.peer_groups, info);
}

// Where the packets of `info` are sent: its link, as long as the link is still its own.
PN_INLINE _Bool pn_set_destination(struct pn_work* work, __u32 vpc,
                                   const struct pn_addr_info* info) {
  const __u32 index = info->port;
  const struct pn_port* port = bpf_map_lookup_elem(&pn_ports, &index);
  if (!port || port->kind == kPnPortNone || port->vpc != vpc) {
    return 0;
  }
  if (port->owner != (info->kind == kPnAddrInstance ? info->eni : vpc)) {
    return 0;
  }
  work->forward.to_vpc = vpc;
  work->forward.to_port = index;
  work->forward.to_owner = port->owner;
  return 1;
}

PN_INLINE __u32 pn_idle_seconds(__u8 protocol) {
  return protocol == IPPROTO_TCP   ? pn_tcp_idle_seconds
         : protocol == IPPROTO_UDP ? pn_udp_idle_seconds
         : pn_is_icmp(protocol)    ? pn_icmp_idle_seconds
                                   : pn_other_idle_seconds;
}

// The end of the paths that change no address.
PN_INLINE enum pn_verdict pn_admit_as_is(struct pn_work* work, const struct pn_addr_info* info,
                                         enum pn_verdict admitted) {
  const struct pn_flow_key* key = &work->packet.key;
  if (!pn_set_destination(work, key->vpc, info)) {
    return kPnVerdictDestinationGone;
  }
  if (!pn_may_begin(&work->packet)) {
    return kPnVerdictNoFlow;
  }
  work->forward.source = key->source;
  work->forward.destination = key->destination;
  work->forward.source_port_be = key->source_port_be;
  work->forward.destination_port_be = key->destination_port_be;
  work->forward.idle_seconds = pn_idle_seconds(key->protocol);
  return admitted;
}

static __noinline enum pn_verdict pn_admit_to_instance(struct pn_work* work,
                                                       const struct pn_addr_info* source,
                                                       const struct pn_addr_info* destination) {
  if (!work || !source || !destination) {
    return kPnVerdictDestinationGone;
  }
  pn_set_peer(work, &work->packet.key.source, source);
  const enum pn_verdict verdict =
      pn_ask(work, destination, kPnIngress, kPnVerdictDestinationIngressDenied);
  if (verdict != kPnVerdictNone) {
    return verdict;
  }
  return pn_admit_as_is(work, destination, kPnVerdictInstanceAdmitted);
}

// The listener of an Application Load Balancer at the node and port: what reaches it is handed to
// the relay as it is.
PN_INLINE const struct pn_listener* pn_application_at(const struct pn_addr_info* node,
                                                      __u16 port_be) {
  const struct pn_listener_key key = {.balancer = node->balancer,
                                      .port_be = port_be,
                                      .protocol = IPPROTO_TCP,
                                      .side = kPnSideClients};
  const struct pn_listener* listener = bpf_map_lookup_elem(&pn_listeners, &key);
  return listener && (listener->flags & (kPnListenerRelay | kPnListenerProxyV2)) == kPnListenerRelay
             ? listener
             : 0;
}

// Whether a load balancer may send there: to an instance, or to an Application Load Balancer.
PN_INLINE _Bool pn_is_target(const struct pn_addr_info* info, __u8 protocol, __u16 port_be) {
  return info->kind == kPnAddrInstance ||
         (info->kind == kPnAddrNode && protocol == IPPROTO_TCP && pn_application_at(info, port_be));
}

// A health check, or what an Application Load Balancer asks of a target: leaves a node's address,
// is subject to the load balancer's outbound rules and to the target's inbound ones, not to the
// load balancer's inbound. [NLB guide, "Security groups"]
static __noinline enum pn_verdict pn_admit_probe(struct pn_work* work,
                                                 const struct pn_addr_info* node) {
  const struct pn_flow_key* key = &work->packet.key;
  const struct pn_addr_info* target = pn_find(work, key->vpc, &key->destination);
  if (!target || !pn_is_target(target, key->protocol, key->destination_port_be)) {
    return kPnVerdictTargetMissing;
  }
  work->forward.node_eni = node->eni;
  pn_set_service(work, key->destination_port_be);
  if (node->group_count) {
    pn_set_peer(work, &key->destination, target);
    const enum pn_verdict verdict = pn_ask(work, node, kPnEgress, kPnVerdictBalancerEgressDenied);
    if (verdict != kPnVerdictNone) {
      return verdict;
    }
  }
  pn_set_peer(work, &key->source, node);
  const enum pn_verdict verdict = pn_ask(work, target, kPnIngress, kPnVerdictTargetIngressDenied);
  return verdict != kPnVerdictNone ? verdict
                                   : pn_admit_as_is(work, target, kPnVerdictProbeAdmitted);
}

// What a connection keeps of the listener that it came to.
PN_INLINE void pn_set_listener(struct pn_work* work, const struct pn_addr_info* node,
                               const struct pn_listener* listener) {
  struct pn_flow* forward = &work->forward;
  forward->node_eni = node->eni;
  forward->listener = listener->listener;
  forward->idle_seconds = listener->idle_seconds;
  if (listener->flags & kPnListenerProxyV2 && work->packet.key.protocol == IPPROTO_TCP) {
    forward->proxy_bytes =
        (forward->flags & kPnFlowEndpoint ? kPnProxyEndpointBytes : kPnProxyPlainBytes) +
        (work->packet.ipv6 ? kPnProxyIpv6Bytes : 0);
    forward->first_sequence = work->packet.sequence;
  }
}

// The node's address of the family that `like` is of: `at`, or its other one. Null: it has none.
PN_INLINE const struct pn_addr* pn_node_address(const struct pn_addr_info* node,
                                                const struct pn_addr* at,
                                                const struct pn_addr* like) {
  const _Bool ipv4 = pn_is_mapped(like);
  if (pn_is_mapped(at) == ipv4) {
    return at;
  }
  const __u32 number = node->eni;
  const struct pn_node* addresses = bpf_map_lookup_elem(&pn_nodes, &number);
  return !addresses ? 0 : ipv4 ? &addresses->ipv4 : &addresses->ipv6;
}

// A connection to a TLS listener: handed to the relay, at the node's own IPv4 address. IPv4 clients
// of the VPC keep their address; what else comes gets one that the relay can answer.
PN_INLINE enum pn_verdict pn_admit_to_relay(struct pn_work* work, const struct pn_addr_info* node,
                                            const struct pn_addr_key* node_at) {
  const struct pn_flow_key* key = &work->packet.key;
  struct pn_flow* forward = &work->forward;
  if (!pn_set_destination(work, node_at->vpc, node)) {
    return kPnVerdictDestinationGone;
  }
  struct pn_addr clients;
  pn_map_ipv4(&clients, bpf_htonl(kPnRelayClients));
  const struct pn_addr* address = pn_node_address(node, &node_at->address, &clients);
  if (!address) {
    return kPnVerdictNodeMissing;
  }
  forward->source = key->source;
  forward->source_port_be = key->source_port_be;
  forward->destination = *address;
  forward->destination_port_be = key->destination_port_be;
  if (forward->flags & kPnFlowEndpoint || work->packet.ipv6) {
    forward->source = clients;
    forward->flags |= kPnFlowTranslate;
    work->choose_port = 1;
  }
  return kPnVerdictRelayAdmitted;
}

// Who asks for a connection through a node, and so whether the NLB's inbound rules are asked.
enum pn_asker { kPnAskerClient, kPnAskerUnfiltered, kPnAskerRelay };

// What a group or a target is drawn by. Verified once, by itself, whoever calls it.
__noinline __u32 pn_listener_hash(const struct pn_packet* packet, __u32 flags) {
  if (!packet) {
    return 0;
  }
  return flags & kPnListenerSticky ? pn_client_hash(&packet->key)
                                   : pn_connection_hash(&packet->key, packet->sequence);
}

// A connection that came to a node: `client` is whose groups the NLB's inbound rules may name (null
// behind an endpoint). The node's address is in work->at.
static __noinline enum pn_verdict pn_admit_to_balancer(struct pn_work* work,
                                                       const struct pn_addr_info* node,
                                                       const struct pn_addr_info* client,
                                                       enum pn_asker asker) {
  const struct pn_packet* packet = &work->packet;
  const struct pn_flow_key* key = &packet->key;
  struct pn_flow* forward = &work->forward;
  const struct pn_addr_key node_at = work->at;
  const _Bool through_endpoint = forward->flags & kPnFlowEndpoint;

  struct pn_listener_key listener_key = {
      .balancer = node->balancer,
      .port_be = key->destination_port_be,
      .protocol = key->protocol,
      .side = asker == kPnAskerRelay ? kPnSideRelay : kPnSideClients};
  const struct pn_listener* listener = bpf_map_lookup_elem(&pn_listeners, &listener_key);
  if (!listener) {
    return kPnVerdictNoListener;
  }
  enum pn_verdict verdict;
  if (asker == kPnAskerClient && node->group_count) {
    pn_set_peer(work, &key->source, client);
    verdict = pn_ask(work, node, kPnIngress, kPnVerdictBalancerIngressDenied);
    if (verdict != kPnVerdictNone) {
      return verdict;
    }
  }
  if (!pn_may_begin(packet)) {
    return packet->key.protocol != IPPROTO_TCP || packet->tcp_flags & kPnTcpRst || pn_is_adopting()
               ? kPnVerdictNoFlow
               : kPnVerdictResetNoFlow;
  }
  if (listener->flags & kPnListenerRelay) {
    pn_set_listener(work, node, listener);
    return pn_admit_to_relay(work, node, &node_at);
  }

  struct pn_listener chosen = *listener;
  if (chosen.flags & kPnListenerSplit) {
    verdict = pn_choose_group(&chosen, pn_listener_hash(packet, chosen.flags));
    if (verdict != kPnVerdictNone) {
      return verdict;
    }
  }
  verdict = pn_choose_target(chosen.target_group, node->eni, pn_listener_hash(packet, chosen.flags),
                             &forward->target);
  if (verdict != kPnVerdictNone) {
    return verdict;
  }
  const __u32 number = forward->target;
  const struct pn_target* target = bpf_map_lookup_elem(&pn_targets, &number);
  if (!target || target->state != kPnTargetOpen || target->vpc != node_at.vpc) {
    return kPnVerdictTargetMissing;
  }
  const struct pn_addr_info* info = pn_find(work, target->vpc, &target->address);
  if (!info || info->eni != target->eni || !pn_is_target(info, key->protocol, target->port_be) ||
      !pn_set_destination(work, target->vpc, info)) {
    return kPnVerdictTargetMissing;
  }

  if (!pn_is_mapped(&target->address) && pn_has_no_ipv6(packet)) {
    return kPnVerdictNotTranslatable;
  }
  // [NLB guide, "Client IP preservation": not from one family to the other]
  const _Bool preserve = !through_endpoint && (chosen.flags & kPnListenerPreserve) &&
                         pn_is_mapped(&target->address) == !packet->ipv6;
  const struct pn_addr* source =
      preserve ? &key->source : pn_node_address(node, &node_at.address, &target->address);
  if (!source) {
    return kPnVerdictNodeMissing;
  }
  forward->source = *source;
  forward->source_port_be = key->source_port_be;
  forward->destination = target->address;
  forward->destination_port_be = target->port_be;
  forward->flags |= kPnFlowTranslate | kPnFlowTarget;
  work->choose_port = !preserve;
  pn_set_listener(work, node, &chosen);

  pn_set_service(work, target->port_be);
  if (node->group_count) {
    pn_set_peer(work, &target->address, info);
    verdict = pn_ask(work, node, kPnEgress, kPnVerdictBalancerEgressDenied);
    if (verdict != kPnVerdictNone) {
      return verdict;
    }
  }
  // A rule that names the NLB's group admits what comes through it also when the client's own
  // address is preserved. [NLB guide, "Security groups", target rules]
  pn_set_peer(work, &forward->source, node);
  verdict = pn_ask(work, info, kPnIngress, kPnVerdictTargetIngressDenied);
  if (verdict != kPnVerdictNone) {
    return verdict;
  }
  return asker == kPnAskerRelay ? kPnVerdictRelayedAdmitted
         : through_endpoint     ? kPnVerdictEndpointAdmitted
                                : kPnVerdictBalancerAdmitted;
}

// Whether load balancers, and so endpoints, carry such packets. [NLB guide, "Network Load Balancer
// overview": no fragments but of UDP]
PN_INLINE enum pn_verdict pn_check_balanced(const struct pn_packet* packet) {
  if (packet->key.protocol == IPPROTO_UDP) {
    return kPnVerdictNone;
  }
  if (packet->key.protocol != IPPROTO_TCP) {
    return kPnVerdictEndpointIcmp;
  }
  return packet->fragment ? kPnVerdictFragment : kPnVerdictNone;
}

static __noinline enum pn_verdict pn_admit_to_node(struct pn_work* work,
                                                   const struct pn_addr_info* source,
                                                   const struct pn_addr_info* node) {
  const enum pn_verdict verdict = pn_check_balanced(&work->packet);
  if (verdict != kPnVerdictNone) {
    return verdict;
  }
  return pn_admit_to_balancer(work, node, source, kPnAskerClient);
}

// What a connection keeps of the endpoint that it goes through.
PN_INLINE void pn_set_endpoint(struct pn_work* work, const struct pn_addr_info* interface,
                               const struct pn_endpoint* endpoint) {
  work->forward.flags |= kPnFlowEndpoint;
  work->forward.endpoint = interface->eni;
  work->forward.connection = endpoint->connection;
}

// Through an endpoint to a service of AWS's: what Postern serves is answered at the endpoint's own
// address, in the VPC's services namespace.
PN_INLINE enum pn_verdict pn_admit_to_aws(struct pn_work* work,
                                          const struct pn_addr_info* interface,
                                          const struct pn_endpoint* endpoint) {
  const struct pn_flow_key* key = &work->packet.key;
  if (endpoint->flags & kPnEndpointUnserved) {
    return kPnVerdictAwsServiceUnserved;
  }
  if (key->protocol != IPPROTO_TCP || (key->destination_port_be != bpf_htons(kPnAwsHttp) &&
                                       key->destination_port_be != bpf_htons(kPnAwsHttps))) {
    return kPnVerdictAwsServicePort;
  }
  pn_set_endpoint(work, interface, endpoint);
  return pn_admit_as_is(work, interface, kPnVerdictAwsServiceAdmitted);
}

static __noinline enum pn_verdict pn_admit_to_endpoint(struct pn_work* work,
                                                       const struct pn_addr_info* source,
                                                       const struct pn_addr_info* interface) {
  const struct pn_packet* packet = &work->packet;
  const __u32 number = interface->eni;
  const struct pn_endpoint* endpoint = bpf_map_lookup_elem(&pn_endpoints, &number);
  if (!endpoint) {
    return kPnVerdictEndpointMissing;
  }
  if (endpoint->state != kPnEndpointForwarding) {
    return kPnVerdictEndpointNotAccepted;
  }
  enum pn_verdict verdict = pn_check_balanced(packet);
  if (verdict != kPnVerdictNone) {
    return verdict;
  }
  if (packet->size > kPnEndpointMtu) {
    return kPnVerdictEndpointOversize;
  }
  pn_set_peer(work, &packet->key.source, source);
  verdict = pn_ask(work, interface, kPnIngress, kPnVerdictEndpointIngressDenied);
  if (verdict != kPnVerdictNone) {
    return verdict;
  }
  if (endpoint->flags & kPnEndpointAws) {
    return pn_admit_to_aws(work, interface, endpoint);
  }
  if (endpoint->node_eni == 0) {
    return kPnVerdictEndpointWithoutNode;
  }
  const struct pn_addr_info* node = pn_find(work, endpoint->node_vpc, &endpoint->node_address);
  if (!node || node->kind != kPnAddrNode || node->eni != endpoint->node_eni) {
    return kPnVerdictNodeMissing;
  }
  pn_set_endpoint(work, interface, endpoint);
  // The consumer's own address is judged, and its groups mean nothing in the provider's VPC.
  return pn_admit_to_balancer(
      work, node, 0,
      endpoint->flags & kPnEndpointSkipNodeIngress ? kPnAskerUnfiltered : kPnAskerClient);
}

// From the relay at a node to the targets of its listener, one of which is drawn here: all that is
// asked of other listeners' connections on their way to a target is asked of these.
static __noinline enum pn_verdict pn_admit_relayed(struct pn_work* work,
                                                   const struct pn_addr_info* node) {
  const enum pn_verdict verdict = pn_check_balanced(&work->packet);
  if (verdict != kPnVerdictNone) {
    return verdict;
  }
  return pn_admit_to_balancer(work, node, 0, kPnAskerRelay);
}

// Whether the address is in one of the VPC's CIDRs beside the first.
__noinline int pn_in_blocks(__u32 vpc, const struct pn_addr* address) {
  const struct pn_vpc_blocks* found = bpf_map_lookup_elem(&pn_vpc_blocks, &vpc);
  if (!found || !address) {
    return 0;
  }
  for (__u32 i = 0; i < kPnVpcBlocksMax; i++) {
    if (i >= found->count) {
      break;
    }
    if (pn_in_net(address, &found->blocks[i].net, &found->blocks[i].mask)) {
      return 1;
    }
  }
  return 0;
}

PN_INLINE enum pn_verdict pn_nowhere(struct pn_work* work) {
  const __u32 number = work->packet.key.vpc;
  const struct pn_vpc* vpc = bpf_map_lookup_elem(&pn_vpcs, &number);
  if (!vpc) {
    return kPnVerdictVpcMissing;
  }
  const struct pn_addr* destination = &work->packet.key.destination;
  const _Bool inside =
      pn_in_net(destination, &vpc->net, &vpc->mask) || pn_in_blocks(number, destination);
  return inside ? kPnVerdictDestinationUnknown : kPnVerdictNoRoute;
}

// From an instance: its outbound rules, then what stands at the destination.
static __noinline enum pn_verdict pn_admit_from_instance(struct pn_work* work,
                                                         const struct pn_addr_info* source) {
  const struct pn_flow_key* key = &work->packet.key;
  const struct pn_addr_info* destination = pn_find(work, key->vpc, &key->destination);
  if (destination && destination->kind == kPnAddrService) {
    // Never filtered: Amazon DNS, instance metadata. [VPC user guide, "Security groups"]
    return pn_admit_as_is(work, destination, kPnVerdictServiceAdmitted);
  }
  if (destination && destination->kind == kPnAddrRouter) {
    return kPnVerdictRouterSilent;
  }
  pn_set_service(work, key->destination_port_be);
  pn_set_peer(work, &key->destination, destination);
  const enum pn_verdict verdict = pn_ask(work, source, kPnEgress, kPnVerdictSourceEgressDenied);
  if (verdict != kPnVerdictNone) {
    return verdict;
  }
  if (!destination) {
    return pn_nowhere(work);
  }
  switch (destination->kind) {
    case kPnAddrInstance:
      return pn_admit_to_instance(work, source, destination);
    case kPnAddrEndpoint:
      return pn_admit_to_endpoint(work, source, destination);
    case kPnAddrNode:
      return pn_admit_to_node(work, source, destination);
    default:
      return kPnVerdictDestinationUnknown;
  }
}

// The verdict on a first packet from `port`; with an admission, `work->forward` says where to.
PN_INLINE enum pn_verdict pn_judge_first(struct pn_work* work, const struct pn_port* port) {
  const struct pn_packet* packet = &work->packet;
  if (port->kind == kPnPortInstance) {
    const struct pn_addr_info* source = pn_find(work, port->vpc, &port->address);
    return source && source->kind == kPnAddrInstance && source->eni == port->owner
               ? pn_admit_from_instance(work, source)
               : kPnVerdictSourceMissing;
  }
  const struct pn_addr_info* source = pn_find(work, port->vpc, &packet->key.source);
  if (!source || source->port != packet->port) {
    return kPnVerdictAddressSpoofed;
  }
  if (source->kind != kPnAddrNode) {
    return kPnVerdictServiceUnsolicited;
  }
  return pn_is_ipv4(&packet->key.destination, kPnRelayTargets) ? pn_admit_relayed(work, source)
                                                               : pn_admit_probe(work, source);
}

PN_INLINE _Bool pn_is_admission(enum pn_verdict verdict) {
  return verdict == kPnVerdictInstanceAdmitted || verdict == kPnVerdictServiceAdmitted ||
         verdict == kPnVerdictEndpointAdmitted || verdict == kPnVerdictBalancerAdmitted ||
         verdict == kPnVerdictProbeAdmitted || verdict == kPnVerdictRelayAdmitted ||
         verdict == kPnVerdictRelayedAdmitted || verdict == kPnVerdictAwsServiceAdmitted;
}

// Judges a first packet. If it is admitted, its flow entries are made.
__noinline int pn_admit(const struct pn_packet* packet, const struct pn_port* port) {
  const __u32 zero = 0;
  struct pn_work* work = bpf_map_lookup_elem(&pn_scratch, &zero);
  if (!work || !packet || !port) {
    return kPnVerdictPortUnknown;
  }
  __builtin_memset(&work->forward, 0, sizeof(work->forward));
  work->choose_port = 0;
  work->packet = *packet;
  work->forward.from_owner = port->owner;
  // Read before endpoint and target are: if they change meanwhile, the next packet asks again.
  work->forward.cut_generation = pn_generation_of(kPnCutGeneration);
  const enum pn_verdict verdict = pn_judge_first(work, port);
  if (!pn_is_admission(verdict)) {
    return verdict;
  }
  // The same of the ACLs.
  work->forward.acl_generation = pn_generation_of(kPnAclGeneration);
  enum pn_verdict refused = kPnVerdictNone;
  if (work->forward.acl_generation != 0) {
    refused = pn_ask_acls(work, &work->forward, port);
  }
  if (refused == kPnVerdictNone && !pn_dry_run) {
    refused = pn_create(work);
  }
  return refused == kPnVerdictNone ? verdict : refused;
}
