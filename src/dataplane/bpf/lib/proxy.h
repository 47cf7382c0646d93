// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// PROXY protocol, version 2: before the client's first bytes the target is told who the client is,
// in the middle of a TCP connection that nobody terminates.
// [NLB guide, "Proxy protocol"; "The PROXY protocol", version 2]
//
// When the first segment with bytes passes, a segment of our own with the header goes before it,
// at the same sequence number; all that the client sends from there on moves up by the header's
// length, and all that the target acknowledges down. A client that sends those bytes again, before
// the target has acknowledged the header, gets it sent again.
#pragma once

#include "lib/reset.h"
#include "lib/track.h"

enum {
  // As AWS pads it: with CRC and endpoint id, 100 bytes; without an endpoint, 40. Addresses of IPv6
  // take 24 more.
  kPnProxyEndpointBytes = 100,
  kPnProxyPlainBytes = 40,
  kPnProxyIpv6Bytes = 24,
  kPnProxyBytesMax = kPnProxyEndpointBytes + kPnProxyIpv6Bytes,
  kPnProxyNoOperation = 0x04,
  kPnProxyCrc32c = 0x03,
  kPnProxyAws = 0xea,            // PP2_TYPE_AWS
  kPnProxyAwsEndpointId = 0x01,  // PP2_SUBTYPE_AWS_VPCE_ID
};

// A segment with nothing but the header.
struct pn_proxy_segment {
  __u8 tcp[60];
  __u8 header[kPnProxyBytesMax];
};

PN_ARRAY(pn_proxy_scratch, BPF_MAP_TYPE_PERCPU_ARRAY, struct pn_proxy_segment, 1);

// CRC-32C of four bits.
static const __u32 pn_crc32c_nibble[16] = {
    0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
    0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

// A global function, so that it is verified once.
__noinline __u32 pn_crc32c(const struct pn_proxy_segment* segment, __u32 bytes) {
  __u32 crc = ~0u;
  if (!segment) {
    return 0;
  }
  for (__u32 i = 0; i < kPnProxyBytesMax; i++) {
    if (i >= bytes) {
      break;
    }
    crc ^= segment->header[i];
    crc = crc >> 4 ^ pn_crc32c_nibble[crc & 15];
    crc = crc >> 4 ^ pn_crc32c_nibble[crc & 15];
  }
  return ~crc;
}

// What follows the addresses: CRC, endpoint id, and bytes that mean nothing.
PN_INLINE void pn_fill_proxy_extras(__u8* extras, const struct pn_flow* flow) {
  extras[0] = kPnProxyCrc32c;
  extras[2] = 4;
  if (flow->flags & kPnFlowEndpoint) {
    const __u32 number = flow->endpoint;
    const struct pn_endpoint* endpoint = bpf_map_lookup_elem(&pn_endpoints, &number);
    extras[7] = kPnProxyAws;
    extras[9] = 1 + kPnEndpointIdBytes;
    extras[10] = kPnProxyAwsEndpointId;
    if (endpoint) {
      __builtin_memcpy(extras + 11, endpoint->id, kPnEndpointIdBytes);
    }
    extras[33] = kPnProxyNoOperation;
    extras[35] = kPnProxyEndpointBytes - 64;
  } else {
    extras[7] = kPnProxyNoOperation;
    extras[9] = kPnProxyPlainBytes - 38;
  }
}

// The header of the connection that `packet` began, whose flow entry is `flow`.
static __noinline int pn_fill_proxy_header(struct pn_proxy_segment* segment,
                                           const struct pn_packet* packet,
                                           const struct pn_flow* flow) {
  if (!segment || !packet || !flow) {
    return 0;
  }
  const __u8 start[16] = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51,
                          0x55, 0x49, 0x54, 0x0a, 0x21, 0x11, 0x00, 0x00};
  __u8* header = segment->header;
  __builtin_memset(header, 0, sizeof(segment->header));
  __builtin_memcpy(header, start, sizeof(start));
  header[15] = flow->proxy_bytes - 16;
  __u32 crc_at = 31;
  if (packet->ipv6) {
    header[13] = 0x21;
    __builtin_memcpy(header + 16, &packet->key.source, 16);
    __builtin_memcpy(header + 32, &packet->key.destination, 16);
    __builtin_memcpy(header + 48, &packet->key.source_port_be, 2);
    __builtin_memcpy(header + 50, &packet->key.destination_port_be, 2);
    pn_fill_proxy_extras(header + 52, flow);
    crc_at += kPnProxyIpv6Bytes;
  } else {
    __builtin_memcpy(header + 16, &packet->key.source.word_be[3], 4);
    __builtin_memcpy(header + 20, &packet->key.destination.word_be[3], 4);
    __builtin_memcpy(header + 24, &packet->key.source_port_be, 2);
    __builtin_memcpy(header + 26, &packet->key.destination_port_be, 2);
    pn_fill_proxy_extras(header + 28, flow);
  }
  const __u32 crc_be = bpf_htonl(pn_crc32c(segment, flow->proxy_bytes));
  __builtin_memcpy(header + crc_at, &crc_be, 4);
  return 0;
}

