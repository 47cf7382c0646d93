// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// What security groups and network ACLs are asked about a packet, and what a judgement needs beyond
// the stack.
#pragma once

#include "lib/flow.h"

// What one side of the path is asked.
struct pn_question {
  __u32 direction;  // enum pn_direction
  __u32 group_count;
  __u32 groups[kPnGroupsMax];       // of the interface that is asked
  __u32 peer_groups[kPnGroupsMax];  // of the other side; 0 where there is none
  struct pn_addr peer;              // the other side's address
  __u32 protocol;
  __u32 low;   // destination port, or ICMP type
  __u32 high;  // ICMP code
};

// What a judgement needs beyond the stack. One for each CPU: a program at tc runs
// to its end before another packet of its CPU is looked at.
struct pn_work {
  struct pn_packet packet;
  struct pn_question asked;
  struct pn_addr_key at;
  struct pn_flow forward;
  struct pn_flow reverse;
  struct pn_flow_key reverse_key;
  _Bool choose_port;  // it leaves from a node's address, at a port to be found
};

PN_ARRAY(pn_scratch, BPF_MAP_TYPE_PERCPU_ARRAY, struct pn_work, 1);

PN_INLINE void pn_copy_groups(__u32* to, const struct pn_addr_info* info) {
  for (__u32 i = 0; i < kPnGroupsMax; i++) {
    to[i] = info && i < info->group_count ? info->groups[i] : 0;
  }
}

PN_INLINE void pn_set_service(struct pn_work* work, __u16 port_be) {
  const struct pn_packet* packet = &work->packet;
  const _Bool icmp = pn_is_icmp(packet->key.protocol);
  work->asked.protocol = packet->key.protocol;
  work->asked.low = icmp ? packet->icmp_type : bpf_ntohs(port_be);
  work->asked.high = icmp ? packet->icmp_code : 0;
}

// What stands at an address, or null.
PN_INLINE struct pn_addr_info* pn_find(struct pn_work* work, __u32 vpc,
                                       const struct pn_addr* address) {
  work->at.vpc = vpc;
  work->at.address = *address;
  return bpf_map_lookup_elem(&pn_addrs, &work->at);
}

// The direction of the rules for the other side's family, as their keys have it.
PN_INLINE __u32 pn_rules_direction(const struct pn_question* asked) {
  return pn_is_mapped(&asked->peer) ? asked->direction : asked->direction + kPnRulesIpv6;
}

// Whether a rule's protocol and ports, or type and code, fit.
PN_INLINE _Bool pn_service_fits(__u16 protocol, __u16 low, __u16 high,
                                const struct pn_question* asked) {
  if (protocol == kPnProtocolAny) {
    return 1;
  }
  if (protocol != asked->protocol) {
    return 0;
  }
  if (asked->protocol == IPPROTO_TCP || asked->protocol == IPPROTO_UDP) {
    return low <= asked->low && asked->low <= high;
  }
  if (pn_is_icmp(asked->protocol)) {
    return (low == kPnIcmpAny || low == asked->low) && (high == kPnIcmpAny || high == asked->high);
  }
  return 1;
}
