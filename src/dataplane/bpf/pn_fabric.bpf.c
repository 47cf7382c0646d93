// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// The fabric's programs. pn_from_eni judges every frame that leaves an instance or a services
// namespace and sends it to where it goes; nothing goes on into the stack of the fabric's
// namespace. dataplane/layout/layout.h says what the maps mean.
#include "lib/acl.h"
#include "lib/admit.h"
#include "lib/adopt.h"
#include "lib/arp.h"
#include "lib/icmp_error.h"
#include "lib/ipv4.h"
#include "lib/ipv6.h"
#include "lib/meter.h"
#include "lib/proxy.h"
#include "lib/reset.h"
#include "lib/rewrite.h"
#include "lib/sweep.h"
#include "lib/track.h"
#include "lib/traffic.h"
#include "lib/watch.h"

#ifndef TC_ACT_SHOT
#define TC_ACT_SHOT 2
#endif

// Whether the connection may begin anew although an entry of it is there: what cuts a connection
// cuts what its client started, and the answering side cannot start it.
PN_INLINE _Bool pn_begins_anew(const struct pn_packet* packet, const struct pn_flow* flow,
                               enum pn_verdict verdict) {
  if (verdict == kPnVerdictNoFlow) {
    return 1;
  }
  return pn_may_begin(packet) &&
         (verdict == kPnVerdictFlowExpired || !(flow->flags & kPnFlowReply));
}

// Whether the entry stands for a live connection of another link, whose address this one only
// borrows (it is not held to its own): it takes nothing from who has it.
PN_INLINE _Bool pn_is_anothers(const struct pn_packet* packet, const struct pn_flow* flow) {
  return flow->from_port != packet->port && !packet->own && !pn_is_stale(&packet->key, flow);
}

// Whether `flow`, as it has been read, was the packet's own all along. The kernel gives an entry
// that is deleted away at once: when another CPU makes the connection anew, what `flow` points at
// may have become an entry of another one's. That one is young, so older entries need not be asked.
PN_INLINE _Bool pn_is_own(const struct pn_packet* packet, const struct pn_flow* flow) {
  barrier();
  return flow->seen & (kPnSeenTwice | kPnSeenAck) ||
         bpf_map_lookup_elem(&pn_flows, &packet->key) == flow;
}

// Sends a packet on as its flow entry says.
PN_INLINE enum pn_verdict pn_forward(struct __sk_buff* skb, struct pn_packet* packet,
                                     struct pn_flow* flow, __u32 now) {
  const struct pn_port* to = pn_destination(flow);
  if (!to) {
    return kPnVerdictDestinationGone;
  }
  const __u32 frame_bytes = skb->len;
  const __u32 segment_bytes = skb->gso_size;
  if (flow->flags & kPnFlowEndpoint) {
    if (packet->size > kPnEndpointMtu) {
      return kPnVerdictEndpointOversize;
    }
    if (packet->key.protocol == IPPROTO_TCP && packet->tcp_flags & kPnTcpSyn) {
      pn_clamp_mss(skb, packet->ipv6 ? kPnL4OffsetIpv6 : kPnL4Offset,
                   flow->flags & (kPnFlowIpv6 | kPnFlowToIpv6));
    }
  }
  if (packet->fragment && packet->key.protocol == IPPROTO_TCP &&
      (flow->flags & kPnFlowTranslate || flow->proxy_bytes)) {
    return kPnVerdictFragment;
  }
  if (flow->flags & kPnFlowToIpv6 && pn_has_no_ipv6(packet)) {
    return kPnVerdictNotTranslatable;
  }
  if (flow->flags & kPnFlowTranslate && !pn_translate(skb, packet, flow)) {
    return kPnVerdictMalformed;
  }
  if (!pn_write_eth(skb, to->mac)) {
    return kPnVerdictMalformed;
  }
  packet->to_port = flow->to_port;
  if (!pn_is_own(packet, flow)) {
    return kPnVerdictTupleInUse;
  }
  if (flow->proxy_bytes && !pn_proxy(skb, packet, flow)) {
    return kPnVerdictMalformed;
  }
  pn_note(packet, flow, now);
  if (to->loss && pn_loses(to)) {
    return kPnVerdictLostOnPurpose;
  }
  if (flow->node_eni) {
    pn_meter_forwarded(packet, flow, frame_bytes, segment_bytes);
  }
  packet->by_queue = pn_is_queued(to);
  return kPnVerdictFlowForwarded;
}

