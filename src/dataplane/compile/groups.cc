// SPDX-License-Identifier: Apache-2.0
// Security groups as the loops of rules that the program walks.
#include <netinet/in.h>

#include <charconv>
#include <set>

#include "dataplane/compile/parts.h"
#include "dataplane/compile/words.h"

namespace postern::dataplane {
namespace {

using model::Id;
using model::SecurityGroup;
using model::SecurityGroupRule;
using model::World;

std::optional<__u16> protocol_word(const std::string& protocol) {
  static const std::map<std::string_view, __u16> kNames = {
      {"-1", kPnProtocolAny}, {"tcp", IPPROTO_TCP},       {"udp", IPPROTO_UDP},
      {"icmp", IPPROTO_ICMP}, {"icmpv6", IPPROTO_ICMPV6},
  };
  if (const auto named = kNames.find(protocol); named != kNames.end()) {
    return named->second;
  }
  __u16 number = 0;
  const auto [end, error] =
      std::from_chars(protocol.data(), protocol.data() + protocol.size(), number);
  const bool whole = error == std::errc{} && end == protocol.data() + protocol.size();
  return whole && number < kPnProtocolAny ? std::optional(number) : std::nullopt;
}

// -1 stands for any type or code of ICMP, and for no ports where the protocol has none.
__u16 bound_word(const SecurityGroupRule& rule, int bound) {
  const bool icmp = rule.protocol == "icmp" || rule.protocol == "icmpv6";
  const __u16 none = icmp ? static_cast<__u16>(kPnIcmpAny) : __u16{0};
  return bound < 0 ? none : static_cast<__u16>(bound);
}

// nullopt for what no IPv4 packet can match.
std::optional<pn_rule> rule_word(const World& world, const SecurityGroupRule& rule) {
  const auto protocol = protocol_word(rule.protocol);
  if (!protocol) {
    return std::nullopt;
  }
  pn_rule word{.protocol = *protocol,
               .low = bound_word(rule, rule.from_port),
               .high = bound_word(rule, rule.to_port)};
  if (rule.group) {
    const SecurityGroup* peer = world.find(*rule.group);
    if (peer == nullptr) {
      return std::nullopt;
    }
    word.group = peer->number;
    return word;
  }
  if (!rule.cidr || !rule.cidr->is_v4()) {
    return std::nullopt;
  }
  word.net = addr_word(rule.cidr->base());
  word.mask = mask_word(*rule.cidr);
  return word;
}

void add_direction(const World& world, const SecurityGroup& group, pn_direction direction,
                   Program& program) {
  pn_group word{};
  for (const SecurityGroupRule& rule : group.rules) {
    const auto compiled = rule_word(world, rule);
    if (rule.egress == (direction == kPnEgress) && compiled && word.count < kPnRulesMax) {
      word.rules[word.count++] = *compiled;
    }
  }
  program.tables[MapId::Groups].add(
      pn_group_key{.group = group.number, .direction = static_cast<__u32>(direction)}, word);
}

}  // namespace

void add_groups(const World& world, Program& program) {
  std::set<Id<SecurityGroup>> used;
  for (const auto& [id, interface] : world.all<model::NetworkInterface>()) {
    used.insert(interface->groups.begin(), interface->groups.end());
  }
  for (const auto& id : used) {
    if (const SecurityGroup* group = world.find(id)) {
      add_direction(world, *group, kPnIngress, program);
      add_direction(world, *group, kPnEgress, program);
    }
  }
}

}  // namespace postern::dataplane