// Writes into the IP header how long the packet is.
PN_INLINE _Bool pn_write_length(struct __sk_buff* skb, __u32 l4, __u32 l4_bytes) {
  if (l4 == kPnL4OffsetIpv6) {
    const __u16 payload_be = bpf_htons(l4_bytes);
    return bpf_skb_store_bytes(skb, kPnIpOffset + offsetof(struct ipv6hdr, payload_len),
                               &payload_be, sizeof(payload_be), 0) == 0;
  }
  struct iphdr ip;
  if (bpf_skb_load_bytes(skb, kPnIpOffset, &ip, sizeof(ip)) != 0) {
    return 0;
  }
  ip.tot_len = bpf_htons(sizeof(ip) + l4_bytes);
  ip.check = 0;
  ip.check = ~pn_fold(bpf_csum_diff(0, 0, (__be32*)&ip, sizeof(ip), 0));
  return bpf_skb_store_bytes(skb, kPnIpOffset, &ip, sizeof(ip), 0) == 0;
}

// The segment as the target gets it: `skb` is cut back to its headers, and the PROXY header is put
// behind them.
static __noinline _Bool pn_make_proxy_segment(struct __sk_buff* skb, const struct pn_flow* flow,
                                              struct pn_proxy_segment* segment) {
  if (!flow || !segment) {
    return 0;
  }
  __u32 bytes = flow->proxy_bytes;
  const __u32 l4 = pn_l4_of(flow);
  const struct tcphdr* tcp = (void*)(__u64)skb->data + l4;
  if ((void*)(tcp + 1) > (void*)(__u64)skb->data_end || bytes < kPnProxyPlainBytes) {
    return 0;
  }
  // Two comparisons: of the one that the compiler would make of them, the verifier learns nothing.
  asm volatile("" : "+r"(bytes));
  if (bytes > kPnProxyBytesMax) {
    return 0;
  }
  const __u32 tcp_bytes = tcp->doff * 4;
  if (tcp_bytes < sizeof(*tcp) || tcp_bytes > sizeof(segment->tcp)) {
    return 0;
  }
  // Down to the headers first: what was several segments in one (GSO) is one then.
  if (bpf_skb_change_tail(skb, l4 + tcp_bytes, 0) != 0 ||
      bpf_skb_change_tail(skb, l4 + tcp_bytes + bytes, 0) != 0) {
    return 0;
  }
  __builtin_memset(segment->tcp, 0, sizeof(segment->tcp));
  if (bpf_skb_load_bytes(skb, l4, segment->tcp, tcp_bytes) != 0) {
    return 0;
  }
  struct tcphdr* new_tcp = (void*)segment->tcp;
  new_tcp->seq = bpf_htonl(flow->first_sequence + 1);
  new_tcp->fin = 0;
  new_tcp->urg = 0;
  new_tcp->psh = 1;
  new_tcp->check = 0;
  if (!pn_write_length(skb, l4, tcp_bytes + bytes) ||
      bpf_skb_store_bytes(skb, l4, segment->tcp, tcp_bytes, 0) != 0 ||
      bpf_skb_store_bytes(skb, l4 + tcp_bytes, segment->header, bytes, 0) != 0) {
    return 0;
  }
  const __u32 pseudo_sum = pn_pseudo_sum(&flow->source, &flow->destination, tcp_bytes + bytes);
  __u16 check = pn_fold(pseudo_sum);
  if (!pn_check_is_partial(skb, l4 + kPnTcpCheckAt)) {
    // What lies behind either part's end is zeros.
    __u32 sum = bpf_csum_diff(0, 0, (__be32*)segment->tcp, sizeof(segment->tcp), pseudo_sum);
    sum = bpf_csum_diff(0, 0, (__be32*)segment->header, sizeof(segment->header), sum);
    check = ~pn_fold(sum);
  }
  return bpf_skb_store_bytes(skb, l4 + kPnTcpCheckAt, &check, sizeof(check), 0) == 0;
}