PN_INLINE enum pn_verdict pn_parse_ip(struct __sk_buff* skb, struct pn_packet* packet,
                                      const struct pn_port* port, _Bool ipv6) {
  packet->key.vpc = port->vpc;
  if (ipv6) {
    return pn_parse_ipv6(skb, packet, port);
  }
  const enum pn_verdict verdict = pn_parse_ipv4(skb, packet);
  packet->own = pn_same_addr(&packet->key.source, &port->address);
  return verdict;
}

PN_INLINE enum pn_verdict pn_judge_ip(struct __sk_buff* skb, struct pn_packet* packet,
                                      const struct pn_port* port, _Bool ipv6) {
  enum pn_verdict verdict = pn_parse_ip(skb, packet, port, ipv6);
  if (verdict != kPnVerdictNone) {
    return verdict;
  }
  if (port->kind == kPnPortInstance && !(port->flags & kPnPortNoSourceCheck) && !packet->own) {
    return kPnVerdictAddressSpoofed;
  }
  if (port->loss && pn_loses(port)) {
    return kPnVerdictLostOnPurpose;
  }
  if (packet->icmp_error) {
    return pn_forward_error(skb, packet, port);
  }
  if (pn_dry_run) {
    return pn_admit(packet, port);
  }
  const __u32 now = pn_now();
  struct pn_flow* flow = bpf_map_lookup_elem(&pn_flows, &packet->key);
  if (flow) {
    verdict = pn_check_flow(packet, port, flow, now);
    if (verdict == kPnVerdictNone) {
      verdict = pn_check_acls(packet, port, flow);
    }
    if (verdict == kPnVerdictNone) {
      return pn_forward(skb, packet, flow, now);
    }
    if (!pn_begins_anew(packet, flow, verdict)) {
      return verdict;
    }
    if (pn_is_anothers(packet, flow)) {
      return kPnVerdictTupleInUse;
    }
    // Another CPU may have made it anew meanwhile.
    if (bpf_map_lookup_elem(&pn_flows, &packet->key) == flow) {
      pn_forget(&packet->key, flow);
    }
  }
  const enum pn_verdict admitted = pn_admit(packet, port);
  // Another CPU may have admitted a packet of the same connection just now: this one goes with it.
  const _Bool is_second = admitted == kPnVerdictTupleInUse;
  if (!pn_is_admission(admitted) && !is_second) {
    return admitted;
  }
  flow = bpf_map_lookup_elem(&pn_flows, &packet->key);
  if (!flow || flow->from_port != packet->port || flow->flags & kPnFlowReply) {
    return is_second ? admitted : kPnVerdictFlowTableFull;
  }
  verdict = pn_forward(skb, packet, flow, now);
  if (verdict != kPnVerdictFlowForwarded || is_second) {
    return verdict;
  }
  if (flow->node_eni) {
    pn_meter_admitted(flow, admitted);
  }
  return admitted;
}

PN_INLINE enum pn_verdict pn_judge(struct __sk_buff* skb, struct pn_packet* packet,
                                   const struct pn_port* port) {
  if (!port || port->kind == kPnPortNone) {
    return kPnVerdictPortUnknown;
  }
  const struct ethhdr* eth = (void*)(__u64)skb->data;
  if ((void*)(eth + 1) > (void*)(__u64)skb->data_end) {
    return kPnVerdictMalformed;
  }
  if (!pn_same_mac(eth->h_source, port->mac)) {
    return kPnVerdictMacSpoofed;
  }
  if (skb->vlan_present) {
    return kPnVerdictEtherTypeUnknown;
  }
  const __u16 type_be = eth->h_proto;
  if (type_be == bpf_htons(ETH_P_ARP)) {
    return pn_answer_arp(skb, port);
  }
  const _Bool ipv6 = type_be == bpf_htons(ETH_P_IPV6);
  if (!ipv6 && type_be != bpf_htons(ETH_P_IP)) {
    return kPnVerdictEtherTypeUnknown;
  }
  return !ipv6 && eth->h_dest[0] & 1 ? kPnVerdictMulticast : pn_judge_ip(skb, packet, port, ipv6);
}

