// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// Addresses and ports of a flow put into its packets, where one side of it is IPv6: the packet
// stays IPv6, or goes from one family to the other. [NLB guide, "IP address type": clients and
// targets may be of different families]
#pragma once

#include "lib/rewrite.h"

PN_INLINE _Bool pn_set_ether_type(struct __sk_buff* skb, __u16 type_be) {
  return bpf_skb_store_bytes(skb, offsetof(struct ethhdr, h_proto), &type_be, sizeof(type_be), 0) ==
         0;
}

// From IPv6 to IPv4. What goes on must not be cut: nobody could say so to an IPv6 sender.
PN_INLINE _Bool pn_make_ipv4(struct __sk_buff* skb, const struct pn_flow* flow) {
  struct ipv6hdr old;
  if (bpf_skb_load_bytes(skb, kPnIpOffset, &old, sizeof(old)) != 0) {
    return 0;
  }
  const __u32 payload = bpf_ntohs(old.payload_len);
  struct iphdr ip = {.version = 4,
                     .ihl = 5,
                     .tos = old.priority << 4 | old.flow_lbl[0] >> 4,
                     .tot_len = payload ? bpf_htons(payload + sizeof(ip)) : 0,
                     .frag_off = bpf_htons(0x4000),
                     .ttl = old.hop_limit,
                     .protocol = old.nexthdr,
                     .saddr = flow->source.word_be[3],
                     .daddr = flow->destination.word_be[3]};
  if (payload + sizeof(ip) > 0xffff) {
    return 0;
  }
  ip.check = ~pn_fold(bpf_csum_diff(0, 0, (__be32*)&ip, sizeof(ip), 0));
  return bpf_skb_change_proto(skb, bpf_htons(ETH_P_IP), 0) == 0 &&
         pn_set_ether_type(skb, bpf_htons(ETH_P_IP)) &&
         bpf_skb_store_bytes(skb, kPnIpOffset, &ip, sizeof(ip), 0) == 0;
}

PN_INLINE _Bool pn_make_ipv6(struct __sk_buff* skb, const struct pn_flow* flow) {
  struct iphdr old;
  if (bpf_skb_load_bytes(skb, kPnIpOffset, &old, sizeof(old)) != 0) {
    return 0;
  }
  const __u32 bytes = bpf_ntohs(old.tot_len);
  struct ipv6hdr ip = {.version = 6,
                       .priority = old.tos >> 4,
                       .flow_lbl = {(old.tos & 15) << 4},
                       .payload_len = bytes ? bpf_htons(bytes - sizeof(old)) : 0,
                       .nexthdr = old.protocol,
                       .hop_limit = old.ttl};
  __builtin_memcpy(&ip.saddr, &flow->source, sizeof(ip.saddr));
  __builtin_memcpy(&ip.daddr, &flow->destination, sizeof(ip.daddr));
  return bpf_skb_change_proto(skb, bpf_htons(ETH_P_IPV6), 0) == 0 &&
         pn_set_ether_type(skb, bpf_htons(ETH_P_IPV6)) &&
         bpf_skb_store_bytes(skb, kPnIpOffset, &ip, sizeof(ip), 0) == 0;
}

PN_INLINE _Bool pn_change_header(struct __sk_buff* skb, const struct pn_flow* flow) {
  const __u8 families = flow->flags & (kPnFlowIpv6 | kPnFlowToIpv6);
  if (families == kPnFlowIpv6) {
    return pn_make_ipv4(skb, flow);
  }
  if (families == kPnFlowToIpv6) {
    return pn_make_ipv6(skb, flow);
  }
  // Both addresses stand side by side, in the flow as in the header.
  return bpf_skb_store_bytes(skb, kPnIpOffset + offsetof(struct ipv6hdr, saddr), &flow->source,
                             2 * sizeof(flow->source), 0) == 0;
}

// False: the packet cannot be made into one that may arrive. A global function, so that it is
// verified once, apart from IPv4's way.
__noinline int pn_translate_ipv6(struct __sk_buff* skb, const struct pn_packet* packet,
                                 const struct pn_flow* flow) {
  if (!packet || !flow || !pn_change_header(skb, flow)) {
    return 0;
  }
  const __u32 l4 = pn_l4_of(flow);
  const __u16 ports_be[2] = {flow->source_port_be, flow->destination_port_be};
  if (bpf_skb_store_bytes(skb, l4, ports_be, sizeof(ports_be), 0) != 0) {
    return 0;
  }
  const __u32 old_ports = (__u32)packet->key.destination_port_be << 16 | packet->key.source_port_be;
  return pn_change_check(skb, packet, flow, l4, old_ports);
}

// Puts the flow's addresses and ports into a TCP or UDP packet.
PN_INLINE _Bool pn_translate(struct __sk_buff* skb, const struct pn_packet* packet,
                             const struct pn_flow* flow) {
  return flow->flags & (kPnFlowIpv6 | kPnFlowToIpv6) ? pn_translate_ipv6(skb, packet, flow)
                                                     : pn_translate_ipv4(skb, packet, flow);
}
