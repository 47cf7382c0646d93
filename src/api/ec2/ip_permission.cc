// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/ip_permission.h"

#include "api/ec2/find.h"
#include "api/ec2/group_lookup.h"
#include "api/ec2/if_any.h"
#include "api/ec2/supported.h"
#include "model/security_group_rules.h"

namespace postern::api::ec2 {
namespace {

// Whose rules are being read, and which of them.
struct Context {
  const model::World& world;
  const model::Caller& caller;
  const model::SecurityGroup& group;
  bool egress;
};

Result<model::SecurityGroupRule> cidr_rule(model::SecurityGroupRule rule,
                                           model::AddressFamily family, const std::string& cidr,
                                           const std::optional<std::string>& description) {
  TRY_ASSIGN(rule.cidr, model::rule_cidr(family, cidr));
  rule.description = description.value_or("");
  TRY(check_rule_description(rule.description));
  return rule;
}

Result<model::Id<model::SecurityGroup>> named_group(const Context& context,
                                                    const UserIdGroupPair& pair) {
  TRY(absent("VpcPeeringConnectionId", pair.VpcPeeringConnectionId));
  const std::string written = pair.GroupId.value_or(pair.GroupName.value_or(""));
  if (written.empty()) {
    return refuse(faults::MissingParameter,
                  "The request must contain the parameter groupName or groupId");
  }
  // A group of another account is as good as none: VPCs are not peered.
  if (!pair.UserId.value_or("").empty() && *pair.UserId != context.group.owner.value) {
    return refuse(faults::InvalidGroupNotFound, "The security group '{}' does not exist", written);
  }
  if (pair.GroupId) {
    return peer_group(context.world, context.caller, context.group, *pair.GroupId);
  }
  const auto* group = group_of_name(context.world, context.group.vpc, *pair.GroupName);
  if (group == nullptr) {
    return refuse(faults::InvalidGroupNotFound, "The security group '{}' does not exist", written);
  }
  return group->id;
}

Result<model::SecurityGroupRule> group_rule(const Context& context, model::SecurityGroupRule rule,
                                            const UserIdGroupPair& pair) {
  TRY_ASSIGN(rule.group, named_group(context, pair));
  rule.description = pair.Description.value_or("");
  TRY(check_rule_description(rule.description));
  return rule;
}

Result<model::SecurityGroupRule> list_rule(const Context& context, model::SecurityGroupRule rule,
                                           const PrefixListRange& range) {
  TRY_ASSIGN(const model::PrefixList* const list,
             find<model::PrefixList>(context.world, context.caller, range.PrefixListId));
  rule.prefix_list = list->id;
  rule.description = range.Description.value_or("");
  TRY(check_rule_description(rule.description));
  return rule;
}

Result<> check_peers(const IpPermission& permission, bool egress) {
  if (permission.Groups.empty() && permission.IpRanges.empty() && permission.Ipv6Ranges.empty() &&
      permission.PrefixListIds.empty()) {
    const std::string_view peer = egress ? "destination" : "source";
    return refuse(faults::MissingParameter,
                  "Missing {} specification: include {} security group or CIDR information", peer,
                  peer);
  }
  return {};
}

Result<> append_rules(const Context& context, const IpPermission& permission,
                      std::vector<model::SecurityGroupRule>& rules) {
  TRY_ASSIGN(const model::RuleTraffic traffic,
             model::rule_traffic(permission.IpProtocol, permission.FromPort, permission.ToPort));
  TRY(check_peers(permission, context.egress));
  const model::SecurityGroupRule draft{.egress = context.egress,
                                       .protocol = traffic.protocol,
                                       .from_port = traffic.from_port,
                                       .to_port = traffic.to_port};
  for (const IpRange& range : permission.IpRanges) {
    TRY_ASSIGN(auto rule,
               cidr_rule(draft, model::AddressFamily::Ipv4, range.CidrIp, range.Description));
    rules.push_back(std::move(rule));
  }
  for (const Ipv6Range& range : permission.Ipv6Ranges) {
    TRY_ASSIGN(auto rule,
               cidr_rule(draft, model::AddressFamily::Ipv6, range.CidrIpv6, range.Description));
    rules.push_back(std::move(rule));
  }
  for (const UserIdGroupPair& pair : permission.Groups) {
    TRY_ASSIGN(auto rule, group_rule(context, draft, pair));
    rules.push_back(std::move(rule));
  }
  for (const PrefixListRange& range : permission.PrefixListIds) {
    TRY_ASSIGN(auto rule, list_rule(context, draft, range));
    rules.push_back(std::move(rule));
  }
  return {};
}

// Whether DescribeSecurityGroups prints ports for the protocol. [EC2 API reference, IpPermission]
bool prints_ports(const std::string& protocol) {
  return protocol == "tcp" || protocol == "udp" || protocol == "icmp" || protocol == "icmpv6";
}

IpPermissionItem& item_for(std::vector<IpPermissionItem>& items,
                           const model::SecurityGroupRule& rule) {
  IpPermissionItem wanted{.ipProtocol = rule.protocol};
  if (prints_ports(rule.protocol)) {
    wanted.fromPort = rule.from_port;
    wanted.toPort = rule.to_port;
  }
  for (IpPermissionItem& item : items) {
    if (item.ipProtocol == wanted.ipProtocol && item.fromPort == wanted.fromPort &&
        item.toPort == wanted.toPort) {
      return item;
    }
  }
  return items.emplace_back(std::move(wanted));
}

}  // namespace

Result<std::vector<model::SecurityGroupRule>> rules_of(
    const model::World& world, const model::Caller& caller, const model::SecurityGroup& group,
    bool egress, const std::vector<IpPermission>& permissions) {
  std::vector<model::SecurityGroupRule> rules;
  for (const IpPermission& permission : permissions) {
    TRY(append_rules({world, caller, group, egress}, permission, rules));
  }
  return rules;
}

Result<model::Id<model::SecurityGroup>> peer_group(const model::World& world,
                                                   const model::Caller& caller,
                                                   const model::SecurityGroup& group,
                                                   const std::string& id) {
  TRY_ASSIGN(const model::SecurityGroup* const peer, find<model::SecurityGroup>(world, caller, id));
  if (peer->vpc != group.vpc) {
    return refuse(faults::InvalidGroupNotFound,
                  "You have specified two resources that belong to different networks.");
  }
  return peer->id;
}

Result<> check_rule_description(const std::string& description) {
  if (!model::is_description(description)) {
    return refuse(faults::InvalidParameterValue,
                  "Invalid rule description. Valid descriptions are strings less than 256 "
                  "characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{{}}!$*");
  }
  return {};
}

std::vector<IpPermissionItem> permission_items(const std::vector<model::SecurityGroupRule>& rules,
                                               bool egress,
                                               const model::Id<model::Account>& owner) {
  std::vector<IpPermissionItem> items;
  for (const model::SecurityGroupRule& rule : rules) {
    if (rule.egress != egress) {
      continue;
    }
    IpPermissionItem& item = item_for(items, rule);
    const auto description = if_any(rule.description);
    if (rule.group) {
      item.groups.push_back({owner.value, rule.group->value, description});
    } else if (rule.prefix_list) {
      item.prefixListIds.push_back({rule.prefix_list->value, description});
    } else if (rule.cidr->is_v4()) {
      item.ipRanges.push_back({rule.cidr->text(), description});
    } else {
      item.ipv6Ranges.push_back({rule.cidr->text(), description});
    }
  }
  return items;
}

}  // namespace postern::api::ec2
