// SPDX-License-Identifier: Apache-2.0
#include "dataplane/apply/common.h"

#include <algorithm>
#include <cstring>

namespace postern::dataplane {
namespace {

template <class T>
bool same(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

std::optional<pn_port> common(const pn_port& a, const pn_port& b) {
  pn_port both = b;
  both.flags = a.flags;
  both.loss = a.loss;
  if (!same(a, both)) {
    return std::nullopt;
  }
  // The flag that lifts a check; what kind of link it is does not change.
  both.flags = (a.flags & b.flags) | (b.flags & (kPnPortTap | kPnPortQueued));
  both.loss = std::max(a.loss, b.loss);
  return both;
}

// A network ACL's number that no ACL has: everything between subnets is AclMissing.
constexpr __u32 kMissingAcl = 0xffffffffU;

// 0 allows everything. What two ACLs both allow is no ACL.
__u32 common_acl(__u32 a, __u32 b) {
  if (a == 0 || b == 0) {
    return std::max(a, b);
  }
  return a == b ? a : kMissingAcl;
}

// What stands at an address, without what says which packets may pass.
pn_addr_info bare(const pn_addr_info& info) {
  pn_addr_info out = info;
  out.group_count = 0;
  std::ranges::fill(out.groups, 0U);
  out.subnet = 0;
  out.acl = 0;
  return out;
}

std::optional<pn_addr_info> common(const pn_addr_info& a, const pn_addr_info& b) {
  pn_addr_info both = bare(b);
  // An address without a subnet is never asked: so daemons that knew no ACLs have left them.
  const bool moved = a.subnet != b.subnet && a.subnet != 0 && b.subnet != 0;
  if (!same(bare(a), both) || moved) {
    return std::nullopt;
  }
  both.subnet = std::max(a.subnet, b.subnet);
  both.acl = common_acl(a.acl, b.acl);
  const auto* end = a.groups + a.group_count;
  for (const __u32 group : std::span(b.groups, b.group_count)) {
    if (std::find(a.groups, end, group) != end) {
      both.groups[both.group_count++] = group;
    }
  }
  // A node without groups admits everything; any other address admits nothing then.
  if (both.kind == kPnAddrNode && both.group_count == 0) {
    return std::nullopt;
  }
  return both;
}

pn_group common(const pn_group& a, const pn_group& b) {
  pn_group both{};
  for (const pn_rule& rule : std::span(b.rules, b.count)) {
    const bool in_a = std::ranges::any_of(std::span(a.rules, a.count),
                                          [&](const pn_rule& other) { return same(rule, other); });
    if (in_a) {
      both.rules[both.count++] = rule;
    }
  }
  return both;
}

// Whether `part` is `whole` without some rules, all of which allow, or all of which deny.
bool is_without(const pn_acl& part, const pn_acl& whole, bool allow) {
  __u32 found = 0;
  for (const pn_acl_rule& rule : std::span(whole.rules, whole.count)) {
    if (found < part.count && same(part.rules[found], rule)) {
      ++found;
    } else if ((rule.allow != 0) != allow) {
      return false;
    }
  }
  return found == part.count;
}

// One more rule that allows makes a list allow more, wherever it stands; one more that denies,
// less. Else, which packets two lists both allow is not one such list: none of them. (Connections
// that were let through before are not asked until the generation changes.)
pn_acl common(const pn_acl& a, const pn_acl& b) {
  if (is_without(a, b, true) || is_without(b, a, false)) {
    return a;
  }
  if (is_without(b, a, true) || is_without(a, b, false)) {
    return b;
  }
  return pn_acl{};
}

pn_endpoint common(const pn_endpoint& a, const pn_endpoint& b) {
  pn_endpoint both = b;
  both.state = a.state;
  both.flags = a.flags;
  if (!same(a, both)) {  // another connection or another node
    both.state = kPnEndpointClosed;
    return both;
  }
  both.state = std::min(a.state, b.state);
  both.flags = a.flags & b.flags;  // its one flag skips a check
  return both;
}

std::vector<std::byte> copy(Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}

template <class T>
std::optional<std::vector<std::byte>> common_as(Bytes a, Bytes b) {
  const std::optional<T> both = common(from_bytes<T>(a), from_bytes<T>(b));
  return both ? std::optional(copy(bytes_of(*both))) : std::nullopt;
}

}  // namespace

std::optional<std::vector<std::byte>> common(MapId map, Bytes a, Bytes b) {
  switch (map) {
    case MapId::Ports:
      return common_as<pn_port>(a, b);
    case MapId::Acls:
      return common_as<pn_acl>(a, b);
    case MapId::Groups:
      return common_as<pn_group>(a, b);
    case MapId::Addresses:
      return common_as<pn_addr_info>(a, b);
    case MapId::Endpoints:
      return common_as<pn_endpoint>(a, b);
    case MapId::Vpcs:
    case MapId::VpcBlocks:
    case MapId::Nodes:
    case MapId::Targets:
    case MapId::Choices:
    case MapId::Splits:
    case MapId::Listeners:
    case MapId::Generations:
      break;  // they say where something goes, not whether it may
  }
  return copy(a);
}

}  // namespace postern::dataplane
