// SPDX-License-Identifier: Apache-2.0
#include "model/security_group_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace postern::model {
namespace {

constexpr std::size_t kDescriptionLengthMax = 255;
constexpr int kRulesMax = 60;  // inbound or outbound, IPv4 or IPv6
constexpr int kPortMax = 65535;
constexpr int kIcmpMax = 255;
constexpr int kProtocolMax = 255;

std::string in_case(std::string_view text, int (*convert)(int)) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [&](char c) { return static_cast<char>(convert(static_cast<unsigned char>(c))); });
  return out;
}

// "tcp" for TCP and 6; the number for what has no name.
std::optional<std::string> canonical_protocol(std::string_view written) {
  const std::string text = in_case(written, std::tolower);
  for (const auto& [name, number] :
       {std::pair("tcp", "6"), {"udp", "17"}, {"icmp", "1"}, {"icmpv6", "58"}, {"-1", "-1"}}) {
    if (text == name || text == number) {
      return name;
    }
  }
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || number < 0 ||
      number > kProtocolMax) {
    return std::nullopt;
  }
  return fmt::format("{}", number);
}

bool is_icmp(std::string_view protocol) {
  return protocol == "icmp" || protocol == "icmpv6";
}

bool has_ports(std::string_view protocol) {
  return protocol == "tcp" || protocol == "udp";
}

Result<RuleTraffic> port_traffic(std::string protocol, std::optional<int> from,
                                 std::optional<int> to) {
  if (!from || !to) {
    return refuse(faults::InvalidParameterValue,
                  "Invalid value 'Must specify both from and to ports with TCP/UDP.' for "
                  "portRange.");
  }
  for (const int port : {*from, *to}) {
    if (port < 0 || port > kPortMax) {
      return refuse(faults::InvalidParameterValue, "TCP/UDP port ({}) out of range", port);
    }
  }
  if (*from > *to) {
    return refuse(faults::InvalidParameterValue, "Invalid TCP/UDP port range ({}:{})", *from, *to);
  }
  return RuleTraffic{.protocol = std::move(protocol), .from_port = *from, .to_port = *to};
}

Result<RuleTraffic> icmp_traffic(std::string protocol, std::optional<int> type,
                                 std::optional<int> code) {
  if (protocol == "icmpv6" && !type && !code) {
    return RuleTraffic{.protocol = std::move(protocol)};
  }
  if (!type || (!code && *type != -1)) {
    return refuse(faults::InvalidParameterValue,
                  "Invalid value 'Must specify both type and code with ICMP.' for portRange.");
  }
  if (*type < -1 || *type > kIcmpMax) {
    return refuse(faults::InvalidParameterValue, "ICMP type ({}) out of range", *type);
  }
  if (code && (*code < -1 || *code > kIcmpMax)) {
    return refuse(faults::InvalidParameterValue, "ICMP code ({}) out of range", *code);
  }
  // "If you specify all ICMP types, you must specify all ICMP codes." [IpPermission, FromPort]
  if (*type == -1 && code.value_or(-1) != -1) {
    return refuse(faults::InvalidParameterValue,
                  "ICMP code ({}) must be -1 when the ICMP type is -1", *code);
  }
  return RuleTraffic{
      .protocol = std::move(protocol), .from_port = *type, .to_port = code.value_or(-1)};
}

std::string icmp_number(int number) {
  return number == -1 ? "ALL" : fmt::format("{}", number);
}

std::string describe_traffic(const SecurityGroupRule& rule) {
  if (rule.protocol == "-1") {
    return "ALL";
  }
  const std::string protocol = in_case(rule.protocol, std::toupper);
  if (is_icmp(rule.protocol)) {
    return fmt::format("{}, type: {}, code: {}", protocol, icmp_number(rule.from_port),
                       icmp_number(rule.to_port));
  }
  if (has_ports(rule.protocol)) {
    return fmt::format("{}, from port: {}, to port: {}", protocol, rule.from_port, rule.to_port);
  }
  return protocol;
}

