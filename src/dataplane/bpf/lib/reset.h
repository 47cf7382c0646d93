// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// Turns a TCP segment around into the RST that answers it (RFC 9293, 3.10.7.1).
#pragma once

#include "lib/rewrite.h"

// Of either family: an IPv4 address in its mapped form sums up to what it does alone.
struct pn_pseudo_header {
  struct pn_addr source;
  struct pn_addr destination;
  __u32 length_be;
  __u32 protocol_be;
};

struct pn_ipv6_reset {
  struct ipv6hdr ip;
  struct tcphdr tcp;
};

struct pn_reset {
  struct iphdr ip;
  struct tcphdr tcp;
};

PN_INLINE void pn_fill_tcp_reset(struct tcphdr* reset, const struct tcphdr* tcp, __u32 payload) {
  reset->source = tcp->dest;
  reset->dest = tcp->source;
  reset->doff = sizeof(*reset) / 4;
  reset->rst = 1;
  if (tcp->ack) {
    reset->seq = tcp->ack_seq;
    return;
  }
  reset->ack = 1;
  reset->ack_seq = bpf_htonl(bpf_ntohl(tcp->seq) + payload + tcp->syn + tcp->fin);
}

PN_INLINE void pn_fill_reset(struct pn_reset* reset, const struct iphdr* ip,
                             const struct tcphdr* tcp) {
  reset->ip.version = 4;
  reset->ip.ihl = 5;
  reset->ip.tot_len = bpf_htons(sizeof(*reset));
  reset->ip.frag_off = bpf_htons(0x4000);
  reset->ip.ttl = 64;
  reset->ip.protocol = IPPROTO_TCP;
  reset->ip.saddr = ip->daddr;
  reset->ip.daddr = ip->saddr;
  reset->ip.check = ~pn_fold(bpf_csum_diff(0, 0, (__be32*)&reset->ip, sizeof(reset->ip), 0));
  pn_fill_tcp_reset(&reset->tcp, tcp, bpf_ntohs(ip->tot_len) - sizeof(*ip) - tcp->doff * 4);
}

PN_INLINE void pn_fill_ipv6_reset(struct pn_ipv6_reset* reset, const struct ipv6hdr* ip,
                                  const struct tcphdr* tcp) {
  reset->ip.version = 6;
  reset->ip.payload_len = bpf_htons(sizeof(reset->tcp));
  reset->ip.nexthdr = IPPROTO_TCP;
  reset->ip.hop_limit = 64;
  reset->ip.saddr = ip->daddr;
  reset->ip.daddr = ip->saddr;
  pn_fill_tcp_reset(&reset->tcp, tcp, bpf_ntohs(ip->payload_len) - tcp->doff * 4);
}

// Whether the kernel (or the receiver's offload) is still to complete the checksum at `offset`:
// then a change of it "without the pseudo header" does nothing.
PN_INLINE _Bool pn_check_is_partial(struct __sk_buff* skb, __u32 offset) {
  __u16 check = 0;
  bpf_skb_store_bytes(skb, offset, &check, sizeof(check), 0);
  bpf_l4_csum_replace(skb, offset, 0, bpf_htons(1), 2);
  bpf_skb_load_bytes(skb, offset, &check, sizeof(check));
  return check == 0;
}

// Both addresses and the length of a TCP segment.
PN_INLINE __u32 pn_pseudo_sum(const struct pn_addr* source, const struct pn_addr* destination,
                              __u32 bytes) {
  const struct pn_pseudo_header pseudo = {.source = *source,
                                          .destination = *destination,
                                          .length_be = bpf_htonl(bytes),
                                          .protocol_be = bpf_htonl(IPPROTO_TCP)};
  return bpf_csum_diff(0, 0, (__be32*)&pseudo, sizeof(pseudo), 0);
}

// Completes the RST at `l4`, which goes back to who sent `packet`.
PN_INLINE _Bool pn_finish_reset(struct __sk_buff* skb, const struct pn_packet* packet,
                                const struct pn_port* port, struct tcphdr* tcp, __u32 l4) {
  const __u32 pseudo_sum =
      pn_pseudo_sum(&packet->key.destination, &packet->key.source, sizeof(*tcp));
  __u16 check = pn_fold(pseudo_sum);
  if (!pn_check_is_partial(skb, l4 + kPnTcpCheckAt)) {
    check = ~pn_fold(bpf_csum_diff(0, 0, (__be32*)tcp, sizeof(*tcp), pseudo_sum));
  }
  return bpf_skb_store_bytes(skb, l4 + kPnTcpCheckAt, &check, sizeof(check), 0) == 0 &&
         pn_write_eth(skb, port->mac);
}

static __noinline _Bool pn_make_ipv4_reset(struct __sk_buff* skb, const struct pn_packet* packet,
                                           const struct pn_port* port) {
  struct pn_reset reset = {};
  const struct iphdr* ip = (void*)(__u64)skb->data + kPnIpOffset;
  const struct tcphdr* tcp = (void*)(ip + 1);
  if ((void*)(tcp + 1) > (void*)(__u64)skb->data_end || !packet || !port) {
    return 0;
  }
  pn_fill_reset(&reset, ip, tcp);
  // Also takes several segments in one (GSO) back to one without payload.
  return bpf_skb_change_tail(skb, kPnIpOffset + sizeof(reset), 0) == 0 &&
         bpf_skb_store_bytes(skb, kPnIpOffset, &reset, sizeof(reset), 0) == 0 &&
         pn_finish_reset(skb, packet, port, &reset.tcp, kPnL4Offset);
}

__noinline int pn_make_ipv6_reset(struct __sk_buff* skb, const struct pn_packet* packet,
                                  const struct pn_port* port) {
  struct pn_ipv6_reset reset = {};
  const struct ipv6hdr* ip = (void*)(__u64)skb->data + kPnIpOffset;
  const struct tcphdr* tcp = (void*)(ip + 1);
  if ((void*)(tcp + 1) > (void*)(__u64)skb->data_end || !packet || !port) {
    return 0;
  }
  pn_fill_ipv6_reset(&reset, ip, tcp);
  return bpf_skb_change_tail(skb, kPnIpOffset + sizeof(reset), 0) == 0 &&
         bpf_skb_store_bytes(skb, kPnIpOffset, &reset, sizeof(reset), 0) == 0 &&
         pn_finish_reset(skb, packet, port, &reset.tcp, kPnL4OffsetIpv6);
}

// False: nothing can be sent.
PN_INLINE _Bool pn_make_reset(struct __sk_buff* skb, const struct pn_packet* packet,
                              const struct pn_port* port) {
  return packet->ipv6 ? pn_make_ipv6_reset(skb, packet, port)
                      : pn_make_ipv4_reset(skb, packet, port);
}
