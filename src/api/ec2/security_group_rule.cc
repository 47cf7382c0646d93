// SPDX-License-Identifier: Apache-2.0
// Rules by their own ids: DescribeSecurityGroupRules, ModifySecurityGroupRules and
// UpdateSecurityGroupRuleDescriptionsIngress and -Egress.
#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/filters.h"
#include "api/ec2/find.h"
#include "api/ec2/group_lookup.h"
#include "api/ec2/ip_permission.h"
#include "api/ec2/pages.h"
#include "api/ec2/security_group_rule_item.h"
#include "model/security_group_rules.h"

namespace postern::api::ec2 {
namespace {

using Rules = std::vector<model::SecurityGroupRule>;

// ---- DescribeSecurityGroupRules ----

struct DescribeSecurityGroupRulesRequest {
  std::vector<std::string> SecurityGroupRuleId;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeSecurityGroupRulesRequest, (),
                      (SecurityGroupRuleId, Filter, MaxResults, NextToken))

struct DescribeSecurityGroupRulesAnswer {
  std::vector<SecurityGroupRuleItem> securityGroupRuleSet;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeSecurityGroupRulesAnswer, (), (securityGroupRuleSet, nextToken))

struct RuleRow {
  const model::SecurityGroup* group;
  const model::SecurityGroupRule* rule;
  model::Tags tags;
};

// [EC2 API reference, DescribeSecurityGroupRules]
const FilterTable<RuleRow>& rule_filters() {
  static const FilterTable<RuleRow> kTable = {
      {"group-id", [](const RuleRow& row) { return Values{row.group->id.value}; }},
      {"security-group-rule-id", [](const RuleRow& row) { return Values{row.rule->id}; }},
  };
  return kTable;
}

// A malformed group id in the filter is refused; an unknown one finds nothing. [recorded answers]
Result<> check_group_filter(const Filters& filters) {
  for (const Filter& filter : filters) {
    if (filter.Name != "group-id") {
      continue;
    }
    for (const std::string& value : filter.Value) {
      if (value.find_first_of("*?") == std::string::npos && !well_formed(value, "sg-")) {
        return refuse(faults::InvalidGroupIdMalformed, "The security group ID '{}' is malformed",
                      value);
      }
    }
  }
  return {};
}

std::vector<RuleRow> rules_of_caller(const View& view) {
  std::vector<RuleRow> rows;
  for (const auto& [id, group] : view.world.all<model::SecurityGroup>()) {
    if (model::owns(view.caller, *group)) {
      for (const model::SecurityGroupRule& rule : group->rules) {
        rows.push_back({.group = group.get(), .rule = &rule, .tags = rule.tags});
      }
    }
  }
  std::sort(rows.begin(), rows.end(),
            [](const RuleRow& a, const RuleRow& b) { return a.rule->id < b.rule->id; });
  return rows;
}

Result<> check_rule_ids(const std::vector<std::string>& ids, const std::vector<RuleRow>& rows) {
  for (const std::string& id : ids) {
    if (std::none_of(rows.begin(), rows.end(),
                     [&](const RuleRow& row) { return row.rule->id == id; })) {
      return refuse_rule_id(id);
    }
  }
  return {};
}

Result<DescribeSecurityGroupRulesAnswer> describe_security_group_rules(
    const View& view, const DescribeSecurityGroupRulesRequest& request) {
  TRY(rule_filters().check(request.Filter));
  TRY(check_group_filter(request.Filter));
  TRY_ASSIGN(const Page page, page_of(request.MaxResults, request.NextToken));
  std::vector<RuleRow> rows = rules_of_caller(view);
  const Values& ids = request.SecurityGroupRuleId;
  TRY(check_rule_ids(ids, rows));
  std::erase_if(rows, [&](const RuleRow& row) {
    return (!ids.empty() && std::find(ids.begin(), ids.end(), row.rule->id) == ids.end()) ||
           !rule_filters().matches(request.Filter, row);
  });
  DescribeSecurityGroupRulesAnswer answer;
  answer.nextToken = cut_to_page(page, rows, [](const RuleRow& row) { return row.rule->id; });
  for (const RuleRow& row : rows) {
    answer.securityGroupRuleSet.push_back(rule_item(*row.group, *row.rule));
  }
  return answer;
}

// ---- ModifySecurityGroupRules ----

struct SecurityGroupRuleRequest {
  std::optional<std::string> IpProtocol;
  std::optional<int> FromPort;
  std::optional<int> ToPort;
  std::optional<std::string> CidrIpv4;
  std::optional<std::string> CidrIpv6;
  std::optional<std::string> PrefixListId;
  std::optional<std::string> ReferencedGroupId;
  std::optional<std::string> Description;
};
BOOST_DESCRIBE_STRUCT(SecurityGroupRuleRequest, (),
                      (IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId,
                       ReferencedGroupId, Description))

struct SecurityGroupRuleUpdate {
  std::string SecurityGroupRuleId;
  SecurityGroupRuleRequest SecurityGroupRule;
};
BOOST_DESCRIBE_STRUCT(SecurityGroupRuleUpdate, (), (SecurityGroupRuleId, SecurityGroupRule))

struct ModifySecurityGroupRulesRequest {
  std::string GroupId;
  std::vector<SecurityGroupRuleUpdate> SecurityGroupRule;
};
BOOST_DESCRIBE_STRUCT(ModifySecurityGroupRulesRequest, (), (GroupId, SecurityGroupRule))

Result<> check_one_peer(const SecurityGroupRuleRequest& request) {
  const int peers = int{request.CidrIpv4.has_value()} + int{request.CidrIpv6.has_value()} +
                    int{request.PrefixListId.has_value()} +
                    int{request.ReferencedGroupId.has_value()};
  if (peers != 1) {
    return refuse(faults::InvalidParameterCombination,
                  "Exactly one of CidrIpv4, CidrIpv6, PrefixListId and ReferencedGroupId must be "
                  "specified");
  }
  return {};
}

// "When you modify a rule, you cannot change the rule type. For example, if the rule uses an IPv4
// address range, you must use CidrIpv4 to specify a new IPv4 address range."
// [EC2 API reference, SecurityGroupRuleRequest]
Result<> check_same_type(const model::SecurityGroupRule& before,
                         const model::SecurityGroupRule& after) {
  if (before.group.has_value() != after.group.has_value() ||
      before.prefix_list.has_value() != after.prefix_list.has_value() ||
      (before.cidr && before.cidr->is_v4() != after.cidr->is_v4())) {
    return refuse(faults::InvalidParameterValue,
                  "The type of the security group rule '{}' cannot be changed", before.id);
  }
  return {};
}

// `before` with the contents of the request: all of them, as the description goes when it is not
// given.
Result<model::SecurityGroupRule> changed_rule(const model::World& world,
                                              const model::Caller& caller,
                                              const model::SecurityGroup& group,
                                              const model::SecurityGroupRule& before,
                                              const SecurityGroupRuleRequest& request) {
  TRY(check_one_peer(request));
  TRY_ASSIGN(const model::RuleTraffic traffic,
             model::rule_traffic(request.IpProtocol.value_or(before.protocol), request.FromPort,
                                 request.ToPort));
  model::SecurityGroupRule after{.id = before.id,
                                 .egress = before.egress,
                                 .protocol = traffic.protocol,
                                 .from_port = traffic.from_port,
                                 .to_port = traffic.to_port,
                                 .description = request.Description.value_or(""),
                                 .tags = before.tags};
  TRY(check_rule_description(after.description));
  if (request.ReferencedGroupId) {
    TRY_ASSIGN(after.group, peer_group(world, caller, group, *request.ReferencedGroupId));
  } else if (request.PrefixListId) {
    TRY_ASSIGN(const model::PrefixList* const list,
               find<model::PrefixList>(world, caller, *request.PrefixListId));
    after.prefix_list = list->id;
  } else if (request.CidrIpv4) {
    TRY_ASSIGN(after.cidr, model::rule_cidr(model::AddressFamily::Ipv4, *request.CidrIpv4));
  } else {
    TRY_ASSIGN(after.cidr, model::rule_cidr(model::AddressFamily::Ipv6, *request.CidrIpv6));
  }
  TRY(check_same_type(before, after));
  return after;
}

// The group with `updates` in place of their rules.
Result<model::SecurityGroup> replaced(const model::World& world, model::SecurityGroup group,
                                      const Rules& updates) {
  Rules rules = std::move(group.rules);
  for (const model::SecurityGroupRule& update : updates) {
    std::replace_if(
        rules.begin(), rules.end(), [&](const auto& rule) { return rule.id == update.id; }, update);
  }
  group.rules.clear();
  for (const model::SecurityGroupRule& rule : rules) {
    TRY(model::add_rules(world, group, {rule}));
  }
  return group;
}

Result<Done> modify_security_group_rules(model::Transaction& tx, const model::Caller& caller,
                                         const ModifySecurityGroupRulesRequest& request) {
  TRY_ASSIGN(const model::SecurityGroup* const group,
             find<model::SecurityGroup>(tx.world(), caller, request.GroupId));
  if (request.SecurityGroupRule.empty()) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "SecurityGroupRule"));
  }
  Rules updates;
  for (const SecurityGroupRuleUpdate& update : request.SecurityGroupRule) {
    const model::SecurityGroupRule* before = rule_of_id(*group, update.SecurityGroupRuleId);
    if (before == nullptr) {
      return refuse_rule_id(update.SecurityGroupRuleId);
    }
    TRY_ASSIGN(auto after,
               changed_rule(tx.world(), caller, *group, *before, update.SecurityGroupRule));
    updates.push_back(std::move(after));
  }
  TRY_ASSIGN(auto changed, replaced(tx.world(), *group, updates));
  tx.put(std::move(changed));
  return Done{};
}