// For how many rules of the address family it counts. A group as peer counts in both; a prefix list
// for as many as its size. [VPC user guide, "Amazon VPC quotas"]
int weight(const World& world, const SecurityGroupRule& rule, bool v4) {
  if (rule.prefix_list) {
    const PrefixList* list = world.find(*rule.prefix_list);
    return list != nullptr && list->ipv6 != v4 ? list->max_entries : 0;
  }
  return !rule.cidr || rule.cidr->is_v4() == v4 ? 1 : 0;
}

bool has_rule(const std::vector<SecurityGroupRule>& rules, const SecurityGroupRule& rule) {
  return std::any_of(rules.begin(), rules.end(),
                     [&](const SecurityGroupRule& other) { return is_same_rule(rule, other); });
}

}  // namespace

Result<RuleTraffic> rule_traffic(std::string_view protocol, std::optional<int> from_port,
                                 std::optional<int> to_port) {
  auto canonical = canonical_protocol(protocol);
  if (!canonical) {
    return refuse(faults::InvalidParameterValue,
                  "Invalid value '{}' for IP protocol. Unknown protocol.", protocol);
  }
  if (has_ports(*canonical)) {
    return port_traffic(*std::move(canonical), from_port, to_port);
  }
  if (is_icmp(*canonical)) {
    return icmp_traffic(*std::move(canonical), from_port, to_port);
  }
  return RuleTraffic{.protocol = *std::move(canonical)};
}

Result<Cidr> rule_cidr(AddressFamily family, std::string_view text) {
  const auto cidr = Cidr::parse(text);
  if (!cidr || cidr->is_v4() != (family == AddressFamily::Ipv4)) {
    return refuse(faults::InvalidParameterValue, "CIDR block {} is malformed", text);
  }
  return *cidr;
}

bool is_description(std::string_view text) {
  static constexpr std::string_view kMarks = " ._-:/()#,@[]+=&;{}!$*";
  return text.size() <= kDescriptionLengthMax && std::all_of(text.begin(), text.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                  kMarks.find(c) != std::string_view::npos;
         });
}

bool is_same_rule(const SecurityGroupRule& a, const SecurityGroupRule& b) {
  return a.egress == b.egress && a.protocol == b.protocol && a.from_port == b.from_port &&
         a.to_port == b.to_port && a.cidr == b.cidr && a.group == b.group &&
         a.prefix_list == b.prefix_list;
}

std::string describe_rule(const SecurityGroupRule& rule) {
  const std::string peer = rule.cidr    ? rule.cidr->text()
                           : rule.group ? rule.group->value
                                        : rule.prefix_list->value;
  return fmt::format("peer: {}, {}, ALLOW", peer, describe_traffic(rule));
}

bool within_limits(const World& world, const std::vector<SecurityGroupRule>& rules) {
  for (const bool egress : {false, true}) {
    for (const bool v4 : {false, true}) {
      int sum = 0;
      for (const SecurityGroupRule& rule : rules) {
        sum += rule.egress == egress ? weight(world, rule, v4) : 0;
      }
      if (sum > kRulesMax) {
        return false;
      }
    }
  }
  return true;
}

Result<> add_rules(const World& world, SecurityGroup& group,
                   const std::vector<SecurityGroupRule>& added) {
  std::vector<SecurityGroupRule> rules = group.rules;
  for (const SecurityGroupRule& rule : added) {
    if (has_rule(group.rules, rule)) {
      return refuse(faults::InvalidPermissionDuplicate, "the specified rule \"{}\" already exists",
                    describe_rule(rule));
    }
    if (has_rule(rules, rule)) {
      return refuse(faults::InvalidParameterValue,
                    "The same permission must not appear multiple times");
    }
    rules.push_back(rule);
  }
  if (!within_limits(world, rules)) {
    return refuse(faults::RulesPerSecurityGroupLimitExceeded,
                  "The maximum number of rules per security group has been reached.");
  }
  group.rules = std::move(rules);
  return {};
}

std::vector<SecurityGroupRule> initial_rules(std::string rule_id) {
  return {{.id = std::move(rule_id),
           .egress = true,
           .protocol = "-1",
           .cidr = Cidr(IpAddress::v4(0), 0)}};
}

SecurityGroupRule initial_ipv6_rule(std::string rule_id) {
  return {.id = std::move(rule_id), .egress = true, .protocol = "-1", .cidr = Cidr(IpAddress(), 0)};
}

}  // namespace postern::model
