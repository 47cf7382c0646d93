// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// Counting what endpoints and load balancers carry, for CloudWatch's metrics. Only their packets
// pay for it.
#pragma once

#include "lib/drain.h"
#include "lib/traffic.h"

PN_HASH(pn_active, struct pn_meter_key, struct pn_active, 1 << 16);
PN_ARRAY(pn_active_round, BPF_MAP_TYPE_ARRAY, __u32, 1);

// A RST that goes on as `flow` says.
static __noinline int pn_meter_reset(const struct pn_flow* flow) {
  if (!flow) {
    return 0;
  }
  struct pn_meter* meter = pn_meter_of(flow, pn_meter_verdict_of(flow));
  if (meter) {
    meter->resets += 1;
  }
  return 0;
}

// A packet that goes on as `flow` says. Bytes are those that it came with. Counted in its entry,
// which is at hand: pn_meters would have to be looked up.
PN_INLINE void pn_meter_forwarded(const struct pn_packet* packet, struct pn_flow* flow,
                                  __u32 frame_bytes, __u32 segment_bytes) {
  const struct pn_traffic_size size = pn_size_of(packet, frame_bytes, segment_bytes);
  __sync_fetch_and_add(&flow->packets, size.packets);
  __sync_fetch_and_add(&flow->bytes, size.bytes);
  if (packet->tcp_flags & kPnTcpRst) {
    pn_meter_reset(flow);
  }
}

// The first packet of a connection.
__noinline int pn_meter_admitted(const struct pn_flow* flow, __u32 verdict) {
  if (!flow || !flow->listener) {
    return 0;
  }
  struct pn_meter* meter = pn_meter_of(flow, verdict);
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

// Whether a connection through a load balancer is counted at this entry of it; health checks are
// not.
PN_INLINE _Bool pn_counts_as_active(const struct pn_flow* flow) {
  return !(flow->flags & kPnFlowReply) && flow->listener;
}

// Whether both entries stand for a connection that is neither closed nor cut.
PN_INLINE _Bool pn_is_active(const struct pn_flow* flow, const struct pn_flow* other) {
  return !pn_is_closed(flow, other) && pn_check_cut(flow) == kPnVerdictNone;
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
