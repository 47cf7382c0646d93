// SPDX-License-Identifier: Apache-2.0
#include "explain/rules.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "explain/fix.h"
#include "model/security_group_rules.h"
#include "reference/frame.h"

namespace postern::explain {
namespace {

using model::Id;
using model::SecurityGroup;
using model::SecurityGroupRule;
using model::World;
using reference::kIcmp;
using reference::kIcmpv6;
using reference::kTcp;
using reference::kUdp;

constexpr int kEchoRequest = 8, kEchoRequestV6 = 128;

// `ipv4`: the family in which it goes.
bool fits_protocol(const SecurityGroupRule& rule, const Traffic& traffic, bool ipv4) {
  if (rule.protocol == "-1") {
    return true;
  }
  int number = 0;
  const char* end = rule.protocol.data() + rule.protocol.size();
  const bool is_number = std::from_chars(rule.protocol.data(), end, number).ptr == end;
  const std::uint8_t sent = traffic.protocol == kIcmp && !ipv4 ? kIcmpv6 : traffic.protocol;
  const auto is = [&](const char* name, int protocol) {
    return sent == protocol && (rule.protocol == name || (is_number && number == protocol));
  };
  return is("tcp", kTcp) || is("udp", kUdp) || is("icmp", kIcmp) || is("icmpv6", kIcmpv6);
}

bool fits_service(const SecurityGroupRule& rule, const Traffic& traffic, bool ipv4) {
  if (!fits_protocol(rule, traffic, ipv4)) {
    return false;
  }
  if (rule.protocol == "-1") {
    return true;
  }
  if (traffic.protocol == kIcmp) {
    const int echo = ipv4 ? kEchoRequest : kEchoRequestV6;
    return (rule.from_port < 0 || rule.from_port == echo) && rule.to_port <= 0;
  }
  return rule.from_port <= traffic.port && traffic.port <= rule.to_port;
}

bool is_listed(const World& world, const Id<model::PrefixList>& id, const IpAddress& address) {
  const model::PrefixList* list = world.find(id);
  return list != nullptr && std::ranges::any_of(list->versions.back().entries,
                                                [&](const model::PrefixListEntry& entry) {
                                                  return entry.cidr.contains(address);
                                                });
}

bool fits_peer(const World& world, const SecurityGroupRule& rule, const Peer& peer) {
  if (rule.prefix_list) {
    return is_listed(world, *rule.prefix_list, peer.address);
  }
  if (rule.group) {
    return std::ranges::find(peer.groups, *rule.group) != peer.groups.end();
  }
  return rule.cidr && rule.cidr->contains(peer.address);
}

std::string name_of(const SecurityGroupRule& rule) {
  return rule.id.empty() ? std::string("a rule") : rule.id;
}

// What the rule says of the other side.
std::string peer_of(const SecurityGroupRule& rule) {
  return rule.group         ? rule.group->value
         : rule.prefix_list ? rule.prefix_list->value
         : rule.cidr        ? rule.cidr->text()
                            : "";
}

std::string peer_text(const Peer& peer) {
  return peer.groups.empty()
             ? peer.address.text()
             : fmt::format("{} ({})", peer.address.text(), fmt::join(peer.groups, ", "));
}

}  // namespace

std::string text(const Traffic& traffic) {
  switch (traffic.protocol) {
    case kTcp:
      return fmt::format("tcp {}", traffic.port);
    case kUdp:
      return fmt::format("udp {}", traffic.port);
    default:
      return "icmp echo";
  }
}

Hop ask_rules(const World& world, const Question& question, Hop hop) {
  const char* const direction = question.egress ? "outbound" : "inbound";
  const char* const towards = question.egress ? "to" : "from";
  hop.subject.egress = question.egress;
  for (const auto& id : question.groups) {
    hop.subject.groups.push_back(id.value);
  }
  for (const auto& id : question.groups) {
    const SecurityGroup* group = world.find(id);
    if (group == nullptr) {
      continue;
    }
    hop.account = group->owner.value;
    for (const SecurityGroupRule& rule : group->rules) {
      if (rule.egress == question.egress &&
          fits_service(rule, question.traffic, question.peer.address.is_v4()) &&
          fits_peer(world, rule, question.peer)) {
        hop.resource = id.value;
        hop.subject.group = id.value;
        hop.subject.rule = rule;
        hop.because = fmt::format("{} of {} admits {} {} {}", name_of(rule), id.value,
                                  text(question.traffic), towards, peer_of(rule));
        hop.verdict.reset();
        return hop;
      }
    }
  }
  hop.judgement = Judgement::Stops;
  hop.resource = question.groups.empty() ? "" : question.groups.front().value;
  hop.because =
      fmt::format("no {} rule of {} admits {} {} {}", direction, fmt::join(question.groups, ", "),
                  text(question.traffic), towards, peer_text(question.peer));
  if (!question.groups.empty()) {
    hop.fixes.push_back({hop.account, authorize_command(question)});
  }
  return hop;
}

}  // namespace postern::explain
