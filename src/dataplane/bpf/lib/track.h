// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// May a packet of a tracked connection still pass? Rules are not asked again; what is asked for
// every packet is whether the connection still stands.
#pragma once

#include "lib/flow.h"

// What needs the other direction's entry: only after a silence, and for a SYN.
static __noinline enum pn_verdict pn_check_age(const struct pn_packet* packet,
                                               const struct pn_flow* flow, __u32 now) {
  if (!packet || !flow) {
    return kPnVerdictNoFlow;
  }
  const struct pn_flow* other = pn_other_flow(&packet->key, flow);
  if (!other || (pn_is_syn(packet) && pn_is_closed(flow, other))) {
    return kPnVerdictNoFlow;
  }
  return pn_is_expired(flow, other, now) ? kPnVerdictFlowExpired : kPnVerdictNone;
}

// Asks what cuts the connection, and notes of which generation the answer is: read before, so that
// the next packet asks again if there is another one meanwhile.
static __noinline enum pn_verdict pn_check_cut_again(struct pn_flow* flow, __u64 generation) {
  if (!flow) {
    return kPnVerdictNoFlow;
  }
  const enum pn_verdict verdict = pn_check_cut(flow);
  if (verdict == kPnVerdictNone) {
    flow->cut_generation = generation;
  }
  return verdict;
}

// For a packet of a tracked connection: asks only if something may be otherwise than when it was
// last asked.
PN_INLINE enum pn_verdict pn_check_still_uncut(struct pn_flow* flow) {
  if (!(flow->flags & (kPnFlowEndpoint | kPnFlowTarget))) {
    return kPnVerdictNone;
  }
  const __u64 generation = pn_generation_of(kPnCutGeneration);
  return generation != 0 && flow->cut_generation == generation
             ? kPnVerdictNone
             : pn_check_cut_again(flow, generation);
}

// Where the flow's packets are sent, or null when its receiver is gone. The port's number may have
// come to another interface since.
PN_INLINE const struct pn_port* pn_destination(const struct pn_flow* flow) {
  const __u32 index = flow->to_port;
  const struct pn_port* to = bpf_map_lookup_elem(&pn_ports, &index);
  return to && to->kind != kPnPortNone && to->owner == flow->to_owner ? to : 0;
}

// An echo of id kPnEchoPortBe looks the same in both directions: who was asked may not ask by the
// entry of its answers.
PN_INLINE _Bool pn_is_other_echo(const struct pn_packet* packet, const struct pn_flow* flow) {
  return pn_is_icmp(packet->key.protocol) &&
         pn_is_echo_request(packet) == !!(flow->flags & kPnFlowReply);
}

// kPnVerdictNone: it stands. kPnVerdictNoFlow: the entry is another time's, as if there were none.
PN_INLINE enum pn_verdict pn_check_flow(const struct pn_packet* packet, const struct pn_port* port,
                                        struct pn_flow* flow, __u32 now) {
  if (flow->seen & kPnSeenDead || flow->from_owner != port->owner ||
      flow->from_port != packet->port || pn_is_other_echo(packet, flow)) {
    return kPnVerdictNoFlow;
  }
  if (pn_age(flow->last, now) >= pn_closed_seconds || pn_is_syn(packet)) {
    const enum pn_verdict verdict = pn_check_age(packet, flow, now);
    if (verdict != kPnVerdictNone) {
      return verdict;
    }
  }
  const enum pn_verdict cut = pn_check_still_uncut(flow);
  if (cut != kPnVerdictNone) {
    return cut;
  }
  return pn_destination(flow) ? kPnVerdictNone : kPnVerdictDestinationGone;
}

// A TCP connection's half-open time ends: with the client's answer to the target's, or with a RST.
static __noinline int pn_advance(const struct pn_packet* packet, struct pn_flow* flow) {
  if (!packet || !flow) {
    return 0;
  }
  struct pn_flow* other = pn_other_flow(&packet->key, flow);
  if (!other) {
    return 0;
  }
  struct pn_flow* forward = flow->flags & kPnFlowReply ? other : flow;
  if (packet->tcp_flags & kPnTcpRst) {
    pn_uncount(forward);
    return 0;
  }
  const __u32 answered = kPnSeenSyn | kPnSeenAck;
  if (forward == flow && (other->seen & answered) == answered) {
    __sync_fetch_and_or(&flow->seen, kPnSeenOpen);
    pn_uncount(flow);
  }
  return 0;
}

// Another protocol's ends with the first answer.
static __noinline int pn_note_answer(const struct pn_packet* packet, struct pn_flow* flow) {
  if (!packet || !flow) {
    return 0;
  }
  struct pn_flow* forward = pn_other_flow(&packet->key, flow);
  if (forward) {
    pn_uncount(forward);
  }
  return 0;
}

// Counts the packets of a direction, up to two. Later fragments are of a packet that was counted.
PN_INLINE void pn_note_datagram(const struct pn_packet* packet, struct pn_flow* flow) {
  const __u32 seen = flow->seen;
  if (seen & kPnSeenTwice || packet->fragment == kPnLaterFragment) {
    return;
  }
  __sync_fetch_and_or(&flow->seen, seen & kPnSeenOnce ? kPnSeenTwice : kPnSeenOnce);
  if (flow->flags & kPnFlowReply && !(seen & kPnSeenOnce)) {
    pn_note_answer(packet, flow);
  }
}

// Notes that a packet of this direction passed.
PN_INLINE void pn_note(const struct pn_packet* packet, struct pn_flow* flow, __u32 now) {
  if (flow->last != now) {
    flow->last = now;
  }
  if (packet->key.protocol != IPPROTO_TCP) {
    pn_note_datagram(packet, flow);
    return;
  }
  const __u32 seen = flow->seen;
  const __u32 flags = packet->tcp_flags & (kPnSeenFin | kPnSeenSyn | kPnSeenRst | kPnSeenAck);
  if (flags & ~seen) {
    __sync_fetch_and_or(&flow->seen, flags);
  }
  const _Bool answers = !(flow->flags & kPnFlowReply) && !(seen & kPnSeenOpen) &&
                        (flags & (kPnSeenSyn | kPnSeenAck)) == kPnSeenAck;
  if (answers || (flags & ~seen & kPnSeenRst)) {
    pn_advance(packet, flow);
  }
}
