// SPDX-License-Identifier: Apache-2.0
// A security group rule by its own id, as answers print it.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/ec2/tag_specification.h"
#include "model/security_group.h"

namespace postern::api::ec2 {

struct ReferencedGroupItem {
  std::string groupId;
  std::string userId;
};
BOOST_DESCRIBE_STRUCT(ReferencedGroupItem, (), (groupId, userId))

struct SecurityGroupRuleItem {
  std::string securityGroupRuleId;
  std::string groupId;
  std::string groupOwnerId;
  bool isEgress = false;
  std::string ipProtocol;
  int fromPort = -1;
  int toPort = -1;
  std::optional<std::string> cidrIpv4;
  std::optional<std::string> cidrIpv6;
  std::optional<std::string> prefixListId;
  std::optional<ReferencedGroupItem> referencedGroupInfo;
  std::optional<std::string> description;
  std::vector<TagItem> tagSet;
  std::string securityGroupRuleArn;
};
BOOST_DESCRIBE_STRUCT(SecurityGroupRuleItem, (),
                      (securityGroupRuleId, groupId, groupOwnerId, isEgress, ipProtocol, fromPort,
                       toPort, cidrIpv4, cidrIpv6, prefixListId, referencedGroupInfo, description,
                       tagSet, securityGroupRuleArn))

SecurityGroupRuleItem rule_item(const model::SecurityGroup& group,
                                const model::SecurityGroupRule& rule);

// The group's rule of that id; null if it has none.
const model::SecurityGroupRule* rule_of_id(const model::SecurityGroup& group,
                                           const std::string& id);

// InvalidSecurityGroupRuleId.Malformed or .NotFound.
std::unexpected<Error> refuse_rule_id(const std::string& id);

}  // namespace postern::api::ec2
