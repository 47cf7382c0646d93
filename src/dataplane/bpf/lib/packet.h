// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// What is this frame? Parsing, with every length checked once.
#pragma once

#include <bpf/bpf_endian.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include "lib/maps.h"

#define PN_INLINE static __always_inline

enum {
  kPnTcpFin = 0x01,
  kPnTcpSyn = 0x02,
  kPnTcpRst = 0x04,
  kPnTcpAck = 0x10,
  kPnIpOffset = ETH_HLEN,
  kPnL4Offset = ETH_HLEN + sizeof(struct iphdr),
  kPnL4OffsetIpv6 = ETH_HLEN + sizeof(struct ipv6hdr),
};

enum pn_fragment_part { kPnNoFragment = 0, kPnFirstFragment = 1, kPnLaterFragment = 2 };

// A frame while it is judged.
struct pn_packet {
  struct pn_flow_key key;
  __u32 port;      // link that it came from
  __u32 to_port;   // link that it goes to
  __u32 sequence;  // TCP
  __u16 size;      // IP length as it will be on the wire: of one segment, when there are several
  __u8 tcp_flags;
  __u8 icmp_type;
  __u8 icmp_code;
  _Bool icmp_error;
  __u8 fragment;   // enum pn_fragment_part
  _Bool by_queue;  // not straight to the guest's end of the link that it goes to
  _Bool ipv6;
  _Bool own;            // its source address is its interface's
  _Bool without_check;  // UDP without a checksum
  __u8 pad;
};
// Kernels before 6.4 refuse to be shown bytes that nobody has written.
_Static_assert(sizeof(struct pn_packet) == 68, "no hidden padding");

// Whether what the link is sent goes by its host end's queue, and not straight to the guest's end.
PN_INLINE _Bool pn_is_queued(const struct pn_port* port) {
  return !!(port->flags & (kPnPortTap | kPnPortQueued));
}

// Whether a packet of the link is lost. Asked what would become of a packet, none is: what is lost
// is not decided but drawn.
PN_INLINE _Bool pn_loses(const struct pn_port* port) {
  return !pn_dry_run && bpf_get_prandom_u32() % kPnLossAll < port->loss;
}

PN_INLINE void pn_map_ipv4(struct pn_addr* address, __u32 ipv4_be) {
  address->word_be[0] = 0;
  address->word_be[1] = 0;
  address->word_be[2] = bpf_htonl(0xffff);
  address->word_be[3] = ipv4_be;
}

// Whether it is an IPv4 address.
PN_INLINE _Bool pn_is_mapped(const struct pn_addr* address) {
  return address->word_be[2] == bpf_htonl(0xffff) && address->word_be[1] == 0 &&
         address->word_be[0] == 0;
}

PN_INLINE _Bool pn_is_ipv4(const struct pn_addr* address, __u32 ipv4) {
  return address->word_be[3] == bpf_htonl(ipv4) && address->word_be[2] == bpf_htonl(0xffff);
}

// Whether it stands for others at a relay: there is nothing at it in any VPC.
PN_INLINE _Bool pn_is_stand_in(const struct pn_addr* address) {
  return pn_is_ipv4(address, kPnRelayClients) || pn_is_ipv4(address, kPnRelayTargets);
}

PN_INLINE _Bool pn_same_addr(const struct pn_addr* a, const struct pn_addr* b) {
  return a->word_be[3] == b->word_be[3] && a->word_be[2] == b->word_be[2] &&
         a->word_be[1] == b->word_be[1] && a->word_be[0] == b->word_be[0];
}

PN_INLINE _Bool pn_in_net(const struct pn_addr* address, const struct pn_addr* net,
                          const struct pn_addr* mask) {
  return (address->word_be[3] & mask->word_be[3]) == net->word_be[3] &&
         (address->word_be[2] & mask->word_be[2]) == net->word_be[2] &&
         (address->word_be[1] & mask->word_be[1]) == net->word_be[1] &&
         (address->word_be[0] & mask->word_be[0]) == net->word_be[0];
}

// No memcmp: clang makes a call of it that no kernel has.
PN_INLINE _Bool pn_same_mac(const __u8* a, const __u8* b) {
  return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3] && a[4] == b[4] &&
         a[5] == b[5];
}

// Makes the first `bytes` readable in place. Those of local TCP always are.
PN_INLINE _Bool pn_reach(struct __sk_buff* skb, __u32 bytes) {
  if ((__u64)skb->data + bytes <= (__u64)skb->data_end) {
    return 1;
  }
  if (skb->len < bytes) {
    return 0;
  }
  return bpf_skb_pull_data(skb, bytes) == 0;
}

