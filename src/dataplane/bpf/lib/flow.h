// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// Tracked connections: the two entries of one, how long it lives, and how it is made and forgotten.
#pragma once

#include "lib/clock.h"
#include "lib/drain.h"

// The key of the other direction.
PN_INLINE void pn_other_key(const struct pn_flow* flow, struct pn_flow_key* key) {
  key->vpc = flow->to_vpc;
  key->source = flow->destination;
  key->destination = flow->source;
  key->source_port_be = flow->destination_port_be;
  key->destination_port_be = flow->source_port_be;
  key->protocol = flow->protocol;
  key->pad[0] = key->pad[1] = key->pad[2] = 0;
}

// The other direction's entry of the connection that `flow` at `key` is one direction of, or null.
// An entry of another connection that came to its place is not it.
static __noinline struct pn_flow* pn_other_flow(const struct pn_flow_key* key,
                                                const struct pn_flow* flow) {
  struct pn_flow_key other_key;
  if (!key || !flow) {
    return 0;
  }
  pn_other_key(flow, &other_key);
  struct pn_flow* other = bpf_map_lookup_elem(&pn_flows, &other_key);
  if (!other || other->to_vpc != key->vpc || !pn_same_addr(&other->destination, &key->source) ||
      !pn_same_addr(&other->source, &key->destination) ||
      other->destination_port_be != key->source_port_be ||
      other->source_port_be != key->destination_port_be) {
    return 0;
  }
  return other;
}

// Both sides have sent FIN, or one has sent RST.
PN_INLINE _Bool pn_is_closed(const struct pn_flow* flow, const struct pn_flow* other) {
  const __u32 either = flow->seen | other->seen;
  const __u32 both = flow->seen & other->seen;
  return flow->protocol == IPPROTO_TCP && ((either & kPnSeenRst) || (both & kPnSeenFin));
}

// How long the connection may be silent.
PN_INLINE __u32 pn_idle_limit(const struct pn_flow* flow, const struct pn_flow* other) {
  if (flow->protocol == IPPROTO_UDP && !(flow->flags & kPnFlowTarget)) {
    return flow->seen & other->seen & kPnSeenTwice ? flow->idle_seconds : pn_udp_single_seconds;
  }
  if (flow->protocol != IPPROTO_TCP) {
    return flow->idle_seconds;
  }
  if (pn_is_closed(flow, other)) {
    return pn_closed_seconds;
  }
  return (flow->seen | other->seen) & kPnSeenOpen ? flow->idle_seconds : pn_half_open_seconds;
}

PN_INLINE __u32 pn_age(__u32 last, __u32 now) {
  return (__s32)(now - last) > 0 ? now - last : 0;  // another CPU may be a second ahead
}

// Silent for longer than it may be. Half a connection is none: it is expired.
PN_INLINE _Bool pn_is_expired(const struct pn_flow* flow, const struct pn_flow* other, __u32 now) {
  const __u32 limit = pn_idle_limit(flow, other);
  return pn_age(flow->last, now) > limit && pn_age(other->last, now) > limit;
}

// Takes a forward entry out of its link's count of half-open connections, once.
PN_INLINE void pn_uncount(struct pn_flow* flow) {
  if (!(flow->seen & kPnSeenCounted)) {
    return;
  }
  if (!(__sync_fetch_and_and(&flow->seen, ~(__u32)kPnSeenCounted) & kPnSeenCounted)) {
    return;  // another CPU did it
  }
  const __u32 port = flow->from_port;
  __u32* count = bpf_map_lookup_elem(&pn_half_open, &port);
  if (count) {
    __sync_fetch_and_add(count, -1);
  }
}

// Deletes both entries of a connection.
static __noinline int pn_forget(struct pn_flow_key* key, struct pn_flow* flow) {
  if (!key || !flow) {
    return 0;
  }
  struct pn_flow* other = pn_other_flow(key, flow);
  struct pn_flow_key other_key;
  pn_other_key(flow, &other_key);
  pn_uncount(flow);
  pn_drain_flow(flow);
  if (other) {
    pn_uncount(other);
    pn_drain_flow(other);
    bpf_map_delete_elem(&pn_flows, &other_key);
  }
  bpf_map_delete_elem(&pn_flows, key);
  return 0;
}

// Whether the link still belongs to the interface.
PN_INLINE _Bool pn_is_still(__u32 port, __u32 owner) {
  const struct pn_port* at = bpf_map_lookup_elem(&pn_ports, &port);
  return at && at->kind != kPnPortNone && at->owner == owner;
}

PN_INLINE __u64 pn_generation_of(enum pn_generation which) {
  const __u32 key = which;
  const __u64* generation = bpf_map_lookup_elem(&pn_generations, &key);
  return generation ? *generation : 0;
}

// What cuts a connection: its endpoint's or its target's state.
PN_INLINE enum pn_verdict pn_check_endpoint(const struct pn_flow* flow) {
  const __u32 number = flow->endpoint;
  const struct pn_endpoint* endpoint = bpf_map_lookup_elem(&pn_endpoints, &number);
  if (!endpoint) {
    return kPnVerdictEndpointMissing;
  }
  if (endpoint->state != kPnEndpointForwarding) {
    return kPnVerdictEndpointNotAccepted;
  }
  return endpoint->connection == flow->connection ? kPnVerdictNone : kPnVerdictConnectionReplaced;
}

PN_INLINE enum pn_verdict pn_check_target(const struct pn_flow* flow) {
  const __u32 number = flow->target;
  const struct pn_target* target = bpf_map_lookup_elem(&pn_targets, &number);
  return target && target->state == kPnTargetOpen ? kPnVerdictNone : kPnVerdictTargetClosed;
}

PN_INLINE enum pn_verdict pn_check_cut(const struct pn_flow* flow) {
  if (flow->flags & kPnFlowEndpoint) {
    const enum pn_verdict verdict = pn_check_endpoint(flow);
    if (verdict != kPnVerdictNone) {
      return verdict;
    }
  }
  return flow->flags & kPnFlowTarget ? pn_check_target(flow) : kPnVerdictNone;
}

// Whether `flow` at `key` no longer stands for a live connection: swept, expired, cut, or the link
// at one of its ends belongs to another interface now.
static __noinline _Bool pn_is_stale(const struct pn_flow_key* key, const struct pn_flow* flow) {
  if (!key || !flow) {
    return 1;
  }
  if (flow->seen & kPnSeenDead) {
    return 1;
  }
  if (!pn_is_still(flow->from_port, flow->from_owner) ||
      !pn_is_still(flow->to_port, flow->to_owner) || pn_check_cut(flow) != kPnVerdictNone) {
    return 1;
  }
  const struct pn_flow* other = pn_other_flow(key, flow);
  const __u32 now = pn_now();
  if (!other) {  // it may be on its way in
    return pn_age(flow->last, now) > pn_closed_seconds;
  }
  return pn_is_closed(flow, other) || pn_is_expired(flow, other, now);
}
