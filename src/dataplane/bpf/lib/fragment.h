// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// Fragments of IPv4 packets: only the first has ports. It leaves them for the later ones; one that
// overtakes it is dropped, nothing is held back.
#pragma once

#include "lib/clock.h"
#include "lib/packet.h"

struct pn_fragment_key {
  __u32 port;  // of the sender's link: nobody else can say what follows
  __u32 source_be;
  __u32 destination_be;
  __u16 id_be;
  __u8 protocol;
  __u8 pad;
};

struct pn_fragment {
  __u16 source_port_be;
  __u16 destination_port_be;
  __u32 second;  // when the first fragment passed
  __u8 icmp_type;
  __u8 icmp_code;
  __u8 pad[2];
};

enum {
  // As long as a receiver waits for the rest. (RFC 791; Linux's ipfrag_time)
  kPnFragmentSeconds = 30,
};

// The one table that forgets by itself what was not used for longest: an entry lost costs one
// datagram, and a sender of nothing but first fragments cannot fill it for good.
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 8192);
  __type(key, struct pn_fragment_key);
  __type(value, struct pn_fragment);
} pn_fragments SEC(".maps");

PN_INLINE void pn_fragment_key_of(const struct pn_packet* packet, __u16 id_be,
                                  struct pn_fragment_key* key) {
  key->port = packet->port;
  key->source_be = packet->key.source.word_be[3];
  key->destination_be = packet->key.destination.word_be[3];
  key->id_be = id_be;
  key->protocol = packet->key.protocol;
  key->pad = 0;
}

static __noinline int pn_note_first_fragment(const struct pn_packet* packet, __u32 id_be) {
  if (!packet) {
    return 0;
  }
  struct pn_fragment_key key;
  pn_fragment_key_of(packet, id_be, &key);
  const struct pn_fragment fragment = {.source_port_be = packet->key.source_port_be,
                                       .destination_port_be = packet->key.destination_port_be,
                                       .second = pn_now(),
                                       .icmp_type = packet->icmp_type,
                                       .icmp_code = packet->icmp_code};
  bpf_map_update_elem(&pn_fragments, &key, &fragment, BPF_ANY);
  return 0;
}

// Fills the ports of a later fragment, or its echo's type.
static __noinline enum pn_verdict pn_find_first_fragment(struct pn_packet* packet, __u32 id_be) {
  if (!packet) {
    return kPnVerdictFragmentUnknown;
  }
  struct pn_fragment_key key;
  pn_fragment_key_of(packet, id_be, &key);
  const struct pn_fragment* first = bpf_map_lookup_elem(&pn_fragments, &key);
  if (!first || pn_now() - first->second > kPnFragmentSeconds) {
    return kPnVerdictFragmentUnknown;
  }
  packet->key.source_port_be = first->source_port_be;
  packet->key.destination_port_be = first->destination_port_be;
  packet->icmp_type = first->icmp_type;
  packet->icmp_code = first->icmp_code;
  return kPnVerdictNone;
}
