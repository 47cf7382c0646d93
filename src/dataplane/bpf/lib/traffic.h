// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// Counting packets for flow logs, flow by flow. Only those of links that a flow log may be about
// are counted: all others pay one look at a flag of their link.
#pragma once

#include "lib/question.h"

struct pn_traffic_work {
  struct pn_traffic_key key;
  __u32 pad;
  struct pn_traffic traffic;
};

// A CPU's own, where the stack has no room.
PN_ARRAY(pn_traffic_scratch, BPF_MAP_TYPE_PERCPU_ARRAY, struct pn_traffic_work, 1);

// Whether it is a packet that its sender's interface would have sent.
PN_INLINE _Bool pn_is_traffic(const struct pn_packet* packet, enum pn_verdict verdict) {
  return packet->key.vpc != 0 && verdict != kPnVerdictArpAnswered &&
         (verdict < kPnVerdictPortUnknown || verdict > kPnVerdictAddressSpoofed);
}

// ACK alone is not told. [VPC user guide, "Flow log records": tcp-flags]
PN_INLINE __u32 pn_told_flags(const struct pn_packet* packet) {
  const __u32 flags = packet->tcp_flags;
  const __u32 told = flags & (kPnTcpFin | kPnTcpSyn | kPnTcpRst);
  return flags & kPnTcpSyn ? told | (flags & kPnTcpAck) : told;
}

PN_INLINE void pn_copy_way(struct pn_traffic* traffic, const struct pn_flow* flow) {
  traffic->source = flow->source;
  traffic->destination = flow->destination;
  traffic->source_port_be = flow->source_port_be;
  traffic->destination_port_be = flow->destination_port_be;
  traffic->to_vpc = flow->to_vpc;
  traffic->to_owner = flow->to_owner;
  traffic->endpoint = flow->endpoint;
  traffic->node_eni = flow->node_eni;
  traffic->flags = flow->flags;
}

// Where the packet went, or how far it came: its flow entry says; of a first packet that was
// refused, what judged it has left it behind. The packet's key is looked up by its copy: Linux 6.1
// takes no pointer that a global function was given as a map's key.
PN_INLINE void pn_set_way(struct pn_traffic_work* to, const struct pn_packet* packet) {
  struct pn_traffic* traffic = &to->traffic;
  __builtin_memset(traffic, 0, sizeof(*traffic));
  const struct pn_flow* flow = bpf_map_lookup_elem(&pn_flows, &to->key.flow);
  if (flow) {
    pn_copy_way(traffic, flow);
  }
  const __u32 zero = 0;
  const struct pn_work* work = bpf_map_lookup_elem(&pn_scratch, &zero);
  if (!work) {
    return;
  }
  traffic->direction = work->asked.direction;
  const struct pn_flow_key* judged = &work->packet.key;
  if (!flow && !packet->icmp_error && work->packet.port == packet->port &&
      judged->vpc == packet->key.vpc && judged->protocol == packet->key.protocol &&
      judged->source_port_be == packet->key.source_port_be &&
      judged->destination_port_be == packet->key.destination_port_be &&
      pn_same_addr(&judged->source, &packet->key.source) &&
      pn_same_addr(&judged->destination, &packet->key.destination)) {
    pn_copy_way(traffic, &work->forward);
  }
}

struct pn_traffic_size {
  __u64 packets;
  __u64 bytes;
};

// Several segments in one (GSO) are several packets, each with its headers.
PN_INLINE struct pn_traffic_size pn_size_of(const struct pn_packet* packet, __u32 frame_bytes,
                                            __u32 segment_bytes) {
  struct pn_traffic_size size = {.packets = 1, .bytes = frame_bytes - ETH_HLEN};
  if (segment_bytes && packet->size > segment_bytes) {
    const __u32 header_bytes = packet->size - segment_bytes;
    const __u32 payload = size.bytes > header_bytes ? size.bytes - header_bytes : 0;
    size.packets = (payload + segment_bytes - 1) / segment_bytes;
    size.packets = size.packets ? size.packets : 1;
    size.bytes += (size.packets - 1) * header_bytes;
  }
  return size;
}

PN_INLINE void pn_add_traffic(struct pn_traffic* traffic, const struct pn_traffic_size* size,
                              __u64 now, __u32 tcp_flags) {
  __sync_fetch_and_add(&traffic->packets, size->packets);
  __sync_fetch_and_add(&traffic->bytes, size->bytes);
  if (tcp_flags & ~traffic->tcp_flags) {
    __sync_fetch_and_or(&traffic->tcp_flags, tcp_flags);
  }
  traffic->last = now;
}

// Counts a packet of `frame_bytes` that was judged; `segment_bytes`: of each of its segments, 0 for
// one. Both are those that it came with.
__noinline int pn_count_traffic(const struct pn_packet* packet, const struct pn_port* port,
                                __u32 verdict, __u32 frame_bytes, __u32 segment_bytes) {
  const __u32 zero = 0;
  struct pn_traffic_work* work = bpf_map_lookup_elem(&pn_traffic_scratch, &zero);
  const volatile __u32* round = bpf_map_lookup_elem(&pn_traffic_round, &zero);
  if (!packet || !port || !work || !round) {
    return 0;
  }
  work->key.flow = packet->key;
  work->key.port = packet->port;
  work->key.owner = port->owner;
  work->key.round = *round;
  work->key.verdict = verdict;
  const struct pn_traffic_size size = pn_size_of(packet, frame_bytes, segment_bytes);
  const __u32 tcp_flags = pn_told_flags(packet);
  const __u64 now = bpf_ktime_get_ns();
  struct pn_traffic* found = bpf_map_lookup_elem(&pn_traffic, &work->key);
  if (!found) {
    pn_set_way(work, packet);
    work->traffic.first = now;
    // Another CPU may be as far: who comes second adds to it as everybody else.
    bpf_map_update_elem(&pn_traffic, &work->key, &work->traffic, BPF_NOEXIST);
    found = bpf_map_lookup_elem(&pn_traffic, &work->key);
  }
  if (!found) {
    __u64* lost = bpf_map_lookup_elem(&pn_traffic_lost, &zero);
    if (lost) {
      __sync_fetch_and_add(lost, size.packets);
    }
    return 0;
  }
  pn_add_traffic(found, &size, now, tcp_flags);
  return 0;
}
