// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// What is this IPv4 packet?
#pragma once

#include "lib/fragment.h"

PN_INLINE enum pn_verdict pn_parse_l4(struct __sk_buff* skb, struct pn_packet* packet,
                                      __u32 l4_bytes) {
  switch (packet->key.protocol) {
    case IPPROTO_TCP:
      return pn_parse_tcp(skb, packet, kPnL4Offset, l4_bytes);
    case IPPROTO_UDP:
      return pn_parse_udp(skb, packet, kPnL4Offset, l4_bytes);
    case IPPROTO_ICMP:
      return pn_parse_icmp(skb, packet, l4_bytes);
    default:
      return kPnVerdictNone;
  }
}

static __noinline enum pn_verdict pn_parse_fragment(struct __sk_buff* skb, struct pn_packet* packet,
                                                    __u32 offset_be, __u32 id_be, __u32 l4_bytes) {
  if (!packet) {
    return kPnVerdictMalformed;
  }
  if (offset_be & bpf_htons(0x1fff)) {
    packet->fragment = kPnLaterFragment;
    return pn_find_first_fragment(packet, id_be);
  }
  packet->fragment = kPnFirstFragment;
  const enum pn_verdict verdict = pn_parse_l4(skb, packet, l4_bytes);
  if (verdict == kPnVerdictNone && packet->icmp_error) {
    return kPnVerdictFragment;  // it quotes too little to be in need of more than one
  }
  if (verdict == kPnVerdictNone) {
    pn_note_first_fragment(packet, id_be);
  }
  return verdict;
}

// Fills `packet`, whose VPC is known, from an IPv4 frame. kPnVerdictNone: it may be judged.
PN_INLINE enum pn_verdict pn_parse_ipv4(struct __sk_buff* skb, struct pn_packet* packet) {
  if (!pn_reach(skb, kPnL4Offset)) {
    return kPnVerdictMalformed;
  }
  const struct iphdr* ip = (void*)(__u64)skb->data + kPnIpOffset;
  if ((void*)(ip + 1) > (void*)(__u64)skb->data_end) {
    return kPnVerdictMalformed;
  }
  const __u32 total_bytes = bpf_ntohs(ip->tot_len);
  // A frame of GSO segments above 64 kB has length 0 in its header.
  const __u32 bytes = total_bytes || !skb->gso_size ? total_bytes : skb->len - ETH_HLEN;
  if (ip->version != 4 || ip->ihl < 5 || bytes < sizeof(*ip) || bytes > skb->len - ETH_HLEN) {
    return kPnVerdictMalformed;
  }
  if (ip->ihl != 5) {
    return kPnVerdictIpOptions;
  }
  if (bpf_ntohl(ip->daddr) >= 0xe0000000) {
    return kPnVerdictMulticast;
  }
  pn_map_ipv4(&packet->key.source, ip->saddr);
  pn_map_ipv4(&packet->key.destination, ip->daddr);
  packet->key.protocol = ip->protocol;
  packet->size = bytes > 0xffff ? 0xffff : bytes;
  const __u32 l4_bytes = bytes - sizeof(*ip);
  if (ip->frag_off & bpf_htons(0x3fff)) {  // more fragments, or an offset
    return pn_parse_fragment(skb, packet, ip->frag_off, ip->id, l4_bytes);
  }
  return pn_parse_l4(skb, packet, l4_bytes);
}
