// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// Do the network ACLs of the subnets on the way let this packet through? They know no connections:
// both directions are asked, each for itself.
// [VPC user guide, "Control subnet traffic with network access control lists"]
#pragma once

#include "lib/question.h"
#include "lib/track.h"

enum pn_acl_answer { kPnAclDenies = 0, kPnAclAllows = 1, kPnAclUnknown = 2 };

PN_INLINE _Bool pn_acl_rule_fits(const struct pn_acl_rule* rule, const struct pn_question* asked) {
  return pn_service_fits(rule->protocol, rule->low, rule->high, asked) &&
         pn_in_net(&asked->peer, &rule->net, &rule->mask);
}

// The answer of one ACL. A global function, so that it is verified once and not for each call.
__noinline int pn_acl_allows(const struct pn_question* asked, __u32 number) {
  if (!asked) {
    return kPnAclDenies;
  }
  struct pn_acl_key key = {.acl = number, .direction = pn_rules_direction(asked)};
  const struct pn_acl* acl = bpf_map_lookup_elem(&pn_acls, &key);
  if (!acl) {
    return kPnAclUnknown;
  }
  const __u32 count = acl->count;
  for (__u32 i = 0; i < kPnAclRulesMax; i++) {
    if (i >= count) {
      break;
    }
    const struct pn_acl_rule* rule = &acl->rules[i];
    if (pn_acl_rule_fits(rule, asked)) {
      return rule->allow ? kPnAclAllows : kPnAclDenies;
    }
  }
  return kPnAclDenies;
}

PN_INLINE enum pn_verdict pn_ask_acl(struct pn_work* work, __u32 acl, enum pn_direction direction,
                                     const struct pn_addr* peer, enum pn_verdict denied) {
  if (acl == 0) {
    return kPnVerdictNone;
  }
  work->asked.direction = direction;
  work->asked.peer = *peer;
  const int answer = pn_acl_allows(&work->asked, acl);
  return answer == kPnAclAllows    ? kPnVerdictNone
         : answer == kPnAclUnknown ? kPnVerdictAclMissing
                                   : denied;
}

// A stretch of a packet's way between two interfaces, and the packet's addresses on it.
struct pn_leg {
  const struct pn_addr* source;
  const struct pn_addr* destination;
  enum pn_verdict out_denied;
  enum pn_verdict in_denied;
};

PN_INLINE enum pn_verdict pn_ask_leg(struct pn_work* work, const struct pn_addr_info* from,
                                     const struct pn_addr_info* to, const struct pn_leg* leg) {
  if (!from || !to) {
    return kPnVerdictAclMissing;
  }
  if (from->subnet == to->subnet || from->subnet == 0 || to->subnet == 0) {
    return kPnVerdictNone;
  }
  const enum pn_verdict verdict =
      pn_ask_acl(work, from->acl, kPnEgress, leg->destination, leg->out_denied);
  if (verdict != kPnVerdictNone) {
    return verdict;
  }
  return pn_ask_acl(work, to->acl, kPnIngress, leg->source, leg->in_denied);
}

// The interface that the packet is sent to: what stands at its link, whatever address it has been
// sent to. (One without source check may have sent from any address.)
PN_INLINE const struct pn_addr_info* pn_receiver(struct pn_work* work, const struct pn_flow* flow) {
  const __u32 index = flow->to_port;
  const struct pn_port* to = bpf_map_lookup_elem(&pn_ports, &index);
  return pn_find(work, flow->to_vpc,
                 to && to->kind == kPnPortInstance ? &to->address : &flow->destination);
}

// The second half of the way of a packet whose addresses change: from the node or endpoint at which
// they do, `middle`, on.
static __noinline enum pn_verdict pn_ask_second_leg(struct pn_work* work,
                                                    const struct pn_flow* flow,
                                                    const struct pn_addr_info* middle) {
  if (!work || !flow) {
    return kPnVerdictAclMissing;
  }
  const _Bool through_endpoint = flow->flags & kPnFlowEndpoint;
  const struct pn_leg leg = {.source = &flow->source,
                             .destination = &flow->destination,
                             .out_denied = through_endpoint && flow->flags & kPnFlowReply
                                               ? kPnVerdictEndpointAclDenied
                                               : kPnVerdictBalancerAclDenied,
                             .in_denied = kPnVerdictDestinationAclDenied};
  pn_set_service(work, flow->destination_port_be);
  return pn_ask_leg(work, middle, pn_receiver(work, flow), &leg);
}

