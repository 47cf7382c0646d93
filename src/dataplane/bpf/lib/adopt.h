// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// Taking connections over from the flow table of an older layout, while packets already meet this
// one. [docs/adr/0014]
#pragma once

#include <errno.h>

#include "lib/flow.h"

// The daemon fills it before each run of pn_adopt.
struct pn_adoption pn_adoptions[kPnAdoptions];

PN_INLINE _Bool pn_is_same_flow(const struct pn_flow* one, const struct pn_flow* other) {
  return one->to_vpc == other->to_vpc && pn_same_addr(&one->source, &other->source) &&
         pn_same_addr(&one->destination, &other->destination) &&
         one->source_port_be == other->source_port_be &&
         one->destination_port_be == other->destination_port_be;
}

// It was taken over before, and packets may have passed in the older table since then.
PN_INLINE void pn_catch_up(struct pn_flow* flow, const struct pn_flow* older) {
  if (!(older->seen & kPnSeenCounted)) {
    pn_uncount(flow);
  }
  __sync_fetch_and_or(&flow->seen, older->seen & ~(__u32)(kPnSeenCounted | kPnSeenDead));
  if ((__s32)(older->last - flow->last) > 0) {
    flow->last = older->last;
  }
}

static long pn_adopt_flow(__u32 index, struct pn_adopt_report* report) {
  if (index >= kPnAdoptions) {
    return 1;
  }
  struct pn_adoption* adoption = &pn_adoptions[index];
  struct pn_flow* flow = bpf_map_lookup_elem(&pn_flows, &adoption->key);
  if (flow) {
    if (pn_is_same_flow(flow, &adoption->flow)) {
      pn_catch_up(flow, &adoption->flow);
    }
    return 0;
  }
  const int error = bpf_map_update_elem(&pn_flows, &adoption->key, &adoption->flow, BPF_NOEXIST);
  if (error) {
    report->refused += error != -EEXIST;  // its first packet here came before it
    return 0;
  }
  report->adopted++;
  if (adoption->flow.seen & kPnSeenCounted) {
    const __u32 port = adoption->flow.from_port;
    __u32* half_open = bpf_map_lookup_elem(&pn_half_open, &port);
    if (half_open) {
      __sync_fetch_and_add(half_open, 1);
    }
  }
  return 0;
}

// Whether connections are still being taken over: one that has no entry may be among them.
PN_INLINE _Bool pn_is_adopting(void) {
  const __u32 zero = 0;
  const struct pn_meta* meta = bpf_map_lookup_elem(&pn_meta, &zero);
  return meta && meta->adopting;
}
