// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// How an admitted connection becomes two flow entries, and which source port it gets.
//
// What an update of a map returns is an int: before Linux 6.4 the upper half of the register is
// not its sign's.
#pragma once

#include <errno.h>

#include "lib/question.h"
#include "lib/target.h"

// Ones' complement sum of the changes from the addresses of `key` to those of `flow`, where one of
// them is IPv6. (What is before an IPv4 address in its mapped form sums up to 0.)
static __noinline int pn_set_ipv6_difference(struct pn_flow* flow, const struct pn_flow_key* key) {
  if (!flow || !key) {
    return 0;
  }
  const struct pn_addr from[2] = {key->source, key->destination};
  const struct pn_addr to[2] = {flow->source, flow->destination};
  flow->address_difference = bpf_csum_diff((__be32*)from, sizeof(from), (__be32*)to, sizeof(to), 0);
  return 0;
}

// The same; both are IPv4.
PN_INLINE void pn_set_ipv4_differences(struct pn_flow* flow, const struct pn_flow_key* key) {
  __u32 from[2] = {key->source.word_be[3], key->destination.word_be[3]};
  __u32 to[2] = {flow->source.word_be[3], flow->destination.word_be[3]};
  const __s64 sum = bpf_csum_diff(from, sizeof(from), to, sizeof(to), 0);
  flow->address_difference = sum;
  __u32 folded = ((__u32)sum & 0xffff) + ((__u32)sum >> 16);
  folded = (folded & 0xffff) + (folded >> 16);
  flow->header_difference = folded;
}

PN_INLINE void pn_set_differences(struct pn_flow* flow, const struct pn_flow_key* key) {
  if (flow->flags & (kPnFlowIpv6 | kPnFlowToIpv6)) {
    pn_set_ipv6_difference(flow, key);
  } else {
    pn_set_ipv4_differences(flow, key);
  }
}

// In which family the connection's packets come and are sent on.
PN_INLINE void pn_set_families(struct pn_flow* flow, const struct pn_flow_key* key) {
  flow->flags |= pn_is_mapped(&key->source) ? 0 : kPnFlowIpv6;
  flow->flags |= pn_is_mapped(&flow->destination) ? 0 : kPnFlowToIpv6;
}

// The reverse entry and its key, from the forward one.
PN_INLINE void pn_set_reverse(struct pn_work* work) {
  const struct pn_flow_key* key = &work->packet.key;
  struct pn_flow* forward = &work->forward;
  struct pn_flow* reverse = &work->reverse;
  pn_set_families(forward, key);
  pn_other_key(forward, &work->reverse_key);
  *reverse = *forward;
  reverse->source = key->destination;
  reverse->destination = key->source;
  reverse->source_port_be = key->destination_port_be;
  reverse->destination_port_be = key->source_port_be;
  reverse->to_vpc = key->vpc;
  reverse->to_port = forward->from_port;
  reverse->to_owner = forward->from_owner;
  reverse->from_port = forward->to_port;
  reverse->from_owner = forward->to_owner;
  reverse->flags &= ~(kPnFlowIpv6 | kPnFlowToIpv6);
  reverse->flags |= kPnFlowReply;
  pn_set_families(reverse, &work->reverse_key);
  reverse->seen = 0;
  // The ACLs have not been asked about this direction.
  reverse->acl_generation = forward->acl_generation ? ~(__u64)0 : 0;
  if (forward->flags & kPnFlowTranslate) {
    pn_set_differences(forward, key);
    pn_set_differences(reverse, &work->reverse_key);
  }
}

struct pn_port_search {
  __u32 at;
  __u32 step;
  int result;
};

// Tries one source port. The map is the allocator: whoever inserts the reverse entry has the port.
static long pn_try_port(__u32 index, struct pn_port_search* search) {
  const __u32 key = 0;
  struct pn_work* work = bpf_map_lookup_elem(&pn_scratch, &key);
  if (!work) {
    return 1;
  }
  const __u16 port_be = bpf_htons(kPnSnatFirst + search->at);
  search->at += search->step;
  if (search->at >= kPnSnatPorts) {
    search->at -= kPnSnatPorts;
  }
  work->reverse_key.destination_port_be = port_be;
  work->forward.source_port_be = port_be;
  search->result = bpf_map_update_elem(&pn_flows, &work->reverse_key, &work->reverse, BPF_NOEXIST);
  return search->result != -EEXIST;
}

// Where the search for a source port begins: at the client's own port, moved by a distance that is
// the client's. So one client's ports stay apart, and a client that uses a port again meets the
// same source port at the target: that one still remembers the connection before in TIME_WAIT, and
// takes a SYN that goes on from its time stamps at once, while it answers a stranger's with a
// challenge that costs the stranger a second. [RFC 6191]
PN_INLINE __u32 pn_first_port(const struct pn_flow_key* key, __u32 client_hash) {
  return (client_hash + bpf_ntohs(key->source_port_be)) % kPnSnatPorts;
}

