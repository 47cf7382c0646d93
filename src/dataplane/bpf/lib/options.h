// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// TCP options: finding one, and changing what it says.
#pragma once

#include "lib/packet.h"

// From where the TCP header begins.
enum {
  kPnTcpCheckAt = 16,
  kPnTcpOptionsAt = sizeof(struct tcphdr),
  kPnTcpOptionsMax = 40,
  kPnOptionEnd = 0,
  kPnOptionNothing = 1,
  kPnOptionMss = 2,
  kPnOptionSack = 5,
  kPnOptionFastOpen = 34,
};

struct pn_option_walk {
  __u8 options[64];
  __u32 size;
  __u32 at;
  __u32 l4;     // where the TCP header begins in the frame
  __u32 kind;   // that is looked for
  __u32 found;  // 0: none; else offset of its value, which is never before 2
  __u32 length;
};

// One TCP option a round. As a callback, because an open loop over a variable offset takes the
// verifier 200 000 instructions (6.18, clang 19).
static long pn_walk_option(__u32 index, struct pn_option_walk* walk) {
  const __u32 at = walk->at;
  if (at >= walk->size || at >= kPnTcpOptionsMax) {
    return 1;
  }
  const __u8 kind = walk->options[at & 63];
  if (kind == kPnOptionEnd) {
    return 1;
  }
  if (kind == kPnOptionNothing) {
    walk->at = at + 1;
    return 0;
  }
  const __u8 length = walk->options[(at + 1) & 63];
  if (length < 2) {
    return 1;
  }
  if (kind == walk->kind && at + length <= walk->size) {
    walk->found = at + 2;
    walk->length = length;
    return 1;
  }
  walk->at = at + length;
  return 0;
}

// Whether the segment has an option of `walk->kind`; where, in `walk`.
static __noinline _Bool pn_find_option(struct __sk_buff* skb, struct pn_option_walk* walk) {
  if (!walk) {
    return 0;
  }
  const __u32 l4 = walk->l4;
  const struct tcphdr* tcp = (void*)(__u64)skb->data + (l4 & 63);
  if ((void*)(tcp + 1) > (void*)(__u64)skb->data_end) {
    return 0;
  }
  __u32 size = tcp->doff * 4 - sizeof(*tcp);
  if (size < 4) {
    return 0;
  }
  // Two comparisons: of the one that the compiler would make of them, 6.1 learns no lower bound.
  asm volatile("" : "+r"(size));
  if (size > kPnTcpOptionsMax ||
      bpf_skb_load_bytes(skb, l4 + kPnTcpOptionsAt, walk->options, size) != 0) {
    return 0;
  }
  walk->size = size;
  bpf_loop(kPnTcpOptionsMax, pn_walk_option, walk, 0);
  // The value of an option of nothing else may be behind all of them.
  return walk->found != 0 && walk->found <= kPnTcpOptionsMax;
}

// Where the segment's TCP header begins, as it is sent on.
PN_INLINE __u32 pn_l4_of(const struct pn_flow* flow) {
  return flow->flags & kPnFlowToIpv6 ? kPnL4OffsetIpv6 : kPnL4Offset;
}

// What a byte sequence adds to a checksum when it begins in the middle of one of its words.
PN_INLINE __u32 pn_straddled(__u32 word) {
  return (word & 0x00ff00ff) << 8 | (word >> 8 & 0x00ff00ff);
}
