// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// What an ICMPv6 error quotes (RFC 4443, 3), and how it is translated.
#pragma once

#include "lib/translate.h"

enum {
  kPnQuotedIpv6Offset = kPnL4OffsetIpv6 + sizeof(struct icmp6hdr),
  kPnQuotedIpv6L4Offset = kPnQuotedIpv6Offset + sizeof(struct ipv6hdr),
  kPnQuotedIpv6End = kPnQuotedIpv6L4Offset + 8,
};

PN_INLINE _Bool pn_set_quoted_ports(struct pn_flow_key* key, const __u16* words_be) {
  if (key->protocol == IPPROTO_TCP || key->protocol == IPPROTO_UDP) {
    key->source_port_be = words_be[1];
    key->destination_port_be = words_be[0];
  } else if (key->protocol == IPPROTO_ICMPV6) {
    const __u8 type = *(const __u8*)words_be;
    if (type != ICMPV6_ECHO_REQUEST && type != ICMPV6_ECHO_REPLY) {
      return 0;
    }
    key->source_port_be = type == ICMPV6_ECHO_REQUEST ? kPnEchoPortBe : words_be[2];
    key->destination_port_be = type == ICMPV6_ECHO_REQUEST ? words_be[2] : kPnEchoPortBe;
  }
  return 1;
}

// The key that an answer to the quoted packet would have. False: it quotes nothing we can tell.
__noinline int pn_quoted_ipv6_key(struct __sk_buff* skb, const struct pn_packet* packet,
                                  struct pn_flow_key* key) {
  struct ipv6hdr quoted;
  __u16 words_be[4];
  if (!packet || !key || packet->size < kPnQuotedIpv6End - kPnIpOffset ||
      bpf_skb_load_bytes(skb, kPnQuotedIpv6Offset, &quoted, sizeof(quoted)) != 0 ||
      bpf_skb_load_bytes(skb, kPnQuotedIpv6L4Offset, words_be, sizeof(words_be)) != 0) {
    return 0;
  }
  key->vpc = packet->key.vpc;
  __builtin_memcpy(&key->source, &quoted.daddr, sizeof(key->source));
  __builtin_memcpy(&key->destination, &quoted.saddr, sizeof(key->destination));
  key->protocol = quoted.nexthdr;
  // The one who answers reports the error: a VPC has no routers in between that would.
  return pn_set_quoted_ports(key, words_be) && pn_same_addr(&key->source, &packet->key.source) &&
         pn_same_addr(&key->destination, &packet->key.destination);
}

// Of a flow both sides of which are IPv6.
__noinline int pn_translate_ipv6_error(struct __sk_buff* skb, const struct pn_flow* flow) {
  __u16 ports_be[2];
  if (!flow || bpf_skb_load_bytes(skb, kPnQuotedIpv6L4Offset, ports_be, sizeof(ports_be)) != 0) {
    return 0;
  }
  const __u32 old_ports = (__u32)ports_be[1] << 16 | ports_be[0];
  const __u32 new_ports = (__u32)flow->source_port_be << 16 | flow->destination_port_be;
  const __u32 quoted = kPnQuotedIpv6Offset + offsetof(struct ipv6hdr, saddr);
  const __u32 check = kPnL4OffsetIpv6 + offsetof(struct icmp6hdr, icmp6_cksum);
  // The quoted packet went the other way. Its addresses change as the error's own do, which are in
  // the checksum by the pseudo header.
  return bpf_skb_store_bytes(skb, kPnIpOffset + offsetof(struct ipv6hdr, saddr), &flow->source,
                             2 * sizeof(flow->source), 0) == 0 &&
         bpf_skb_store_bytes(skb, quoted, &flow->destination, sizeof(flow->destination), 0) == 0 &&
         bpf_skb_store_bytes(skb, quoted + sizeof(flow->destination), &flow->source,
                             sizeof(flow->source), 0) == 0 &&
         bpf_skb_store_bytes(skb, kPnQuotedIpv6L4Offset, &new_ports, sizeof(new_ports), 0) == 0 &&
         bpf_l4_csum_replace(skb, check, 0, flow->address_difference, BPF_F_PSEUDO_HDR) == 0 &&
         bpf_l4_csum_replace(skb, check, 0, flow->address_difference, 0) == 0 &&
         bpf_l4_csum_replace(skb, check, old_ports, new_ports, 4) == 0;
}