// Inserts the reverse entry at a source port of the node that is free towards this target. Double
// hashing: a fixed step makes long runs of taken ports.
static __noinline enum pn_verdict pn_allocate_port(struct pn_work* work) {
  const __u32 client_hash = pn_client_hash(&work->packet.key);
  struct pn_port_search search = {
      .at = pn_first_port(&work->packet.key, client_hash),
      .step = 1 + bpf_get_prandom_u32() % (kPnSnatPorts - 1),
      .result = -EEXIST,
  };
  bpf_loop(128, pn_try_port, &search, 0);
  return search.result == 0         ? kPnVerdictNone
         : search.result == -EEXIST ? kPnVerdictPortAllocationError
                                    : kPnVerdictFlowTableFull;
}

// Whether `flow` is what answers at `key` would be, whoever made it.
PN_INLINE _Bool pn_leads_to(const struct pn_flow* flow, const struct pn_flow_key* key) {
  return flow->to_vpc == key->vpc && pn_same_addr(&flow->destination, &key->source) &&
         pn_same_addr(&flow->source, &key->destination) &&
         flow->destination_port_be == key->source_port_be &&
         flow->source_port_be == key->destination_port_be;
}

// Whether the connection is there although we did not make it: another CPU has just admitted a
// packet of the same one.
static __noinline _Bool pn_is_made(struct pn_work* work) {
  const struct pn_flow* flow = bpf_map_lookup_elem(&pn_flows, &work->packet.key);
  return flow && !(flow->flags & kPnFlowReply) && pn_leads_to(flow, &work->reverse_key);
}

// Inserts the reverse entry where no port may be chosen.
static __noinline enum pn_verdict pn_claim_tuple(struct pn_work* work) {
  int error = bpf_map_update_elem(&pn_flows, &work->reverse_key, &work->reverse, BPF_NOEXIST);
  if (error == -EEXIST) {
    struct pn_flow* holder = bpf_map_lookup_elem(&pn_flows, &work->reverse_key);
    if (holder && holder->flags & kPnFlowReply && pn_leads_to(holder, &work->packet.key)) {
      // Of this same connection: another CPU is making it just now, or a race has left it.
      pn_drain_flow(holder);
      error = bpf_map_update_elem(&pn_flows, &work->reverse_key, &work->reverse, BPF_ANY);
      return error == 0 ? kPnVerdictNone : kPnVerdictFlowTableFull;
    }
    if (holder && !pn_is_stale(&work->reverse_key, holder)) {
      return kPnVerdictTupleInUse;
    }
    if (holder) {
      pn_forget(&work->reverse_key, holder);
    }
    error = bpf_map_update_elem(&pn_flows, &work->reverse_key, &work->reverse, BPF_NOEXIST);
  }
  return error == 0 ? kPnVerdictNone
                    : (error == -EEXIST ? kPnVerdictTupleInUse : kPnVerdictFlowTableFull);
}

// Makes the connection of `work->forward`, whose packet's key has no entry. kPnVerdictNone: done.
static __noinline enum pn_verdict pn_create(struct pn_work* work) {
  const struct pn_packet* packet = &work->packet;
  struct pn_flow* forward = &work->forward;
  const __u32 port = packet->port;
  __u32* half_open = bpf_map_lookup_elem(&pn_half_open, &port);
  if (!half_open || *half_open >= pn_half_open_max) {
    return kPnVerdictHalfOpenLimit;
  }
  forward->from_port = port;
  forward->protocol = packet->key.protocol;
  forward->last = pn_now();
  forward->seen = kPnSeenCounted;
  if (packet->key.protocol == IPPROTO_TCP) {
    forward->seen |= kPnSeenSyn;
  }
  pn_set_reverse(work);
  // Counted before an answer on another CPU could take it out of the count.
  __sync_fetch_and_add(half_open, 1);
  enum pn_verdict verdict = work->choose_port ? pn_allocate_port(work) : pn_claim_tuple(work);
  if (verdict != kPnVerdictNone) {
    __sync_fetch_and_add(half_open, -1);
    return verdict;
  }
  const int error = bpf_map_update_elem(&pn_flows, &work->packet.key, forward, BPF_NOEXIST);
  if (error == 0) {
    return kPnVerdictNone;
  }
  __sync_fetch_and_add(half_open, -1);
  if (error == -EEXIST && pn_is_made(work)) {
    return kPnVerdictNone;
  }
  // Without it the reverse entry is nobody's. (With EEXIST the connection leaves from another port:
  // the caller will find its entry.)
  bpf_map_delete_elem(&pn_flows, &work->reverse_key);
  return error == -EEXIST ? kPnVerdictTupleInUse : kPnVerdictFlowTableFull;
}
