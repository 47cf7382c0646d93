// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// How a packet is made into the one that arrives: MAC addresses, addresses, ports, checksums, MSS.
#pragma once

#include "lib/options.h"

enum { kPnUdpCheckAt = 6 };

PN_INLINE __u16 pn_fold(__u32 sum) {
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

// The header is made unique to us and readable: what was read of it before is void.
PN_INLINE _Bool pn_write_eth(struct __sk_buff* skb, const __u8* destination) {
  struct ethhdr* eth = (void*)(__u64)skb->data;
  if ((void*)(eth + 1) > (void*)(__u64)skb->data_end) {
    return 0;
  }
  const __u8 router[ETH_ALEN] = PN_ROUTER_MAC;
  __builtin_memcpy(eth->h_dest, destination, ETH_ALEN);
  __builtin_memcpy(eth->h_source, router, ETH_ALEN);
  return 1;
}

// An endpoint lowers the MSS of what passes so that segments fit its MTU, by either family's header
// where it changes. [AWS PrivateLink guide, "MTU considerations"]
static __noinline int pn_clamp_mss(struct __sk_buff* skb, __u32 l4, _Bool ipv6) {
  struct pn_option_walk walk = {.l4 = l4, .kind = kPnOptionMss};
  if (!pn_find_option(skb, &walk) || walk.length != 4) {
    return 0;
  }
  const __u32 found = walk.found;
  const __u16 headers =
      (ipv6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr)) + sizeof(struct tcphdr);
  const __u16 most = kPnEndpointMtu - headers;
  const __u16 mss = walk.options[found & 63] << 8 | walk.options[(found + 1) & 63];
  if (mss <= most) {
    return 0;
  }
  const __u16 new_be = bpf_htons(most);
  __u16 old_word = bpf_htons(mss);
  __u16 new_word = new_be;
  if (found & 1) {  // it straddles two words of the checksum
    old_word = __builtin_bswap16(old_word);
    new_word = __builtin_bswap16(new_word);
  }
  bpf_skb_store_bytes(skb, l4 + kPnTcpOptionsAt + found, &new_be, sizeof(new_be), 0);
  bpf_l4_csum_replace(skb, l4 + kPnTcpCheckAt, old_word, new_word, sizeof(new_word));
  return 0;
}

// The checksum of a packet at `l4` after its addresses have changed, and its ports as said. By
// differences, so that packets whose checksum is still to be computed (TSO, offload) pass as they
// are.
PN_INLINE _Bool pn_change_check(struct __sk_buff* skb, const struct pn_packet* packet,
                                const struct pn_flow* flow, __u32 l4, __u32 old_ports) {
  const __u32 new_ports = (__u32)flow->destination_port_be << 16 | flow->source_port_be;
  const _Bool udp = packet->key.protocol == IPPROTO_UDP;
  const __u32 check = l4 + (udp ? kPnUdpCheckAt : kPnTcpCheckAt);
  const __u64 mangled = udp ? BPF_F_MARK_MANGLED_0 : 0;  // a UDP checksum of 0 means none
  return bpf_l4_csum_replace(skb, check, 0, flow->address_difference, BPF_F_PSEUDO_HDR | mangled) ==
             0 &&
         bpf_l4_csum_replace(skb, check, old_ports, new_ports, 4 | mangled) == 0;
}

// Puts the flow's addresses and ports into a TCP or UDP packet of IPv4, which stays one.
PN_INLINE _Bool pn_translate_ipv4(struct __sk_buff* skb, const struct pn_packet* packet,
                                  const struct pn_flow* flow) {
  struct iphdr* ip = (void*)(__u64)skb->data + kPnIpOffset;
  __u16* ports_be = (void*)(ip + 1);
  if ((void*)(ports_be + 2) > (void*)(__u64)skb->data_end) {
    return 0;
  }
  ip->saddr = flow->source.word_be[3];
  ip->daddr = flow->destination.word_be[3];
  ip->check = ~pn_fold((__u32)(__u16)~ip->check + flow->header_difference);
  if (packet->fragment == kPnLaterFragment) {
    return 1;
  }
  const __u32 old_ports = (__u32)ports_be[1] << 16 | ports_be[0];
  ports_be[0] = flow->source_port_be;
  ports_be[1] = flow->destination_port_be;
  return pn_change_check(skb, packet, flow, kPnL4Offset, old_ports);
}
