// SPDX-License-Identifier: Apache-2.0
#include "explain/acls.h"

#include <algorithm>
#include <set>

#include "dataplane/compile/parts.h"
#include "explain/fix.h"
#include "reference/frame.h"

namespace postern::explain {
namespace {

using model::NetworkAcl;
using model::NetworkAclEntry;
using model::World;
using reference::kIcmp;
using reference::kIcmpv6;
using reference::kTcp;

constexpr int kEchoRequest = 8, kEchoReply = 0, kEchoRequestV6 = 128, kEchoReplyV6 = 129;

// The ports of `entry`, as the packet program has them.
std::pair<int, int> bounds(const NetworkAclEntry& entry) {
  return {std::max(entry.from, 0), std::max(entry.to, 0)};
}

bool fits(const NetworkAclEntry& entry, const AclQuestion& asked, int port) {
  if (entry.egress != asked.egress || !entry.cidr.contains(asked.peer)) {
    return false;
  }
  if (entry.protocol < 0) {
    return true;
  }
  if (entry.protocol != asked.ports.protocol) {
    return false;
  }
  if (entry.protocol == kIcmp || entry.protocol == kIcmpv6) {
    return (entry.from < 0 || entry.from == port) && entry.to <= 0;
  }
  const auto [low, high] = bounds(entry);
  return low <= port && port <= high;
}

// The entry that decides; null: none, and so no.
const NetworkAclEntry* decider(const NetworkAcl& acl, const AclQuestion& asked, int port) {
  const auto found = std::ranges::find_if(
      acl.entries, [&](const NetworkAclEntry& entry) { return fits(entry, asked, port); });
  return found == acl.entries.end() ? nullptr : &*found;
}

// One port of each stretch of ports on which the ACL says one thing.
std::set<int> telling_ports(const NetworkAcl& acl, const AclQuestion& asked) {
  std::set<int> telling = {asked.ports.low};
  for (const NetworkAclEntry& entry : acl.entries) {
    const auto [low, high] = bounds(entry);
    telling.insert({low, high + 1});
  }
  std::erase_if(telling,
                [&](int port) { return port < asked.ports.low || port > asked.ports.high; });
  return telling;
}

std::string text(const Ports& ports) {
  if (ports.protocol == kIcmp || ports.protocol == kIcmpv6) {
    const bool asks = ports.low == kEchoRequest || ports.low == kEchoRequestV6;
    return asks ? "icmp echo" : "icmp echo reply";
  }
  const char* const name = ports.protocol == kTcp ? "tcp" : "udp";
  return ports.low == ports.high ? fmt::format("{} {}", name, ports.low)
                                 : fmt::format("{} {}-{}", name, ports.low, ports.high);
}

std::string says(const NetworkAcl& acl, const NetworkAclEntry* entry, bool allows) {
  return entry == nullptr ? fmt::format("no rule of {} allows", acl.id)
                          : fmt::format("rule {} of {} {}", entry->rule_number, acl.id,
                                        allows ? "allows" : "denies");
}

Hop ask(const NetworkAcl& acl, const AclQuestion& asked, Hop hop) {
  hop.resource = acl.id.value;
  hop.account = acl.owner.value;
  const NetworkAclEntry* allowing = nullptr;
  const NetworkAclEntry* denying = nullptr;
  int allowed = 0;
  int denied = 0;
  Ports first_denied = asked.ports;
  for (const int port : telling_ports(acl, asked)) {
    const NetworkAclEntry* entry = decider(acl, asked, port);
    if (entry != nullptr && entry->allow) {
      allowing = entry;
      ++allowed;
    } else if (++denied == 1) {
      denying = entry;
      first_denied.low = first_denied.high = port;
    }
  }
  const char* const towards = asked.egress ? "to" : "from";
  const NetworkAclEntry* deciding = allowed == 0 ? denying : allowing;
  hop.subject.acl = acl.id.value;
  hop.subject.egress = asked.egress;
  hop.subject.entry = deciding != nullptr ? std::optional(*deciding) : std::nullopt;
  if (denied == 0) {
    hop.because = fmt::format("{} {} {} {}", says(acl, allowing, true), text(asked.ports), towards,
                              asked.peer.text());
    hop.verdict.reset();
    return hop;
  }
  hop.judgement = allowed == 0 ? Judgement::Stops : Judgement::Unknown;
  hop.because = allowed == 0 ? fmt::format("{} {} {} {}", says(acl, denying, false),
                                           text(asked.ports), towards, asked.peer.text())
                             : fmt::format("it allows only some of {} {} {}: {} {}",
                                           text(asked.ports), towards, asked.peer.text(),
                                           says(acl, denying, false), text(first_denied));
  if (std::string command = allow_command(acl, asked, denying); !command.empty()) {
    hop.fixes.push_back({acl.owner.value, std::move(command)});
  }
  return hop;
}

void ask_at(const World& world, const End& end, const AclQuestion& asked,
            std::optional<dataplane::Verdict> verdict, std::vector<Hop>& hops) {
  const model::Subnet* subnet = world.find(end.interface->subnet);
  if (subnet == nullptr || dataplane::acl_of(world, *subnet) == 0) {
    return;
  }
  hops.push_back(ask(
      *world.find(subnet->network_acl), asked,
      {.step =
           fmt::format("network ACL of the {}'s subnet, {}{}", end.name,
                       asked.egress ? "outbound" : "inbound", verdict ? "" : ", for the answers"),
       .verdict = verdict,
       .subject = {.interface = end.interface->id.value, .for_answers = !verdict.has_value()}}));
}

Ports answers(const Traffic& traffic, int low, int high) {
  return traffic.protocol == kIcmp ? Ports{.protocol = kIcmp, .low = kEchoReply, .high = kEchoReply}
                                   : Ports{.protocol = traffic.protocol, .low = low, .high = high};
}

// An echo of IPv6 has another protocol, and other types.
Ports in_family(const Ports& ports, const IpAddress& address) {
  if (address.is_v4() || ports.protocol != kIcmp) {
    return ports;
  }
  const int type = ports.low == kEchoRequest ? kEchoRequestV6 : kEchoReplyV6;
  return {.protocol = kIcmpv6, .low = type, .high = type};
}

}  // namespace

Ports ports_of(const Traffic& traffic) {
  const int port = traffic.protocol == kIcmp ? kEchoRequest : traffic.port;
  return {.protocol = traffic.protocol, .low = port, .high = port};
}

Ports answers_to_client(const Traffic& traffic) {
  return answers(traffic, 32768, 60999);
}

Ports answers_to_node(const Traffic& traffic) {
  return answers(traffic, 1024, 65535);
}

void ask_acls(const World& world, const Stretch& stretch, std::vector<Hop>& hops) {
  if (stretch.from.interface->subnet == stretch.to.interface->subnet) {
    return;
  }
  const Ports ports = in_family(stretch.ports, stretch.destination);
  ask_at(world, stretch.from, {.egress = true, .ports = ports, .peer = stretch.destination},
         stretch.out_denied, hops);
  ask_at(world, stretch.to, {.egress = false, .ports = ports, .peer = stretch.source},
         stretch.in_denied, hops);
}

}  // namespace postern::explain