// `l4`: where it begins in the frame, a constant.
PN_INLINE enum pn_verdict pn_parse_tcp(struct __sk_buff* skb, struct pn_packet* packet, __u32 l4,
                                       __u32 l4_bytes) {
  if (!pn_reach(skb, l4 + sizeof(struct tcphdr))) {
    return kPnVerdictMalformed;
  }
  const struct tcphdr* tcp = (void*)(__u64)skb->data + l4;
  if ((void*)(tcp + 1) > (void*)(__u64)skb->data_end) {
    return kPnVerdictMalformed;
  }
  const __u32 header_bytes = tcp->doff * 4;
  if (header_bytes < sizeof(*tcp) || header_bytes > l4_bytes) {
    return kPnVerdictMalformed;
  }
  packet->key.source_port_be = tcp->source;
  packet->key.destination_port_be = tcp->dest;
  packet->sequence = bpf_ntohl(tcp->seq);
  packet->tcp_flags = ((const __u8*)tcp)[13];
  if (skb->gso_size) {
    packet->size = l4 - ETH_HLEN + header_bytes + skb->gso_size;
  }
  return kPnVerdictNone;
}

PN_INLINE enum pn_verdict pn_parse_udp(struct __sk_buff* skb, struct pn_packet* packet, __u32 l4,
                                       __u32 l4_bytes) {
  if (l4_bytes < sizeof(struct udphdr) || !pn_reach(skb, l4 + sizeof(struct udphdr))) {
    return kPnVerdictMalformed;
  }
  const struct udphdr* udp = (void*)(__u64)skb->data + l4;
  if ((void*)(udp + 1) > (void*)(__u64)skb->data_end) {
    return kPnVerdictMalformed;
  }
  packet->key.source_port_be = udp->source;
  packet->key.destination_port_be = udp->dest;
  packet->without_check = udp->check == 0;
  if (skb->gso_size) {
    packet->size = l4 - ETH_HLEN + sizeof(*udp) + skb->gso_size;
  }
  return kPnVerdictNone;
}

PN_INLINE enum pn_verdict pn_parse_icmp(struct __sk_buff* skb, struct pn_packet* packet,
                                        __u32 l4_bytes) {
  if (l4_bytes < sizeof(struct icmphdr) || !pn_reach(skb, kPnL4Offset + sizeof(struct icmphdr))) {
    return kPnVerdictMalformed;
  }
  const struct icmphdr* icmp = (void*)(__u64)skb->data + kPnL4Offset;
  if ((void*)(icmp + 1) > (void*)(__u64)skb->data_end) {
    return kPnVerdictMalformed;
  }
  packet->icmp_type = icmp->type;
  packet->icmp_code = icmp->code;
  switch (icmp->type) {
    case ICMP_ECHO:
      packet->key.source_port_be = icmp->un.echo.id;
      packet->key.destination_port_be = kPnEchoPortBe;
      return kPnVerdictNone;
    case ICMP_ECHOREPLY:
      packet->key.source_port_be = kPnEchoPortBe;
      packet->key.destination_port_be = icmp->un.echo.id;
      return kPnVerdictNone;
    case ICMP_DEST_UNREACH:
    case ICMP_TIME_EXCEEDED:
    case ICMP_PARAMETERPROB:
      packet->icmp_error = 1;
      return kPnVerdictNone;
    default:
      return kPnVerdictIcmpUnsupported;
  }
}

// Whether no packet of IPv6 can be made of one of IPv4: IPv6 has no UDP without a checksum (RFC
// 8200, 8.1), and of what is in other fragments none can be computed.
PN_INLINE _Bool pn_has_no_ipv6(const struct pn_packet* packet) {
  return !packet->ipv6 && (packet->fragment || packet->without_check);
}

// The first segment of a TCP connection.
PN_INLINE _Bool pn_is_syn(const struct pn_packet* packet) {
  return packet->key.protocol == IPPROTO_TCP &&
         (packet->tcp_flags & (kPnTcpSyn | kPnTcpAck | kPnTcpRst | kPnTcpFin)) == kPnTcpSyn;
}

PN_INLINE _Bool pn_is_icmp(__u8 protocol) {
  return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
}

// Of an echo: whether it is a request.
PN_INLINE _Bool pn_is_echo_request(const struct pn_packet* packet) {
  return packet->icmp_type == (packet->ipv6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO);
}

// Whether a connection may begin with it.
PN_INLINE _Bool pn_may_begin(const struct pn_packet* packet) {
  if (packet->fragment == kPnLaterFragment) {
    return 0;
  }
  return packet->key.protocol == IPPROTO_TCP ? pn_is_syn(packet)
         : pn_is_icmp(packet->key.protocol)  ? pn_is_echo_request(packet)
                                             : 1;
}
