// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// Counting what endpoints and load balancers carry, for CloudWatch's metrics. Only their packets
// pay for it: one look-up each.
#pragma once

#include "lib/traffic.h"

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_HASH);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __uint(max_entries, 1 << 16);
  __type(key, struct pn_meter_key);
  __type(value, struct pn_meter);
} pn_meters SEC(".maps");

PN_HASH(pn_active, struct pn_meter_key, struct pn_active, 1 << 16);
PN_ARRAY(pn_active_round, BPF_MAP_TYPE_ARRAY, __u32, 1);

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

// A packet that goes on as `flow` says; a health check's apart. Bytes are those that it came with.
__noinline int pn_meter_forwarded(const struct pn_packet* packet, const struct pn_flow* flow,
                                  __u32 frame_bytes, __u32 segment_bytes) {
  if (!packet || !flow) {
    return 0;
  }
  // Nobody else's packets come from a node to no listener's targets.
  const struct pn_meter_key key =
      pn_meter_key_of(flow, flow->listener ? kPnVerdictFlowForwarded : kPnVerdictProbeAdmitted);
  struct pn_meter* meter = pn_meter_at(&key);
  if (meter) {
    const struct pn_traffic_size size = pn_size_of(packet, frame_bytes, segment_bytes);
    meter->packets += size.packets;
    meter->bytes += size.bytes;
    meter->resets += packet->tcp_flags & kPnTcpRst ? 1 : 0;
  }
  return 0;
}

// The first packet of a connection.
__noinline int pn_meter_admitted(const struct pn_flow* flow, __u32 verdict) {
  if (!flow || !flow->listener) {
    return 0;
  }
  const struct pn_meter_key key = pn_meter_key_of(flow, verdict);
  struct pn_meter* meter = pn_meter_at(&key);
  if (meter) {
    meter->packets += 1;
  }
  return 0;
}

// Whether a refusal may be of a packet to an endpoint or a load balancer, or of one of its
// connections: verdicts.def has those that come before any of both at its top.
PN_INLINE _Bool pn_is_metered(enum pn_verdict verdict) {
  return verdict >= kPnVerdictEndpointIngressDenied;
}

// The endpoint and the node that a packet of no connection is addressed to.
PN_INLINE _Bool pn_meter_destination(const struct pn_packet* packet, struct pn_meter_key* key) {
  const struct pn_addr_key at = {.vpc = packet->key.vpc, .address = packet->key.destination};
  const struct pn_addr_info* info = bpf_map_lookup_elem(&pn_addrs, &at);
  if (!info) {
    return 0;
  }
  if (info->kind == kPnAddrNode) {
    key->node_eni = info->eni;
    return 1;
  }
  if (info->kind != kPnAddrEndpoint) {
    return 0;
  }
  const __u32 number = info->eni;
  const struct pn_endpoint* endpoint = bpf_map_lookup_elem(&pn_endpoints, &number);
  key->endpoint = number;
  key->node_eni = endpoint ? endpoint->node_eni : 0;
  return 1;
}

// A packet that was refused; `resets`: how many RST went back for it.
__noinline int pn_meter_refused(const struct pn_packet* packet, __u32 verdict, __u32 frame_bytes,
                                __u32 segment_bytes, __u32 resets) {
  if (!packet) {
    return 0;
  }
  struct pn_meter_key key = {.verdict = verdict, .protocol = packet->key.protocol};
  const struct pn_flow_key flow_key = packet->key;
  const struct pn_flow* flow = bpf_map_lookup_elem(&pn_flows, &flow_key);
  if (flow && flow->node_eni) {
    key = pn_meter_key_of(flow, verdict);
  } else if (!pn_meter_destination(packet, &key)) {
    return 0;
  }
  struct pn_meter* meter = pn_meter_at(&key);
  if (meter) {
    const struct pn_traffic_size size = pn_size_of(packet, frame_bytes, segment_bytes);
    meter->packets += size.packets;
    meter->bytes += size.bytes;
    meter->resets += resets;
  }
  return 0;
}

// Whether both entries stand for a connection that is neither closed nor cut, through a load
// balancer; health checks are not.
PN_INLINE _Bool pn_is_active(const struct pn_flow* flow, const struct pn_flow* other) {
  return !(flow->flags & kPnFlowReply) && flow->listener && !pn_is_closed(flow, other) &&
         pn_check_cut(flow) == kPnVerdictNone;
}

// Counts a connection of sweep number `round`.
static __noinline int pn_count_active(const struct pn_flow* flow, __u32 round) {
  if (!flow) {
    return 0;
  }
  const struct pn_meter_key key = pn_meter_key_of(flow, kPnVerdictNone);
  struct pn_active* active = bpf_map_lookup_elem(&pn_active, &key);
  if (active && active->round == round) {
    active->connections++;
    return 0;
  }
  const struct pn_active first = {.round = round, .connections = 1};
  bpf_map_update_elem(&pn_active, &key, &first, BPF_ANY);
  return 0;
}
