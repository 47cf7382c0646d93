// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// Do the security groups of an interface admit a first packet? [VPC user guide, "Security groups"]
#pragma once

#include "lib/packet.h"

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

enum pn_answer { kPnDenied = 0, kPnAdmitted = 1, kPnGroupUnknown = 2 };

PN_INLINE _Bool pn_rule_has_service(const struct pn_rule* rule, const struct pn_question* asked) {
  if (rule->protocol == kPnProtocolAny) {
    return 1;
  }
  if (rule->protocol != asked->protocol) {
    return 0;
  }
  if (asked->protocol == IPPROTO_TCP || asked->protocol == IPPROTO_UDP) {
    return rule->low <= asked->low && asked->low <= rule->high;
  }
  if (asked->protocol == IPPROTO_ICMP) {
    return (rule->low == kPnIcmpAny || rule->low == asked->low) &&
           (rule->high == kPnIcmpAny || rule->high == asked->high);
  }
  return 1;
}

PN_INLINE _Bool pn_rule_has_peer(const struct pn_rule* rule, const struct pn_question* asked) {
  const __u32 group = rule->group;
  if (group == 0) {
    return pn_in_net(&asked->peer, &rule->net, &rule->mask);
  }
  return group == asked->peer_groups[0] || group == asked->peer_groups[1] ||
         group == asked->peer_groups[2] || group == asked->peer_groups[3] ||
         group == asked->peer_groups[4];
}

// The answer of one group. A global function, so that it is verified once and not for each call; a
// plain loop over one value is what costs least.
__noinline int pn_group_admits(const struct pn_question* asked, __u32 number) {
  if (!asked) {
    return kPnDenied;
  }
  struct pn_group_key key = {.group = number, .direction = asked->direction};
  const struct pn_group* group = bpf_map_lookup_elem(&pn_groups, &key);
  if (!group) {
    return kPnGroupUnknown;
  }
  const __u32 count = group->count;
  for (__u32 i = 0; i < kPnRulesMax; i++) {
    if (i >= count) {
      break;
    }
    const struct pn_rule* rule = &group->rules[i];
    if (pn_rule_has_service(rule, asked) && pn_rule_has_peer(rule, asked)) {
      return kPnAdmitted;
    }
  }
  return kPnDenied;
}

// The answer of all groups together: one that admits is enough.
__noinline int pn_groups_admit(const struct pn_question* asked) {
  if (!asked) {
    return kPnDenied;
  }
  int together = kPnDenied;
  for (__u32 i = 0; i < kPnGroupsMax; i++) {
    if (i >= asked->group_count) {
      break;
    }
    const int answer = pn_group_admits(asked, asked->groups[i]);
    if (answer == kPnAdmitted) {
      return kPnAdmitted;
    }
    together = answer == kPnDenied ? together : answer;
  }
  return together;
}