// Of the TCP header at `l4`.
PN_INLINE void pn_change_word(struct __sk_buff* skb, __u32 l4, __u32 offset, __u32 old_be,
                              __u32 new_be, _Bool straddles) {
  bpf_skb_store_bytes(skb, offset, &new_be, sizeof(new_be), 0);
  bpf_l4_csum_replace(skb, l4 + kPnTcpCheckAt, straddles ? pn_straddled(old_be) : old_be,
                      straddles ? pn_straddled(new_be) : new_be, sizeof(new_be));
}

enum { kPnSequenceAt = 4, kPnAcknowledgementAt = 8 };

PN_INLINE void pn_move_sequence(struct __sk_buff* skb, const struct pn_packet* packet,
                                const struct pn_flow* flow) {
  const __u32 l4 = pn_l4_of(flow);
  pn_change_word(skb, l4, l4 + kPnSequenceAt, bpf_htonl(packet->sequence),
                 bpf_htonl(packet->sequence + flow->proxy_bytes), 0);
}

// Data in a SYN (TCP Fast Open) would come before the header. The option becomes one that nobody
// knows, so that the target waits for the data until the connection stands.
PN_INLINE void pn_hide_fast_open(struct __sk_buff* skb, __u32 l4) {
  struct pn_option_walk walk = {.l4 = l4, .kind = kPnOptionFastOpen};
  if (!pn_find_option(skb, &walk)) {
    return;
  }
  const __u32 at = walk.found - 2;
  const __u8 unknown = 253;  // for experiments (RFC 4727)
  const __u16 old = at & 1 ? bpf_htons(kPnOptionFastOpen) : bpf_htons(kPnOptionFastOpen << 8);
  const __u16 new = at & 1 ? bpf_htons(unknown) : bpf_htons(unknown << 8);
  bpf_skb_store_bytes(skb, l4 + kPnTcpOptionsAt + at, &unknown, sizeof(unknown), 0);
  bpf_l4_csum_replace(skb, l4 + kPnTcpCheckAt, old, new, sizeof(old));
}

// A client that begins again from the same port has another first number.
PN_INLINE void pn_begin_proxy(struct __sk_buff* skb, const struct pn_packet* packet,
                              struct pn_flow* flow) {
  pn_hide_fast_open(skb, pn_l4_of(flow));
  if (flow->first_sequence == packet->sequence) {
    return;
  }
  struct pn_flow* other = pn_other_flow(&packet->key, flow);
  flow->first_sequence = packet->sequence;
  if (other) {
    other->first_sequence = packet->sequence;
  }
  __sync_fetch_and_and(&flow->seen, ~(__u32)(kPnSeenHeaderSent | kPnSeenHeaderDone));
}

PN_INLINE _Bool pn_has_payload(const struct __sk_buff* skb, __u32 l4) {
  const struct tcphdr* tcp = (void*)(__u64)skb->data + l4;
  if ((void*)(tcp + 1) > (void*)(__u64)skb->data_end) {
    return 0;
  }
  // By the packet's own length: a frame may be padded. (0: segments of more than 64 kB in all.)
  const _Bool ipv6 = l4 == kPnL4OffsetIpv6;
  __u16 length_be = 0;
  bpf_skb_load_bytes(skb, kPnIpOffset + (ipv6 ? 4 : 2), &length_be, sizeof(length_be));
  const __u32 header = ipv6 ? 0 : sizeof(struct iphdr);
  const __u32 bytes = length_be ? bpf_ntohs(length_be) : skb->len - l4 + header;
  return bytes > header + tcp->doff * 4;
}

// From the client. The packet has been made into what arrives, but for this.
static __noinline _Bool pn_proxy_forward(struct __sk_buff* skb, const struct pn_packet* packet,
                                         struct pn_flow* flow) {
  if (!packet || !flow) {
    return 0;
  }
  if (flow->seen & kPnSeenHeaderDone) {
    pn_move_sequence(skb, packet, flow);
    return 1;
  }
  if (packet->tcp_flags & kPnTcpSyn) {
    pn_begin_proxy(skb, packet, flow);
    return 1;
  }
  const __s32 position = packet->sequence - (flow->first_sequence + 1);
  const _Bool first_bytes = position == 0 && pn_has_payload(skb, pn_l4_of(flow));
  if (position > 0 || first_bytes) {
    pn_move_sequence(skb, packet, flow);
  }
  if (!first_bytes) {
    return 1;
  }
  const __u32 zero = 0;
  struct pn_proxy_segment* segment = bpf_map_lookup_elem(&pn_proxy_scratch, &zero);
  if (!segment) {
    return 0;
  }
  __sync_fetch_and_or(&flow->seen, kPnSeenHeaderSent);
  // The bytes themselves go as a copy, and arrive after what goes on here. Should there be no
  // memory for it, the client will send them again.
  bpf_clone_redirect(skb, packet->to_port, 0);
  pn_fill_proxy_header(segment, packet, flow);
  return pn_make_proxy_segment(skb, flow, segment);
}