// ---- UpdateSecurityGroupRuleDescriptionsIngress, -Egress ----

struct SecurityGroupRuleDescription {
  std::string SecurityGroupRuleId;
  std::optional<std::string> Description;
};
BOOST_DESCRIBE_STRUCT(SecurityGroupRuleDescription, (), (SecurityGroupRuleId, Description))
using SecurityGroupRuleDescriptions = std::vector<SecurityGroupRuleDescription>;

struct UpdateDescriptionsRequest {
  std::optional<std::string> GroupId;
  std::optional<std::string> GroupName;
  std::vector<IpPermission> IpPermissions;
  SecurityGroupRuleDescriptions SecurityGroupRuleDescription;
};
BOOST_DESCRIBE_STRUCT(UpdateDescriptionsRequest, (),
                      (GroupId, GroupName, IpPermissions, SecurityGroupRuleDescription))

Result<> describe_by_rule(model::SecurityGroup& group, const Rules& wanted) {
  for (const model::SecurityGroupRule& rule : wanted) {
    const auto at = std::find_if(group.rules.begin(), group.rules.end(), [&](const auto& other) {
      return model::is_same_rule(other, rule);
    });
    if (at == group.rules.end()) {
      return refuse(faults::InvalidPermissionNotFound,
                    "The specified rule does not exist in this security group.");
    }
    at->description = rule.description;
  }
  return {};
}

