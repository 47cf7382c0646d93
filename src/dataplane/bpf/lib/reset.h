// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// Turns a TCP segment around into the RST that answers it (RFC 9293, 3.10.7.1).
#pragma once

#include "lib/rewrite.h"

enum { kPnResetBytes = kPnL4Offset + sizeof(struct tcphdr) };

struct pn_pseudo_header {
  __u32 source_be;
  __u32 destination_be;
  __u16 protocol_be;
  __u16 length_be;
};

struct pn_reset {
  struct iphdr ip;
  struct tcphdr tcp;
};

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
  reset->tcp.source = tcp->dest;
  reset->tcp.dest = tcp->source;
  reset->tcp.doff = sizeof(reset->tcp) / 4;
  reset->tcp.rst = 1;
  if (tcp->ack) {
    reset->tcp.seq = tcp->ack_seq;
    return;
  }
  const __u32 payload = bpf_ntohs(ip->tot_len) - sizeof(*ip) - tcp->doff * 4;
  reset->tcp.ack = 1;
  reset->tcp.ack_seq = bpf_htonl(bpf_ntohl(tcp->seq) + payload + tcp->syn + tcp->fin);
}

// Whether the kernel (or the receiver's offload) is still to complete this packet's checksum: then
// a change of the checksum "without the pseudo header" does nothing.
PN_INLINE _Bool pn_check_is_partial(struct __sk_buff* skb) {
  __u16 check = 0;
  bpf_skb_store_bytes(skb, kPnTcpCheckOffset, &check, sizeof(check), 0);
  bpf_l4_csum_replace(skb, kPnTcpCheckOffset, 0, bpf_htons(1), 2);
  bpf_skb_load_bytes(skb, kPnTcpCheckOffset, &check, sizeof(check));
  return check == 0;
}

// False: nothing can be sent.
static __noinline _Bool pn_make_reset(struct __sk_buff* skb, const struct pn_port* port) {
  struct pn_reset reset = {};
  const struct iphdr* ip = (void*)(__u64)skb->data + kPnIpOffset;
  const struct tcphdr* tcp = (void*)(ip + 1);
  if ((void*)(tcp + 1) > (void*)(__u64)skb->data_end || !port) {
    return 0;
  }
  pn_fill_reset(&reset, ip, tcp);
  // Also takes several segments in one (GSO) back to one without payload.
  if (bpf_skb_change_tail(skb, kPnResetBytes, 0) != 0) {
    return 0;
  }
  const struct pn_pseudo_header pseudo = {.source_be = reset.ip.saddr,
                                          .destination_be = reset.ip.daddr,
                                          .protocol_be = bpf_htons(IPPROTO_TCP),
                                          .length_be = bpf_htons(sizeof(reset.tcp))};
  const __u32 pseudo_sum = bpf_csum_diff(0, 0, (__be32*)&pseudo, sizeof(pseudo), 0);
  if (bpf_skb_store_bytes(skb, kPnIpOffset, &reset, sizeof(reset), 0) != 0) {
    return 0;
  }
  __u16 check = pn_fold(pseudo_sum);
  if (!pn_check_is_partial(skb)) {
    const __u32 sum = bpf_csum_diff(0, 0, (__be32*)&reset.tcp, sizeof(reset.tcp), pseudo_sum);
    check = ~pn_fold(sum);
  }
  return bpf_skb_store_bytes(skb, kPnTcpCheckOffset, &check, sizeof(check), 0) == 0 &&
         pn_write_eth(skb, port->mac);
}
