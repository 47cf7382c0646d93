// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// What is this IPv6 packet?
#pragma once

#include "lib/neighbor.h"

enum {
  kPnIpv6HopByHop = 0,
  kPnIpv6Routing = 43,
  kPnIpv6Fragment = 44,
  kPnIpv6Destination = 60,
};

PN_INLINE enum pn_verdict pn_parse_icmpv6(struct __sk_buff* skb, struct pn_packet* packet,
                                          __u32 l4_bytes) {
  if (l4_bytes < sizeof(struct icmp6hdr) ||
      !pn_reach(skb, kPnL4OffsetIpv6 + sizeof(struct icmp6hdr))) {
    return kPnVerdictMalformed;
  }
  const struct icmp6hdr* icmp = (void*)(__u64)skb->data + kPnL4OffsetIpv6;
  if ((void*)(icmp + 1) > (void*)(__u64)skb->data_end) {
    return kPnVerdictMalformed;
  }
  packet->icmp_type = icmp->icmp6_type;
  packet->icmp_code = icmp->icmp6_code;
  switch (icmp->icmp6_type) {
    case ICMPV6_ECHO_REQUEST:
      packet->key.source_port_be = icmp->icmp6_dataun.u_echo.identifier;
      packet->key.destination_port_be = kPnEchoPortBe;
      return kPnVerdictNone;
    case ICMPV6_ECHO_REPLY:
      packet->key.source_port_be = kPnEchoPortBe;
      packet->key.destination_port_be = icmp->icmp6_dataun.u_echo.identifier;
      return kPnVerdictNone;
    case ICMPV6_DEST_UNREACH:
    case ICMPV6_PKT_TOOBIG:
    case ICMPV6_TIME_EXCEED:
    case ICMPV6_PARAMPROB:
      packet->icmp_error = 1;
      return kPnVerdictNone;
    default:
      return kPnVerdictIcmpUnsupported;
  }
}

PN_INLINE enum pn_verdict pn_parse_ipv6_l4(struct __sk_buff* skb, struct pn_packet* packet,
                                           __u32 l4_bytes) {
  switch (packet->key.protocol) {
    case IPPROTO_TCP:
      return pn_parse_tcp(skb, packet, kPnL4OffsetIpv6, l4_bytes);
    case IPPROTO_UDP:
      return pn_parse_udp(skb, packet, kPnL4OffsetIpv6, l4_bytes);
    case IPPROTO_ICMPV6:
      return pn_parse_icmpv6(skb, packet, l4_bytes);
    case kPnIpv6HopByHop:
    case kPnIpv6Routing:
    case kPnIpv6Fragment:
    case kPnIpv6Destination:
      return kPnVerdictIpv6Extension;
    default:
      return kPnVerdictNone;
  }
}

// Fills `packet`, whose VPC is known, from an IPv6 frame. kPnVerdictNone: it may be judged. A
// global function, so that it is verified once, apart from what comes after it.
__noinline int pn_parse_ipv6(struct __sk_buff* skb, struct pn_packet* packet,
                             const struct pn_port* port) {
  if (!packet || !port || !pn_reach(skb, kPnL4OffsetIpv6)) {
    return kPnVerdictMalformed;
  }
  const struct ethhdr* eth = (void*)(__u64)skb->data;
  const struct ipv6hdr* ip = (void*)(eth + 1);
  if ((void*)(ip + 1) > (void*)(__u64)skb->data_end) {
    return kPnVerdictMalformed;
  }
  packet->ipv6 = 1;
  __builtin_memcpy(&packet->key.source, &ip->saddr, sizeof(packet->key.source));
  __builtin_memcpy(&packet->key.destination, &ip->daddr, sizeof(packet->key.destination));
  packet->key.protocol = ip->nexthdr;
  // Frames of GSO segments above 64 kB have length 0 in their header.
  const __u32 header_says = bpf_ntohs(ip->payload_len);
  const __u32 l4_bytes = header_says || !skb->gso_size ? header_says : skb->len - kPnL4OffsetIpv6;
  const __u32 bytes = sizeof(*ip) + l4_bytes;
  packet->size = bytes > 0xffff ? 0xffff : bytes;
  // An IPv4 address in this form would be taken for the IPv4 packet's.
  if (ip->version != 6 || l4_bytes > skb->len - kPnL4OffsetIpv6 ||
      pn_is_mapped(&packet->key.source) || pn_is_mapped(&packet->key.destination)) {
    return kPnVerdictMalformed;
  }
  const _Bool to_many = (eth->h_dest[0] & 1) || ip->daddr.in6_u.u6_addr8[0] == 0xff;
  if (ip->nexthdr == IPPROTO_ICMPV6 && pn_is_discovery(skb, l4_bytes)) {
    return pn_answer_solicitation(skb, packet, port, l4_bytes);
  }
  if (to_many) {
    return kPnVerdictMulticast;
  }
  const enum pn_verdict verdict = pn_parse_ipv6_l4(skb, packet, l4_bytes);
  if (verdict != kPnVerdictNone) {
    return verdict;
  }
  packet->own = pn_has_ipv6(packet, port);
  return kPnVerdictNone;
}
