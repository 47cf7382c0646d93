// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// The maps, as dataplane/layout/layout.h describes them, and the settings. What a program only
// works on is in maps whose names end in _scratch: they are not pinned, and may change with any
// version.
#pragma once

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "dataplane/layout/layout.h"

// Sizes are limits, not memory: all hashes but the arrays take memory as they fill.
#define PN_HASH(name, key_type, value_type, entries) \
  struct {                                           \
    __uint(type, BPF_MAP_TYPE_HASH);                 \
    __uint(map_flags, BPF_F_NO_PREALLOC);            \
    __uint(max_entries, entries);                    \
    __type(key, key_type);                           \
    __type(value, value_type);                       \
  } name SEC(".maps")

#define PN_ARRAY(name, map_type, value_type, entries) \
  struct {                                            \
    __uint(type, map_type);                           \
    __uint(max_entries, entries);                     \
    __type(key, __u32);                               \
    __type(value, value_type);                        \
  } name SEC(".maps")

PN_ARRAY(pn_ports, BPF_MAP_TYPE_ARRAY, struct pn_port, kPnPortsMax);
PN_HASH(pn_vpcs, __u32, struct pn_vpc, 65536);
PN_HASH(pn_vpc_blocks, __u32, struct pn_vpc_blocks, 65536);
PN_HASH(pn_addrs, struct pn_addr_key, struct pn_addr_info, 1 << 18);
PN_HASH(pn_nodes, __u32, struct pn_node, 1 << 17);
PN_HASH(pn_acls, struct pn_acl_key, struct pn_acl, 1 << 17);
PN_HASH(pn_groups, struct pn_group_key, struct pn_group, 1 << 18);
PN_HASH(pn_endpoints, __u32, struct pn_endpoint, 1 << 18);
PN_HASH(pn_listeners, struct pn_listener_key, struct pn_listener, 1 << 18);
PN_HASH(pn_splits, __u32, struct pn_split, 1 << 18);
PN_HASH(pn_choices, struct pn_choice_key, struct pn_choice, 1 << 17);
PN_HASH(pn_targets, __u32, struct pn_target, 1 << 18);
PN_HASH(pn_flows, struct pn_flow_key, struct pn_flow, 1 << 21);  // two for each connection
PN_ARRAY(pn_generations, BPF_MAP_TYPE_ARRAY, __u64, kPnGenerations);
PN_ARRAY(pn_half_open, BPF_MAP_TYPE_ARRAY, __u32, kPnPortsMax);
PN_ARRAY(pn_clock, BPF_MAP_TYPE_ARRAY, __u64, 1);
PN_ARRAY(pn_counters, BPF_MAP_TYPE_PERCPU_ARRAY, struct pn_counter, kPnVerdictCount);
PN_ARRAY(pn_watching, BPF_MAP_TYPE_ARRAY, struct pn_watching, 1);
struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 1 << 20);
} pn_events SEC(".maps");
PN_ARRAY(pn_traffic_round, BPF_MAP_TYPE_ARRAY, __u32, 1);
PN_ARRAY(pn_traffic_lost, BPF_MAP_TYPE_ARRAY, __u64, 1);
PN_HASH(pn_traffic, struct pn_traffic_key, struct pn_traffic, 1 << 17);
PN_ARRAY(pn_meta, BPF_MAP_TYPE_ARRAY, struct pn_meta, 1);

// Settings: the daemon may set them before load; the verifier then prunes what they switch off.

// Half-open connections that one link may have, of any protocol; a flood stops at its own sender.
const volatile __u32 pn_half_open_max = 8192;
// A reply must come within 30 s. [NLB guide, "Target group attributes"]
const volatile __u32 pn_half_open_seconds = 30;
// Late segments of a closed connection still find their way for this long.
const volatile __u32 pn_closed_seconds = 5;
// EC2's connection tracking time-outs. [EC2 user guide, "Idle connection tracking timeout"]
const volatile __u32 pn_tcp_idle_seconds = 432000;
const volatile __u32 pn_udp_idle_seconds = 180;  // a stream: more than one request and response
const volatile __u32 pn_udp_single_seconds = 30;
const volatile __u32 pn_icmp_idle_seconds = 30;
const volatile __u32 pn_other_idle_seconds = 600;
// Whether each packet is judged as a connection's first, and nothing is remembered or counted: for
// asking what would become of one.
const volatile __u8 pn_dry_run = 0;
// Whether pn_clock moves the clock: tests only.
const volatile __u8 pn_test_clock = 0;
