// SPDX-License-Identifier: Apache-2.0
#include "reference/rules.h"

#include <algorithm>
#include <span>

#include "reference/frame.h"

namespace postern::reference {
namespace {

template <class Rule>
bool fits_service(const Rule& rule, const Question& question) {
  if (rule.protocol == kPnProtocolAny) {
    return true;
  }
  if (rule.protocol != question.protocol) {
    return false;
  }
  switch (question.protocol) {
    case kTcp:
    case kUdp:
      return question.port >= rule.low && question.port <= rule.high;
    case kIcmp:
    case kIcmpv6: {
      const bool type = rule.low == kPnIcmpAny || rule.low == question.icmp_type;
      const bool code = rule.high == kPnIcmpAny || rule.high == question.icmp_code;
      return type && code;
    }
    default:
      return true;
  }
}

bool fits_peer(const pn_rule& rule, const Question& question) {
  return rule.group != 0 ? std::ranges::count(question.peer_groups, rule.group) > 0
                         : contains(rule.net, rule.mask, question.peer);
}

}  // namespace

bool contains(const pn_addr& net, const pn_addr& mask, const IpAddress& address) {
  const auto base = address_of(net).bytes();
  const auto bits = address_of(mask).bytes();
  for (std::size_t at = 0; at < base.size(); ++at) {
    if ((address.bytes()[at] & bits[at]) != base[at]) {
      return false;
    }
  }
  return true;
}

std::vector<std::uint32_t> groups_of(const pn_addr_info& info) {
  return {info.groups, info.groups + info.group_count};
}

Answer ask_groups(const Maps& maps, const std::vector<std::uint32_t>& groups,
                  pn_direction direction, const Question& question) {
  Answer otherwise = Answer::No;
  for (const std::uint32_t number : groups) {
    const pn_group* group = find(maps.groups, {number, direction, !question.peer.is_v4()});
    if (group == nullptr) {
      otherwise = Answer::NotProgrammed;
      continue;
    }
    for (const pn_rule& rule : std::span(group->rules, group->count)) {
      if (fits_service(rule, question) && fits_peer(rule, question)) {
        return Answer::Yes;
      }
    }
  }
  return otherwise;
}

Answer ask_acl(const Maps& maps, std::uint32_t number, pn_direction direction,
               const Question& question) {
  if (number == 0) {
    return Answer::Yes;
  }
  const pn_acl* acl = find(maps.acls, {number, direction, !question.peer.is_v4()});
  if (acl == nullptr) {
    return Answer::NotProgrammed;
  }
  for (const pn_acl_rule& rule : std::span(acl->rules, acl->count)) {
    if (fits_service(rule, question) && contains(rule.net, rule.mask, question.peer)) {
      return rule.allow != 0 ? Answer::Yes : Answer::No;
    }
  }
  return Answer::No;
}

}  // namespace postern::reference
