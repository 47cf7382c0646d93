// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// pn_meters, and how what flow entries have counted comes there. [docs/adr/0029]
#pragma once

#include "lib/packet.h"

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_HASH);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __uint(max_entries, 1 << 16);
  __type(key, struct pn_meter_key);
  __type(value, struct pn_meter);
} pn_meters SEC(".maps");

// This CPU's, made if there is none; null if there is no room. `key` is on the caller's stack:
// older kernels take no other as a key.
PN_INLINE struct pn_meter* pn_meter_at(const struct pn_meter_key* key) {
  struct pn_meter* meter = bpf_map_lookup_elem(&pn_meters, key);
  if (meter) {
    return meter;
  }
  const struct pn_meter none = {};
  bpf_map_update_elem(&pn_meters, key, &none, BPF_NOEXIST);
  return bpf_map_lookup_elem(&pn_meters, key);
}

PN_INLINE struct pn_meter_key pn_meter_key_of(const struct pn_flow* flow, __u32 verdict) {
  const struct pn_meter_key key = {.endpoint = flow->endpoint,
                                   .node_eni = flow->node_eni,
                                   .target = flow->target,
                                   .verdict = verdict,
                                   .protocol = flow->protocol,
                                   .reply = !!(flow->flags & kPnFlowReply)};
  return key;
}

PN_INLINE struct pn_meter* pn_meter_of(const struct pn_flow* flow, __u32 verdict) {
  const struct pn_meter_key key = pn_meter_key_of(flow, verdict);
  return pn_meter_at(&key);
}

// A health check's packets are told apart: nobody else's come from a node to no listener's targets.
PN_INLINE enum pn_verdict pn_meter_verdict_of(const struct pn_flow* flow) {
  return flow->listener ? kPnVerdictFlowForwarded : kPnVerdictProbeAdmitted;
}

// Before an entry is deleted, and now and then. The sums are added in one go each: packets may
// interrupt who does it outside of them.
static __noinline int pn_drain_flow(struct pn_flow* flow) {
  if (!flow || !flow->packets) {
    return 0;
  }
  const __u64 packets = __sync_lock_test_and_set(&flow->packets, 0);
  const __u64 bytes = __sync_lock_test_and_set(&flow->bytes, 0);
  struct pn_meter* meter = pn_meter_of(flow, pn_meter_verdict_of(flow));
  if (meter) {
    __sync_fetch_and_add(&meter->packets, packets);
    __sync_fetch_and_add(&meter->bytes, bytes);
  }
  return 0;
}

static long pn_drain_entry(const void* map, struct pn_flow_key* key, struct pn_flow* flow,
                           void* context) {
  pn_drain_flow(flow);
  return 0;
}
