// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/security_group_rule_item.h"

#include "api/ec2/arn.h"
#include "api/ec2/find.h"

namespace postern::api::ec2 {

SecurityGroupRuleItem rule_item(const model::SecurityGroup& group,
                                const model::SecurityGroupRule& rule) {
  SecurityGroupRuleItem item{
      .securityGroupRuleId = rule.id,
      .groupId = group.id.value,
      .groupOwnerId = group.owner.value,
      .isEgress = rule.egress,
      .ipProtocol = rule.protocol,
      .fromPort = rule.from_port,
      .toPort = rule.to_port,
      .tagSet = tag_items(rule.tags),
      .securityGroupRuleArn = arn(group, "security-group-rule", rule.id),
  };
  if (rule.group) {
    item.referencedGroupInfo = {.groupId = rule.group->value, .userId = group.owner.value};
  } else if (rule.prefix_list) {
    item.prefixListId = rule.prefix_list->value;
  } else {
    (rule.cidr->is_v4() ? item.cidrIpv4 : item.cidrIpv6) = rule.cidr->text();
  }
  if (!rule.description.empty()) {
    item.description = rule.description;
  }
  return item;
}

const model::SecurityGroupRule* rule_of_id(const model::SecurityGroup& group,
                                           const std::string& id) {
  for (const model::SecurityGroupRule& rule : group.rules) {
    if (rule.id == id) {
      return &rule;
    }
  }
  return nullptr;
}

std::unexpected<Error> refuse_rule_id(const std::string& id) {
  static constexpr IdWords kWords = {"sgr-", "security group rule ID",
                                     &faults::InvalidSecurityGroupRuleIdNotFound,
                                     &faults::InvalidSecurityGroupRuleIdMalformed};
  return refuse_id(kWords, id);
}

}  // namespace postern::api::ec2
