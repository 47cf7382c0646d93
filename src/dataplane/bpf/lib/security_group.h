// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
// Do the security groups of an interface admit a first packet? [VPC user guide, "Security groups"]
#pragma once

#include "lib/question.h"

enum pn_answer { kPnDenied = 0, kPnAdmitted = 1, kPnGroupUnknown = 2 };

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
  struct pn_group_key key = {.group = number, .direction = pn_rules_direction(asked)};
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
    if (pn_service_fits(rule->protocol, rule->low, rule->high, asked) &&
        pn_rule_has_peer(rule, asked)) {
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
