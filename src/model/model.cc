// SPDX-License-Identifier: Apache-2.0
// Small rules of single records.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "model/transaction.h"

namespace postern::model {

bool is_reserved(const Subnet& subnet, const IpAddress& address) {
  const std::uint64_t offset = address.v4_value() - subnet.cidr.base().v4_value();
  return offset < 4 || offset == subnet.cidr.size() - 1;
}

bool is_reserved_ipv6(const Cidr& block, const IpAddress& address) {
  const auto& bytes = address.bytes();
  const auto are = [&](std::uint8_t value) {
    return std::all_of(bytes.begin() + 8, bytes.end() - 1,
                       [&](std::uint8_t byte) { return byte == value; });
  };
  return block.contains(address) && ((are(0) && bytes[15] < 4) || (are(0xff) && bytes[15] == 0xff));
}

std::vector<Cidr> ipv4_cidrs_of(const Vpc& vpc) {
  std::vector<Cidr> cidrs = {vpc.cidr};
  std::ranges::transform(vpc.ipv4_blocks, std::back_inserter(cidrs), &CidrBlock::cidr);
  return cidrs;
}

std::vector<Cidr> cidrs_of(const Vpc& vpc) {
  std::vector<Cidr> cidrs = ipv4_cidrs_of(vpc);
  std::ranges::transform(vpc.ipv6_blocks, std::back_inserter(cidrs), &CidrBlock::cidr);
  return cidrs;
}

bool is_within(const Vpc& vpc, const IpAddress& address) {
  return std::ranges::any_of(cidrs_of(vpc),
                             [&](const Cidr& cidr) { return cidr.contains(address); });
}

bool supports(const EndpointService& service, std::string_view ip_address_type) {
  return std::ranges::count(service.ip_address_types, ip_address_type) != 0;
}

IpAddress resolver_address(const Vpc& vpc) {
  return vpc.cidr.at(2);
}

std::vector<Id<TargetGroup>> groups_of(const Listener& listener) {
  std::vector<Id<TargetGroup>> found;
  const auto add = [&](const Id<TargetGroup>& group) {
    if (!group.empty() && std::ranges::find(found, group) == found.end()) {
      found.push_back(group);
    }
  };
  const auto add_all = [&](const RuleAction& action) {
    for (const WeightedGroup& group : action.groups) {
      add(group.group);
    }
  };
  add_all(listener.default_action);
  for (const ListenerRule& rule : listener.rules) {
    add_all(rule.action);
  }
  return found;
}

bool forwards_to(const Listener& listener, const Id<TargetGroup>& group) {
  const auto has = [&](const RuleAction& action) {
    return std::ranges::find(action.groups, group, &WeightedGroup::group) != action.groups.end();
  };
  return has(listener.default_action) ||
         std::ranges::any_of(listener.rules, has, &ListenerRule::action);
}

Id<Target> alb_node_key(const Id<Target>& alb, const std::string& zone) {
  return Id<Target>(alb.value + "|" + zone);
}

Id<Target> target_key(const Id<TargetGroup>& group, const std::string& target_id, int port) {
  return Id<Target>(fmt::format("{}|{}|{}", group, target_id, port));
}

std::uint32_t Transaction::next_number() {
  static const Id<Counters> kRow("counters");
  const Counters* row = world_.find(kRow);
  Counters next = row != nullptr ? *row : Counters{.id = kRow};
  ++next.last_number;
  put(next);
  return next.last_number;
}

// The first ifindexes of a namespace are its loopback's and, on hosts with such modules, those of
// sit0, gre0 and their like, which the kernel adds to every namespace.
constexpr std::uint32_t kFirstPort = 64;

std::uint32_t Transaction::free_port() const {
  std::set<std::uint32_t> used;
  for (const auto& [id, vpc] : world_.all<Vpc>()) {
    used.insert(vpc->services_port);
  }
  for (const auto& [id, interface] : world_.all<NetworkInterface>()) {
    used.insert(interface->port);
  }
  std::uint32_t port = kFirstPort;
  for (auto at = used.lower_bound(port); at != used.end() && *at == port; ++at) {
    ++port;
  }
  return port;
}

}  // namespace postern::model
