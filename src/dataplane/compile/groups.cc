// SPDX-License-Identifier: Apache-2.0
// Security groups as the loops of rules that the program walks.
#include <netinet/in.h>

#include <charconv>
#include <map>
#include <unordered_set>

#include "dataplane/compile/parts.h"
#include "dataplane/compile/words.h"

namespace postern::dataplane {
namespace {

using model::AddressFamily;
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

// The networks that a rule names by a CIDR or a prefix list.
std::vector<Cidr> networks(const World& world, const SecurityGroupRule& rule) {
  if (rule.cidr) {
    return {*rule.cidr};
  }
  std::vector<Cidr> found;
  const model::PrefixList* list = rule.prefix_list ? world.find(*rule.prefix_list) : nullptr;
  if (list != nullptr) {
    for (const model::PrefixListEntry& entry : list->versions.back().entries) {
      found.push_back(entry.cidr);
    }
  }
  return found;
}

// None for what no packet of the family can match; several for a prefix list.
std::vector<pn_rule> rule_words(const World& world, const SecurityGroupRule& rule,
                                AddressFamily family) {
  const auto protocol = protocol_word(rule.protocol);
  if (!protocol) {
    return {};
  }
  pn_rule word{.protocol = *protocol,
               .low = bound_word(rule, rule.from_port),
               .high = bound_word(rule, rule.to_port)};
  if (rule.group) {
    const SecurityGroup* peer = world.find(*rule.group);
    word.group = peer != nullptr ? peer->number : 0;
    return peer != nullptr ? std::vector{word} : std::vector<pn_rule>{};
  }
  std::vector<pn_rule> words;
  for (const Cidr& net : networks(world, rule)) {
    if (net.is_v4() == (family == AddressFamily::Ipv4)) {
      word.net = addr_word(net.base());
      word.mask = mask_word(net);
      words.push_back(word);
    }
  }
  return words;
}

void add_direction(const World& world, const SecurityGroup& group, pn_direction direction,
                   AddressFamily family, Part& part) {
  pn_group word{};
  for (const SecurityGroupRule& rule : group.rules) {
    if (rule.egress != (direction == kPnEgress)) {
      continue;
    }
    for (const pn_rule& compiled : rule_words(world, rule, family)) {
      if (word.count < kPnRulesMax) {
        word.rules[word.count++] = compiled;
      }
    }
  }
  part.tables[MapId::Groups].add(
      pn_group_key{.group = group.number, .direction = direction_word(direction, family)}, word);
}

void add_group(const World& world, const SecurityGroup& group, AddressFamily family, Part& part) {
  add_direction(world, group, kPnIngress, family, part);
  add_direction(world, group, kPnEgress, family, part);
}

}  // namespace

void add_groups(Lookup& lookup, Part& part) {
  std::unordered_set<const SecurityGroup*> used;
  for (const auto& [id, interface] : lookup.world().all<model::NetworkInterface>()) {
    for (const auto& group : interface->groups) {
      used.insert(lookup.world().find(group));
    }
  }
  used.erase(nullptr);
  for (const SecurityGroup* group : used) {
    for (const AddressFamily family : families_of(lookup.world(), group->vpc)) {
      add_group(lookup.world(), *group, family, part);
    }
  }
}

}  // namespace postern::dataplane
