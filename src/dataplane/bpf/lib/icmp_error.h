// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// An ICMP error quotes the packet that it is about: it passes if that packet's connection is
// tracked, translated as the connection's packets are, the quotation too.
#pragma once

#include "lib/acl.h"
#include "lib/icmpv6_error.h"

enum {
  kPnQuotedIpOffset = kPnL4Offset + sizeof(struct icmphdr),
  kPnQuotedL4Offset = kPnQuotedIpOffset + sizeof(struct iphdr),
  kPnQuotedEnd = kPnQuotedL4Offset + 8,
};

// The key that an answer to the quoted packet would have. False: it quotes nothing we can tell.
PN_INLINE _Bool pn_quoted_key(struct __sk_buff* skb, const struct pn_packet* packet,
                              struct pn_flow_key* key) {
  // Within the packet: what a frame has behind it is nobody's.
  if (packet->size < kPnQuotedEnd - kPnIpOffset || !pn_reach(skb, kPnQuotedEnd)) {
    return 0;
  }
  const struct iphdr* quoted = (void*)(__u64)skb->data + kPnQuotedIpOffset;
  const __u16* ports_be = (void*)(quoted + 1);
  if ((void*)(ports_be + 4) > (void*)(__u64)skb->data_end || quoted->ihl != 5 ||
      (quoted->frag_off & bpf_htons(0x1fff))) {
    return 0;
  }
  key->vpc = packet->key.vpc;
  pn_map_ipv4(&key->source, quoted->daddr);
  pn_map_ipv4(&key->destination, quoted->saddr);
  key->protocol = quoted->protocol;
  if (quoted->protocol == IPPROTO_TCP || quoted->protocol == IPPROTO_UDP) {
    key->source_port_be = ports_be[1];
    key->destination_port_be = ports_be[0];
  } else if (quoted->protocol == IPPROTO_ICMP) {
    const __u8 type = *(const __u8*)ports_be;
    if (type != ICMP_ECHO && type != ICMP_ECHOREPLY) {
      return 0;
    }
    key->source_port_be = type == ICMP_ECHO ? kPnEchoPortBe : ports_be[2];
    key->destination_port_be = type == ICMP_ECHO ? ports_be[2] : kPnEchoPortBe;
  }
  // The one who answers reports the error: a VPC has no routers in between that would.
  return pn_same_addr(&key->source, &packet->key.source) &&
         pn_same_addr(&key->destination, &packet->key.destination);
}

PN_INLINE _Bool pn_translate_error(struct __sk_buff* skb, const struct pn_flow* flow) {
  if (flow->flags & kPnFlowIpv6) {
    return pn_translate_ipv6_error(skb, flow);
  }
  struct iphdr* ip = (void*)(__u64)skb->data + kPnIpOffset;
  struct iphdr* quoted = (void*)(__u64)skb->data + kPnQuotedIpOffset;
  __u16* ports_be = (void*)(quoted + 1);
  if ((void*)(ports_be + 4) > (void*)(__u64)skb->data_end) {
    return 0;
  }
  ip->saddr = flow->source.word_be[3];
  ip->daddr = flow->destination.word_be[3];
  ip->check = ~pn_fold((__u32)(__u16)~ip->check + flow->header_difference);
  quoted->saddr = flow->destination.word_be[3];
  quoted->daddr = flow->source.word_be[3];
  quoted->check = ~pn_fold((__u32)(__u16)~quoted->check + flow->header_difference);
  const __u32 old_ports = (__u32)ports_be[1] << 16 | ports_be[0];
  const __u32 new_ports = (__u32)flow->source_port_be << 16 | flow->destination_port_be;
  ports_be[0] = flow->destination_port_be;
  ports_be[1] = flow->source_port_be;
  // The quoted header's sum is what it was, its own checksum sees to that: only the ports differ.
  return bpf_l4_csum_replace(skb, kPnL4Offset + 2, old_ports, new_ports, 4) == 0;
}

// Whether the connection was silent for too long: swept or not, it is not tracked any more.
static __noinline _Bool pn_is_over(const struct pn_flow_key* key, const struct pn_flow* flow) {
  if (!key || !flow) {
    return 1;
  }
  const struct pn_flow* other = pn_other_flow(key, flow);
  return !other || pn_is_expired(flow, other, pn_now());
}

// Errors say different things in the two families: none is made into one of the other.
PN_INLINE _Bool pn_changes_family(const struct pn_flow* flow) {
  return !(flow->flags & kPnFlowIpv6) != !(flow->flags & kPnFlowToIpv6);
}

// Fills packet->to_port if the error may pass.
static __noinline enum pn_verdict pn_forward_error(struct __sk_buff* skb, struct pn_packet* packet,
                                                   const struct pn_port* port) {
  struct pn_flow_key key = {};
  if (!packet || !port ||
      !(packet->ipv6 ? pn_quoted_ipv6_key(skb, packet, &key) : pn_quoted_key(skb, packet, &key))) {
    return kPnVerdictIcmpErrorUnrelated;
  }
  struct pn_flow* flow = bpf_map_lookup_elem(&pn_flows, &key);
  if (!flow || flow->seen & kPnSeenDead || flow->from_owner != port->owner ||
      flow->from_port != packet->port || pn_is_over(&key, flow) || pn_changes_family(flow)) {
    return kPnVerdictIcmpErrorUnrelated;
  }
  if (flow->flags & kPnFlowEndpoint) {
    const enum pn_verdict verdict = pn_check_endpoint(flow);
    if (verdict != kPnVerdictNone) {
      return verdict;
    }
  }
  const struct pn_port* to = pn_destination(flow);
  if (!to) {
    return kPnVerdictDestinationGone;
  }
  const __u64 generation = pn_generation_of(kPnAclGeneration);
  if (generation != 0) {
    const enum pn_verdict verdict = pn_ask_acls_again(packet, port, flow, generation);
    if (verdict != kPnVerdictNone) {
      return verdict;
    }
  }
  if (flow->flags & kPnFlowTranslate && !pn_translate_error(skb, flow)) {
    return kPnVerdictMalformed;
  }
  if (!pn_write_eth(skb, to->mac)) {
    return kPnVerdictMalformed;
  }
  if (to->loss && pn_loses(to)) {
    return kPnVerdictLostOnPurpose;
  }
  packet->to_port = flow->to_port;
  packet->by_queue = pn_is_queued(to);
  return kPnVerdictErrorForwarded;
}
