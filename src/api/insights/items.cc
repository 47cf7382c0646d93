// SPDX-License-Identifier: Apache-2.0
#include "api/insights/items.h"

#include "api/ec2/arn.h"

namespace postern::api::insights {
namespace {

// Its ARN, if there is such a record.
template <class T>
std::optional<std::string> arn_of(const model::World& world, std::string_view type,
                                  const std::string& id) {
  const T* record = world.find(model::Id<T>(id));
  return record != nullptr ? std::optional(ec2::arn(*record, type, id)) : std::nullopt;
}

std::optional<PortRangeItem> ports_of(int from, int to) {
  return from < 0 ? std::nullopt : std::optional(PortRangeItem{from, to});
}

constexpr int kLastRule = 32767;

}  // namespace

ComponentItem component_of(const model::World& world, const std::string& id) {
  if (id.starts_with("arn:")) {
    return {.id = id, .arn = id};
  }
  std::optional<std::string> arn;
  const auto look = [&]<class T>(std::string_view type) {
    arn = arn ? arn : arn_of<T>(world, type, id);
  };
  look.operator()<model::Instance>("instance");
  look.operator()<model::NetworkInterface>("network-interface");
  look.operator()<model::SecurityGroup>("security-group");
  look.operator()<model::NetworkAcl>("network-acl");
  look.operator()<model::RouteTable>("route-table");
  look.operator()<model::Subnet>("subnet");
  look.operator()<model::Vpc>("vpc");
  look.operator()<model::VpcEndpoint>("vpc-endpoint");
  return {.id = id, .arn = arn.value_or("")};
}

AclRuleItem item_of(const model::NetworkAclEntry& entry) {
  return {.cidr = entry.cidr.text(),
          .egress = entry.egress,
          .portRange = ports_of(entry.from, entry.to),
          .protocol = fmt::format("{}", entry.protocol),
          .ruleAction = entry.allow ? "allow" : "deny",
          .ruleNumber = entry.rule_number};
}

AclRuleItem last_acl_rule(bool egress) {
  return {.cidr = "0.0.0.0/0",
          .egress = egress,
          .protocol = "-1",
          .ruleAction = "deny",
          .ruleNumber = kLastRule};
}

GroupRuleItem item_of(const model::SecurityGroupRule& rule, const std::string& group) {
  GroupRuleItem item{.direction = rule.egress ? "egress" : "ingress",
                     .securityGroupId = group,
                     .portRange = ports_of(rule.from_port, rule.to_port),
                     .protocol = rule.protocol == "-1" ? "all" : rule.protocol};
  if (rule.cidr) {
    item.cidr = rule.cidr->text();
  } else if (rule.group) {
    item.securityGroupId = rule.group->value;
  } else if (rule.prefix_list) {
    item.prefixListId = rule.prefix_list->value;
  }
  return item;
}

}  // namespace postern::api::insights