PN_INLINE enum pn_action pn_action_of(enum pn_verdict verdict) {
  switch (verdict) {
#define VERDICT(name, action, meaning) \
  case kPnVerdict##name:               \
    return kPnAction##action;
#include "dataplane/layout/verdicts.def"
#undef VERDICT
    default:
      return kPnActionDrop;
  }
}

PN_INLINE void pn_count(enum pn_verdict verdict, __u32 bytes) {
  const __u32 key = verdict;
  struct pn_counter* counter = bpf_map_lookup_elem(&pn_counters, &key);
  if (counter) {
    counter->packets += 1;
    counter->bytes += bytes;
  }
}

// Towards the guest at the other end of link `index`, or behind it.
PN_INLINE int pn_send(struct __sk_buff* skb, __u32 index, _Bool by_queue) {
  skb->cb[kPnCbPort] = index;
  // It was addressed to another's MAC when it entered; a stack drops what is marked so, unless the
  // kernel unmarks it on this way itself, as newer ones do.
  if (skb->pkt_type != 0 /* PACKET_HOST */) {
    bpf_skb_change_type(skb, 0);
  }
  return by_queue ? bpf_redirect(index, 0) : bpf_redirect_peer(index, 0);
}

SEC("tc")
int pn_from_eni(struct __sk_buff* skb) {
  struct pn_packet packet = {.port = skb->ifindex};
  const __u32 index = packet.port;
  const __u32 bytes = skb->len;
  const __u32 segment_bytes = skb->gso_size;
  const struct pn_port* port = bpf_map_lookup_elem(&pn_ports, &index);
  const enum pn_verdict verdict = pn_judge(skb, &packet, port);
  skb->cb[kPnCbVerdict] = verdict;
  skb->cb[kPnCbPort] = 0;
  if (pn_dry_run) {
    return TC_ACT_SHOT;
  }
  pn_count(verdict, bytes);
  if (verdict != kPnVerdictFlowForwarded && verdict != kPnVerdictArpAnswered) {
    pn_tell(&packet, verdict, bytes);
  }
  const enum pn_action action = pn_action_of(verdict);
  if (port && port->flags & kPnPortCounted && pn_is_traffic(&packet, verdict)) {
    pn_count_traffic(&packet, port, action == kPnActionPass ? kPnVerdictFlowForwarded : verdict,
                     bytes, segment_bytes);
  }
  const _Bool resets = action == kPnActionReset && packet.key.protocol == IPPROTO_TCP &&
                       packet.fragment != kPnLaterFragment && !(packet.tcp_flags & kPnTcpRst);
  if (action != kPnActionPass && pn_is_metered(verdict)) {
    pn_meter_refused(&packet, verdict, bytes, segment_bytes, resets);
  }
  switch (action) {
    case kPnActionPass:
      return pn_send(skb, packet.to_port, packet.by_queue);
    case kPnActionAnswer:
      return pn_send(skb, packet.port, port && pn_is_queued(port));
    case kPnActionReset:
      if (resets && pn_make_reset(skb, &packet, port)) {
        return pn_send(skb, packet.port, port && pn_is_queued(port));
      }
      return TC_ACT_SHOT;
    default:
      return TC_ACT_SHOT;
  }
}

SEC("syscall")
int pn_sweep(struct pn_sweep_report* report) {
  const __u32 zero = 0;
  __u32* number = bpf_map_lookup_elem(&pn_active_round, &zero);
  struct pn_sweep_round round = {.now = pn_now_exactly(), .number = number ? ++*number : 0};
  bpf_for_each_map_elem(&pn_flows, pn_sweep_flow, &round, 0);
  *report = round.report;
  return 0;
}

SEC("syscall")
int pn_drain(void* context) {
  bpf_for_each_map_elem(&pn_flows, pn_drain_entry, 0, 0);
  return 0;
}

SEC("syscall")
int pn_adopt(struct pn_adopt_report* report) {
  struct pn_adopt_report sum = {};
  bpf_loop(report->count, pn_adopt_flow, &sum, 0);
  report->adopted = sum.adopted;
  report->refused = sum.refused;
  return 0;
}

SEC("syscall")
int pn_expire(struct pn_expire_order* order) {
  struct pn_expire_round round = {.order = *order, .now = pn_now_exactly()};
  round.order.expired = 0;
  bpf_for_each_map_elem(&pn_flows, pn_expire_flow, &round, 0);
  order->expired = round.order.expired;
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
