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
  if (!same(a, both)) {
    return std::nullopt;
  }
  // The flag that lifts a check; what kind of link it is does not change.
  both.flags = (a.flags & b.flags) | (b.flags & kPnPortTap);
  return both;
}

std::optional<pn_addr_info> common(const pn_addr_info& a, const pn_addr_info& b) {
  pn_addr_info both = b;
  both.group_count = 0;
  std::ranges::fill(both.groups, 0U);
  pn_addr_info bare = a;
  bare.group_count = 0;
  std::ranges::fill(bare.groups, 0U);
  if (!same(bare, both)) {
    return std::nullopt;
  }
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

// Which packets two lists of allow and deny rules both allow is not one such list: none of them.
// (Connections that were let through before are not asked until the generation changes.)
pn_acl common(const pn_acl& a, const pn_acl& b) {
  return same(a, b) ? a : pn_acl{};
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
    case MapId::Targets:
    case MapId::Choices:
    case MapId::Listeners:
    case MapId::AclGeneration:
      break;  // they say where something goes, not whether it may
  }
  return copy(a);
}

}  // namespace postern::dataplane