// Asks all ACLs on the way of `work->packet`, which goes as `flow` says.
static __noinline enum pn_verdict pn_ask_acls(struct pn_work* work, const struct pn_flow* flow,
                                              const struct pn_port* port) {
  if (!work || !flow || !port) {
    return kPnVerdictAclMissing;
  }
  const struct pn_flow_key* key = &work->packet.key;
  struct pn_leg leg = {.source = &key->source,
                       .destination = &key->destination,
                       .out_denied = kPnVerdictSourceAclDenied,
                       .in_denied = kPnVerdictDestinationAclDenied};
  // An instance may send from addresses that are not its own; it stays where it is.
  const struct pn_addr_info* from =
      pn_find(work, port->vpc, port->kind == kPnPortInstance ? &port->address : &key->source);
  pn_set_service(work, key->destination_port_be);
  if (!(flow->flags & kPnFlowTranslate)) {
    if (flow->flags & kPnFlowEndpoint) {  // to a service of AWS's: the endpoint itself is one end
      leg.out_denied = flow->flags & kPnFlowReply ? kPnVerdictEndpointAclDenied : leg.out_denied;
      leg.in_denied = flow->flags & kPnFlowReply ? leg.in_denied : kPnVerdictEndpointAclDenied;
    }
    return pn_ask_leg(work, from, pn_receiver(work, flow), &leg);
  }
  // Where the addresses change. Through an endpoint that is in two places; else it is the node,
  // whose address is the one that the client knows. What stands for others at a relay is where the
  // relay is, at the node.
  const _Bool through_endpoint = flow->flags & kPnFlowEndpoint;
  const _Bool reply = flow->flags & kPnFlowReply;
  const struct pn_addr_info* reached =
      pn_find(work, key->vpc, pn_is_stand_in(&key->destination) ? &key->source : &key->destination);
  const struct pn_addr_info* left =
      through_endpoint || reply
          ? pn_find(work, flow->to_vpc,
                    pn_is_stand_in(&flow->source) ? &flow->destination : &flow->source)
          : reached;
  if (!through_endpoint && reply) {
    reached = left;
  }
  leg.in_denied =
      through_endpoint && !reply ? kPnVerdictEndpointAclDenied : kPnVerdictBalancerAclDenied;
  const enum pn_verdict verdict = pn_ask_leg(work, from, reached, &leg);
  return verdict != kPnVerdictNone ? verdict : pn_ask_second_leg(work, flow, left);
}

// For a packet of a tracked connection: asks only if the answer that its flow entry keeps is of
// other ACLs than there are now.
static __noinline enum pn_verdict pn_ask_acls_again(const struct pn_packet* packet,
                                                    const struct pn_port* port,
                                                    struct pn_flow* flow, __u64 generation) {
  const __u32 zero = 0;
  struct pn_work* work = bpf_map_lookup_elem(&pn_scratch, &zero);
  if (!work || !packet || !port || !flow) {
    return kPnVerdictAclMissing;
  }
  work->packet = *packet;
  const enum pn_verdict verdict = pn_ask_acls(work, flow, port);
  if (verdict == kPnVerdictNone && !packet->icmp_error) {
    flow->acl_generation = generation;
  }
  return verdict;
}

PN_INLINE enum pn_verdict pn_check_acls(const struct pn_packet* packet, const struct pn_port* port,
                                        struct pn_flow* flow) {
  const __u64 generation = pn_generation_of(kPnAclGeneration);
  // Echoes of one id may have different codes.
  const _Bool is_same = !pn_is_icmp(packet->key.protocol) || generation == 0;
  return flow->acl_generation == generation && is_same
             ? kPnVerdictNone
             : pn_ask_acls_again(packet, port, flow, generation);
}