struct pn_sack_walk {
  struct __sk_buff* skb;
  __u32 l4;
  __u32 at;  // of the next edge, in the frame
  __u32 end;
  __u32 by;
  __u32 first;  // no edge is before it, if `has_first`
  __u32 has_first;
};

static long pn_move_edge(__u32 index, struct pn_sack_walk* walk) {
  if (walk->at + 4 > walk->end) {
    return 1;
  }
  __u32 edge_be = 0;
  if (bpf_skb_load_bytes(walk->skb, walk->at, &edge_be, sizeof(edge_be)) != 0) {
    return 1;
  }
  __u32 edge = bpf_ntohl(edge_be) - walk->by;
  if (walk->has_first && (__s32)(edge - walk->first) < 0) {
    edge = walk->first;
  }
  pn_change_word(walk->skb, walk->l4, walk->at, edge_be, bpf_htonl(edge), walk->at & 1);
  walk->at += 4;
  return 0;
}

// What the target has got out of order (RFC 2018), in the client's numbers.
static __noinline int pn_move_sack(struct __sk_buff* skb, const struct pn_flow* flow, __u32 first,
                                   _Bool has_first) {
  if (!flow) {
    return 0;
  }
  const __u32 l4 = pn_l4_of(flow);
  struct pn_option_walk option = {.l4 = l4, .kind = kPnOptionSack};
  if (!pn_find_option(skb, &option)) {
    return 0;
  }
  struct pn_sack_walk walk = {.skb = skb,
                              .l4 = l4,
                              .at = l4 + kPnTcpOptionsAt + option.found,
                              .end = l4 + kPnTcpOptionsAt + option.found + option.length - 2,
                              .by = flow->proxy_bytes,
                              .first = first,
                              .has_first = has_first};
  bpf_loop(8, pn_move_edge, &walk, 0);
  return 0;
}

// From the target.
static __noinline _Bool pn_proxy_reply(struct __sk_buff* skb, const struct pn_packet* packet,
                                       struct pn_flow* flow) {
  if (!packet || !flow) {
    return 0;
  }
  const __u32 l4 = pn_l4_of(flow);
  const struct tcphdr* tcp = (void*)(__u64)skb->data + l4;
  if ((void*)(tcp + 1) > (void*)(__u64)skb->data_end) {
    return 0;
  }
  if (!(packet->tcp_flags & kPnTcpAck)) {
    return 1;
  }
  const __u32 by = flow->proxy_bytes;
  const __u32 acknowledged = bpf_ntohl(tcp->ack_seq);
  __u32 moved = acknowledged - by;
  const __u32 first = flow->first_sequence + 1;
  const _Bool done = flow->seen & kPnSeenHeaderDone;
  if (!done) {
    struct pn_flow* forward = pn_other_flow(&packet->key, flow);
    if (!forward || !(forward->seen & kPnSeenHeaderSent)) {
      return 1;
    }
    const __s32 position = acknowledged - first;
    if (position >= (__s32)by) {
      // From here on without comparing: numbers that are 2 GiB apart compare wrongly.
      __sync_fetch_and_or(&forward->seen, kPnSeenHeaderDone);
      __sync_fetch_and_or(&flow->seen, kPnSeenHeaderDone);
    } else {
      moved = position > 0 ? first : acknowledged;
    }
  }
  pn_change_word(skb, l4, l4 + kPnAcknowledgementAt, bpf_htonl(acknowledged), bpf_htonl(moved), 0);
  pn_move_sack(skb, flow, first, !done);
  return 1;
}

// Puts the header into the connection. False: the packet cannot go on.
PN_INLINE _Bool pn_proxy(struct __sk_buff* skb, const struct pn_packet* packet,
                         struct pn_flow* flow) {
  return flow->flags & kPnFlowReply ? pn_proxy_reply(skb, packet, flow)
                                    : pn_proxy_forward(skb, packet, flow);
}
