// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// Which target gets a new connection? A hash over what the NLB hashes draws from the node's list;
// pn_choice in dataplane/layout/layout.h says how.
// [NLB guide, "Network Load Balancer overview": protocol, addresses, ports and TCP sequence number]
#pragma once

#include "lib/packet.h"

PN_INLINE __u32 pn_mix(__u32 hash, __u32 word) {
  hash ^= word * 0xcc9e2d51u;
  hash = (hash << 13 | hash >> 19) * 0x1b873593u;
  return hash ^ hash >> 16;
}

PN_INLINE __u32 pn_connection_hash(const struct pn_flow_key* key, __u32 sequence) {
  __u32 hash = pn_mix(key->vpc, key->protocol);
  for (int i = 0; i < 4; i++) {
    hash = pn_mix(hash, key->source.word_be[i]);
    hash = pn_mix(hash, key->destination.word_be[i]);
  }
  hash = pn_mix(hash, (__u32)key->source_port_be << 16 | key->destination_port_be);
  hash = pn_mix(hash, sequence);
  hash ^= hash >> 15;
  hash *= 0x85ebca6bu;
  return hash ^ hash >> 13;
}

// Of a client, whatever it opens. [NLB guide, "Sticky sessions": by source IP address]
PN_INLINE __u32 pn_client_hash(const struct pn_flow_key* key) {
  __u32 hash = pn_mix(key->vpc, 0);
  for (int i = 0; i < 4; i++) {
    hash = pn_mix(hash, key->source.word_be[i]);
  }
  hash ^= hash >> 15;
  hash *= 0x85ebca6bu;
  return hash ^ hash >> 13;
}

// Index of the target that the hash draws.
PN_INLINE __u32 pn_draw_target(const struct pn_choice* choice, __u32 hash) {
  for (__u32 draw = 0; draw < kPnDraws; draw++) {
    const __u32 slot = pn_draw(hash, draw, choice->slot_mask);
    if (slot < kPnSlotsMax && choice->slots[slot]) {
      return choice->slots[slot] - 1;
    }
  }
  // Multiply, not modulo: the result is below `count`.
  return ((__u64)hash * choice->count) >> 32;
}

// What the listener is for a connection: as if it forwarded to the group alone that the hash draws.
// kPnVerdictNone if there is one.
static __noinline enum pn_verdict pn_choose_group(struct pn_listener* listener, __u32 hash) {
  const __u32 number = listener->listener;
  const struct pn_split* split = bpf_map_lookup_elem(&pn_splits, &number);
  if (!split) {
    return kPnVerdictTargetsMissing;
  }
  const __u32 drawn = pn_draw(hash, kPnDraws, 0xffffffff);
  __u32 at = 0;
  while (at < kPnSharesMax && at < split->count && drawn > split->shares[at].last) {
    at++;
  }
  if (at >= kPnSharesMax || at >= split->count) {
    return kPnVerdictTargetsMissing;
  }
  listener->target_group = split->shares[at].target_group;
  listener->flags = split->shares[at].flags;
  return kPnVerdictNone;
}

// Number of the target, in *target; kPnVerdictNone if there is one.
static __noinline enum pn_verdict pn_choose_target(__u32 target_group, __u32 node_eni, __u32 hash,
                                                   __u32* target) {
  struct pn_choice_key key = {.target_group = target_group, .node_eni = node_eni};
  const struct pn_choice* choice = bpf_map_lookup_elem(&pn_choices, &key);
  if (!choice) {
    return kPnVerdictTargetsMissing;
  }
  const __u32 count = choice->count;
  if (count == 0) {
    return choice->registered ? kPnVerdictZoneWithoutTargets : kPnVerdictTargetGroupEmpty;
  }
  const __u32 at = pn_draw_target(choice, hash);
  if (at >= kPnTargetsMax) {
    return kPnVerdictTargetsMissing;
  }
  *target = choice->targets[at];
  return kPnVerdictNone;
}
