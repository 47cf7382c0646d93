// SPDX-License-Identifier: Apache-2.0
// The rules of network ACLs: CreateNetworkAclEntry, ReplaceNetworkAclEntry, DeleteNetworkAclEntry.
#include <netinet/in.h>

#include <algorithm>
#include <charconv>

#include "api/ec2/actions.h"
#include "api/ec2/cidr_block.h"
#include "api/ec2/find.h"

namespace postern::api::ec2 {
namespace {

using model::NetworkAcl;
using model::NetworkAclEntry;

// In one direction. "This quota includes both IPv4 and IPv6 rules, and includes the default deny
// rules." [VPC user guide, "Amazon VPC quotas"]
constexpr std::ptrdiff_t kRulesMax = 20;
constexpr std::ptrdiff_t kDefaultDenyRules = 1;
constexpr int kRuleNumberMax = 32766;
constexpr int kProtocolMax = 255;
constexpr int kPortMax = 65535;
constexpr int kIcmpMax = 255;

struct IcmpTypeCode {
  std::optional<int> Code;
  std::optional<int> Type;
};
BOOST_DESCRIBE_STRUCT(IcmpTypeCode, (), (Code, Type))

struct PortRange {
  std::optional<int> From;
  std::optional<int> To;
};
BOOST_DESCRIBE_STRUCT(PortRange, (), (From, To))

// Of CreateNetworkAclEntry and ReplaceNetworkAclEntry.
struct EntryRequest {
  std::string NetworkAclId;
  int RuleNumber = 0;
  std::string Protocol;
  std::string RuleAction;
  bool Egress = false;
  std::optional<std::string> CidrBlock;
  std::optional<std::string> Ipv6CidrBlock;
  IcmpTypeCode Icmp;
  ec2::PortRange PortRange;
};
BOOST_DESCRIBE_STRUCT(EntryRequest, (),
                      (NetworkAclId, RuleNumber, Protocol, RuleAction, Egress, CidrBlock,
                       Ipv6CidrBlock, Icmp, PortRange))

Result<> check_rule_number(int number) {
  if (number < 1 || number > kRuleNumberMax) {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter ruleNumber is invalid. The rule number must be between "
                  "1 and {}.",
                  number, kRuleNumberMax);
  }
  return {};
}

// A number, or one of the names that AWS takes too.
Result<int> protocol_number(const std::string& text) {
  for (const auto& [name, number] : {std::pair<const char*, int>("tcp", IPPROTO_TCP),
                                     {"udp", IPPROTO_UDP},
                                     {"icmp", IPPROTO_ICMP},
                                     {"icmpv6", IPPROTO_ICMPV6},
                                     {"all", -1}}) {
    if (text == name) {
      return number;
    }
  }
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stopped != end || number < -1 || number > kProtocolMax) {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter protocol is invalid. Unknown protocol.", text);
  }
  return number;
}

Result<bool> is_allow(const std::string& action) {
  if (action != "allow" && action != "deny") {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter ruleAction is invalid. Expected 'allow' or 'deny'.",
                  action);
  }
  return action == "allow";
}

Result<Cidr> entry_cidr(const EntryRequest& request) {
  const std::string v4 = request.CidrBlock.value_or("");
  const std::string v6 = request.Ipv6CidrBlock.value_or("");
  if (v4.empty() == v6.empty()) {
    return v4.empty() ? refuse(faults::MissingParameter,
                               "Either 'cidrBlock' or 'ipv6CidrBlock' should be provided.")
                      : refuse(faults::InvalidParameterCombination,
                               "The parameter cidrBlock cannot be used with the parameter "
                               "ipv6CidrBlock");
  }
  if (!v4.empty()) {
    return parse_cidr_block(v4);
  }
  const auto cidr = Cidr::parse(v6);
  if (!cidr || cidr->is_v4()) {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter ipv6CidrBlock is invalid. This is not a valid CIDR "
                  "block.",
                  v6);
  }
  return *cidr;
}

Result<> set_ports(const PortRange& range, NetworkAclEntry& entry) {
  if (!range.From || !range.To) {
    return refuse(faults::MissingParameter, "The request must contain the parameter portRange");
  }
  if (*range.From < 0 || *range.To > kPortMax || *range.From > *range.To) {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}-{}) for parameter portRange is invalid. Invalid port range.",
                  *range.From, *range.To);
  }
  entry.from = *range.From;
  entry.to = *range.To;
  return {};
}

Result<> set_icmp(const IcmpTypeCode& icmp, NetworkAclEntry& entry) {
  if (!icmp.Type || !icmp.Code) {
    return refuse(faults::MissingParameter, "The request must contain the parameter icmpTypeCode");
  }
  for (const int value : {*icmp.Type, *icmp.Code}) {
    if (value < -1 || value > kIcmpMax) {
      return refuse(faults::InvalidParameterValue,
                    "Value ({}) for parameter icmpTypeCode is invalid. Expected -1 to {}.", value,
                    kIcmpMax);
    }
  }
  entry.from = *icmp.Type;
  entry.to = *icmp.Code;
  return {};
}

