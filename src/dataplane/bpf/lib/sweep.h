// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// Which flow entries take up room for nothing? Marked in one sweep and deleted in the next: a
// deleted element is used again at once, and a packet on another CPU may just be reading it.
#pragma once

#include "lib/flow.h"

struct pn_sweep_round {
  struct pn_sweep_report report;
  __u32 now;
};

static long pn_sweep_flow(const void* map, struct pn_flow_key* key, struct pn_flow* flow,
                          struct pn_sweep_round* sweep) {
  if (flow->seen & kPnSeenDead) {
    pn_uncount(flow);
    bpf_map_delete_elem(&pn_flows, key);
    sweep->report.deleted++;
    return 0;
  }
  // A connection whose link is gone or another's now can pass nothing any more.
  _Bool over = !pn_is_still(flow->from_port, flow->from_owner) ||
               !pn_is_still(flow->to_port, flow->to_owner);
  if (!over) {
    const struct pn_flow* other = pn_other_flow(key, flow);
    // Half a connection is given a moment: the other half may be on its way in.
    over = other ? pn_is_expired(flow, other, sweep->now)
                 : pn_age(flow->last, sweep->now) > pn_closed_seconds;
  }
  if (over) {
    __sync_fetch_and_or(&flow->seen, kPnSeenDead);
    sweep->report.marked++;
  } else {
    sweep->report.live++;
  }
  return 0;
}