Result<> describe_by_id(model::SecurityGroup& group, bool egress,
                        const SecurityGroupRuleDescriptions& descriptions) {
  for (const auto& wanted : descriptions) {
    const auto at = std::find_if(group.rules.begin(), group.rules.end(), [&](const auto& rule) {
      return rule.id == wanted.SecurityGroupRuleId && rule.egress == egress;
    });
    if (at == group.rules.end()) {
      return refuse_rule_id(wanted.SecurityGroupRuleId);
    }
    at->description = wanted.Description.value_or("");
    TRY(check_rule_description(at->description));
  }
  return {};
}

// A rule whose new description is not given loses the one it has.
Result<Done> update_descriptions(model::Transaction& tx, const model::Caller& caller,
                                 const UpdateDescriptionsRequest& request, bool egress) {
  TRY_ASSIGN(const model::SecurityGroup* const found,
             find_group(tx.world(), caller, request.GroupId, request.GroupName));
  if (request.IpPermissions.empty() == request.SecurityGroupRuleDescription.empty()) {
    return refuse(faults::InvalidParameterCombination,
                  "Exactly one of ipPermissions and securityGroupRuleDescriptions must be "
                  "specified");
  }
  TRY_ASSIGN(const Rules wanted,
             rules_of(tx.world(), caller, *found, egress, request.IpPermissions));
  model::SecurityGroup group = *found;
  TRY(describe_by_rule(group, wanted));
  TRY(describe_by_id(group, egress, request.SecurityGroupRuleDescription));
  tx.put(std::move(group));
  return Done{};
}

Result<Done> update_security_group_rule_descriptions_ingress(
    model::Transaction& tx, const model::Caller& caller, const UpdateDescriptionsRequest& request) {
  return update_descriptions(tx, caller, request, false);
}

Result<Done> update_security_group_rule_descriptions_egress(
    model::Transaction& tx, const model::Caller& caller, const UpdateDescriptionsRequest& request) {
  return update_descriptions(tx, caller, request, true);
}

}  // namespace

std::vector<Action> security_group_rule_actions() {
  return {
      read<describe_security_group_rules>("DescribeSecurityGroupRules"),
      write<modify_security_group_rules>("ModifySecurityGroupRules"),
      write<update_security_group_rule_descriptions_egress>(
          "UpdateSecurityGroupRuleDescriptionsEgress"),
      write<update_security_group_rule_descriptions_ingress>(
          "UpdateSecurityGroupRuleDescriptionsIngress"),
  };
}

}  // namespace postern::api::ec2
