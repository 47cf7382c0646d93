// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// Which flow entries take up room for nothing? Marked in one sweep and deleted in the next: a
// deleted element is used again at once, and a packet on another CPU may just be reading it.
#pragma once

#include "lib/meter.h"

struct pn_sweep_round {
  struct pn_sweep_report report;
  __u32 now;
  __u32 number;  // of the sweep, for pn_active
};

static long pn_sweep_flow(const void* map, struct pn_flow_key* key, struct pn_flow* flow,
                          struct pn_sweep_round* sweep) {
  pn_drain_flow(flow);
  if (flow->seen & kPnSeenDead) {
    pn_uncount(flow);
    bpf_map_delete_elem(&pn_flows, key);
    sweep->report.deleted++;
    return 0;
  }
  // A connection whose link is gone or another's now can pass nothing any more.
  _Bool over = !pn_is_still(flow->from_port, flow->from_owner) ||
               !pn_is_still(flow->to_port, flow->to_owner);
  _Bool active = 0;
  if (!over) {
    // Nothing is over sooner; half a connection is given as long: the other half may be on its way
    // in. The other direction's entry is only looked up where it matters: it may be far away.
    const _Bool young = pn_age(flow->last, sweep->now) <= pn_closed_seconds;
    const _Bool counts = pn_counts_as_active(flow);
    const struct pn_flow* other = young && !counts ? 0 : pn_other_flow(key, flow);
    over = !young && !(other && !pn_is_expired(flow, other, sweep->now));
    active = counts && other && pn_is_active(flow, other);
  }
  if (over) {
    __sync_fetch_and_or(&flow->seen, kPnSeenDead);
    sweep->report.marked++;
  } else {
    sweep->report.live++;
    if (active) {
      pn_count_active(flow, sweep->number);
    }
  }
  return 0;
}

struct pn_expire_round {
  struct pn_expire_order order;
  __u32 now;
};

// A node's connections are as if they had been swept: no packet finds them any more.
PN_INLINE _Bool pn_forget_of_node(struct pn_flow* flow, struct pn_flow* other, __u32 node_eni) {
  if (flow->node_eni != node_eni) {
    return 0;
  }
  __sync_fetch_and_or(&flow->seen, kPnSeenDead);
  __sync_fetch_and_or(&other->seen, kPnSeenDead);
  return 1;
}

// Takes the time away of a connection that has been silent for long enough: the next packet finds
// it expired, as it would after the real time.
PN_INLINE _Bool pn_expire_silent(struct pn_flow* flow, struct pn_flow* other,
                                 const struct pn_expire_round* round) {
  if (pn_age(flow->last, round->now) < round->order.idle_seconds ||
      pn_age(other->last, round->now) < round->order.idle_seconds ||
      pn_is_expired(flow, other, round->now)) {
    return 0;
  }
  const __u32 long_ago = round->now - pn_idle_limit(flow, other) - 1;
  flow->last = long_ago;
  other->last = long_ago;
  return 1;
}

// Each connection is met at its forward entry.
static long pn_expire_flow(const void* map, struct pn_flow_key* key, struct pn_flow* flow,
                           struct pn_expire_round* round) {
  if (flow->flags & kPnFlowReply || flow->seen & kPnSeenDead) {
    return 0;
  }
  struct pn_flow* other = pn_other_flow(key, flow);
  if (other && (round->order.node_eni ? pn_forget_of_node(flow, other, round->order.node_eni)
                                      : pn_expire_silent(flow, other, round))) {
    round->order.expired++;
  }
  return 0;
}