// "If you specify "-1" or a protocol number other than "6" (TCP), "17" (UDP), or "1" (ICMP),
// traffic on all ports is allowed, regardless of any ports or ICMP types or codes that you
// specify." [EC2 API reference, CreateNetworkAclEntry, Protocol]
Result<NetworkAclEntry> entry_of(const EntryRequest& request) {
  NetworkAclEntry entry{.rule_number = request.RuleNumber, .egress = request.Egress};
  TRY(check_rule_number(request.RuleNumber));
  TRY_ASSIGN(entry.protocol, protocol_number(request.Protocol));
  TRY_ASSIGN(entry.allow, is_allow(request.RuleAction));
  TRY_ASSIGN(entry.cidr, entry_cidr(request));
  if (entry.protocol == IPPROTO_TCP || entry.protocol == IPPROTO_UDP) {
    TRY(set_ports(request.PortRange, entry));
  } else if (entry.protocol == (entry.cidr.is_v4() ? int{IPPROTO_ICMP} : int{IPPROTO_ICMPV6})) {
    TRY(set_icmp(request.Icmp, entry));
  }
  return entry;
}

std::unexpected<Error> refuse_missing_entry(int rule_number) {
  return refuse(faults::InvalidNetworkAclEntryNotFound,
                "The network acl entry identified by {} does not exist.", rule_number);
}

// ---- CreateNetworkAclEntry ----

Result<> check_room(const NetworkAcl& acl, const NetworkAclEntry& entry) {
  if (model::find_entry(acl, entry.egress, entry.rule_number) != nullptr) {
    return refuse(faults::NetworkAclEntryAlreadyExists,
                  "The network acl entry identified by {} already exists.", entry.rule_number);
  }
  const auto rules = std::ranges::count_if(
      acl.entries, [&](const NetworkAclEntry& other) { return other.egress == entry.egress; });
  if (rules + kDefaultDenyRules >= kRulesMax) {
    return refuse(faults::NetworkAclEntryLimitExceeded,
                  "The maximum number of network acl entries has been reached.");
  }
  return {};
}

Result<Done> create_network_acl_entry(model::Transaction& tx, const model::Caller& caller,
                                      const EntryRequest& request) {
  TRY_ASSIGN(const NetworkAcl* const found,
             find<NetworkAcl>(tx.world(), caller, request.NetworkAclId));
  TRY_ASSIGN(const NetworkAclEntry entry, entry_of(request));
  TRY(check_room(*found, entry));
  NetworkAcl acl = *found;
  model::set_entry(acl, entry);
  tx.put(std::move(acl));
  return Done{};
}

// ---- ReplaceNetworkAclEntry ----

Result<Done> replace_network_acl_entry(model::Transaction& tx, const model::Caller& caller,
                                       const EntryRequest& request) {
  TRY_ASSIGN(const NetworkAcl* const found,
             find<NetworkAcl>(tx.world(), caller, request.NetworkAclId));
  TRY_ASSIGN(const NetworkAclEntry entry, entry_of(request));
  if (model::find_entry(*found, entry.egress, entry.rule_number) == nullptr) {
    return refuse_missing_entry(entry.rule_number);
  }
  NetworkAcl acl = *found;
  model::set_entry(acl, entry);
  tx.put(std::move(acl));
  return Done{};
}

// ---- DeleteNetworkAclEntry ----

struct DeleteNetworkAclEntryRequest {
  std::string NetworkAclId;
  int RuleNumber = 0;
  bool Egress = false;
};
BOOST_DESCRIBE_STRUCT(DeleteNetworkAclEntryRequest, (), (NetworkAclId, RuleNumber, Egress))

Result<Done> delete_network_acl_entry(model::Transaction& tx, const model::Caller& caller,
                                      const DeleteNetworkAclEntryRequest& request) {
  TRY_ASSIGN(const NetworkAcl* const found,
             find<NetworkAcl>(tx.world(), caller, request.NetworkAclId));
  TRY(check_rule_number(request.RuleNumber));
  if (model::find_entry(*found, request.Egress, request.RuleNumber) == nullptr) {
    return refuse_missing_entry(request.RuleNumber);
  }
  NetworkAcl acl = *found;
  std::erase_if(acl.entries, [&](const NetworkAclEntry& entry) {
    return entry.egress == request.Egress && entry.rule_number == request.RuleNumber;
  });
  tx.put(std::move(acl));
  return Done{};
}

}  // namespace

std::vector<Action> network_acl_entry_actions() {
  return {
      write<create_network_acl_entry>("CreateNetworkAclEntry"),
      write<delete_network_acl_entry>("DeleteNetworkAclEntry"),
      write<replace_network_acl_entry>("ReplaceNetworkAclEntry"),
  };
}

}  // namespace postern::api::ec2
