// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// ARP: questions about addresses of the VPC are answered here, nothing is ever passed on.
#pragma once

#include <linux/if_arp.h>

#include "lib/packet.h"

// Ethernet and IPv4 as ARP carries them.
struct pn_arp {
  struct arphdr header;
  __u8 sender_mac[ETH_ALEN];
  __u8 sender_ip[4];
  __u8 target_mac[ETH_ALEN];
  __u8 target_ip[4];
} __attribute__((packed));

PN_INLINE __u32 pn_load_be32(const __u8* bytes) {
  __u32 value;
  __builtin_memcpy(&value, bytes, sizeof(value));
  return value;
}

// Turns a question into its answer. The sender must be who its link says.
static __noinline enum pn_verdict pn_answer_arp(struct __sk_buff* skb, const struct pn_port* port) {
  if (!pn_reach(skb, ETH_HLEN + sizeof(struct pn_arp))) {
    return kPnVerdictMalformed;
  }
  struct ethhdr* eth = (void*)(__u64)skb->data;
  struct pn_arp* arp = (void*)(eth + 1);
  if ((void*)(arp + 1) > (void*)(__u64)skb->data_end) {
    return kPnVerdictMalformed;
  }
  if (!port) {
    return kPnVerdictPortUnknown;
  }
  if (arp->header.ar_hrd != bpf_htons(ARPHRD_ETHER) || arp->header.ar_pro != bpf_htons(ETH_P_IP) ||
      arp->header.ar_hln != ETH_ALEN || arp->header.ar_pln != 4 ||
      arp->header.ar_op != bpf_htons(ARPOP_REQUEST)) {
    return kPnVerdictArpIgnored;
  }
  if (!pn_same_mac(arp->sender_mac, port->mac)) {
    return kPnVerdictMacSpoofed;
  }
  const __u32 sender_be = pn_load_be32(arp->sender_ip);
  const __u32 target_be = pn_load_be32(arp->target_ip);
  struct pn_addr_key key = {.vpc = port->vpc};
  // A sender without an address yet asks whether its own is free (RFC 5227): it is, and no answer
  // says so.
  if (sender_be == target_be || sender_be == 0) {
    return kPnVerdictArpIgnored;
  }
  pn_map_ipv4(&key.address, sender_be);
  if (port->kind == kPnPortInstance && !(port->flags & kPnPortNoSourceCheck) &&
      !pn_same_addr(&key.address, &port->address)) {
    return kPnVerdictAddressSpoofed;
  }
  pn_map_ipv4(&key.address, target_be);
  const struct pn_addr_info* info = bpf_map_lookup_elem(&pn_addrs, &key);
  if (!info) {
    return kPnVerdictArpUnknownAddress;
  }
  if (info->port == skb->ifindex) {  // its own: it asks whether another has it
    return kPnVerdictArpIgnored;
  }
  __builtin_memcpy(eth->h_dest, eth->h_source, ETH_ALEN);
  __builtin_memcpy(eth->h_source, info->mac, ETH_ALEN);
  arp->header.ar_op = bpf_htons(ARPOP_REPLY);
  __builtin_memcpy(arp->target_mac, arp->sender_mac, ETH_ALEN);
  __builtin_memcpy(arp->target_ip, &sender_be, 4);
  __builtin_memcpy(arp->sender_mac, info->mac, ETH_ALEN);
  __builtin_memcpy(arp->sender_ip, &target_be, 4);
  return kPnVerdictArpAnswered;
}
