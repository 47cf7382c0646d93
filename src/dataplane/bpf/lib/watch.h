// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// Telling of packets to those who watch. Nobody is told of the packets of tracked connections, so
// watching costs those nothing; the others pay one look at pn_watching when nobody watches.
#pragma once

#include "lib/packet.h"

PN_INLINE void pn_tell(const struct pn_packet* packet, enum pn_verdict verdict, __u32 bytes) {
  const __u32 zero = 0;
  struct pn_watching* watching = bpf_map_lookup_elem(&pn_watching, &zero);
  if (!watching || watching->until == 0) {
    return;
  }
  const __u64 now = bpf_ktime_get_ns();
  if (now > watching->until) {
    return;
  }
  struct pn_event* event = bpf_ringbuf_reserve(&pn_events, sizeof(*event), 0);
  if (!event) {
    __sync_fetch_and_add(&watching->lost, 1);
    return;
  }
  event->nanoseconds = now;
  event->verdict = verdict;
  event->port = packet->port;
  event->bytes = bytes;
  event->tcp_flags = packet->tcp_flags;
  event->key = packet->key;
  event->pad = 0;
  bpf_ringbuf_submit(event, 0);
}
