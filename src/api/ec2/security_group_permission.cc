// SPDX-License-Identifier: Apache-2.0
// Adding and taking away rules: Authorize- and RevokeSecurityGroupIngress and -Egress.
#include <algorithm>

#include "api/ec2/actions.h"
#include "api/ec2/group_lookup.h"
#include "api/ec2/ip_permission.h"
#include "api/ec2/security_group_rule_item.h"
#include "model/security_group_rules.h"

namespace postern::api::ec2 {
namespace {

using Rules = std::vector<model::SecurityGroupRule>;

// One permission may also stand flat in the request.
template <class Request>
bool has_flat_permission(const Request& request) {
  return request.IpProtocol || request.CidrIp || request.FromPort || request.ToPort ||
         request.SourceSecurityGroupName || request.SourceSecurityGroupOwnerId;
}

template <class Request>
IpPermission flat_permission(const Request& request) {
  IpPermission permission{
      .IpProtocol = *request.IpProtocol, .FromPort = request.FromPort, .ToPort = request.ToPort};
  if (request.CidrIp) {
    permission.IpRanges.push_back({.CidrIp = *request.CidrIp});
  }
  if (request.SourceSecurityGroupName) {
    permission.Groups.push_back({.GroupName = request.SourceSecurityGroupName,
                                 .UserId = request.SourceSecurityGroupOwnerId});
  }
  return permission;
}

template <class Request>
Result<std::vector<IpPermission>> permissions_of(const Request& request) {
  if (!has_flat_permission(request)) {
    return request.IpPermissions;
  }
  if (!request.IpPermissions.empty()) {
    return refuse(faults::InvalidParameterCombination,
                  "The parameter ipPermissions cannot be used with the parameter ipProtocol");
  }
  if (!request.IpProtocol) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "IpProtocol"));
  }
  return std::vector{flat_permission(request)};
}

// The group whose rules change. The outbound actions know groups by id alone.
template <class Request>
Result<const model::SecurityGroup*> group_of(const model::World& world, const model::Caller& caller,
                                             const Request& request, bool egress) {
  if (!egress) {
    return find_group(world, caller, request.GroupId, request.GroupName);
  }
  if (request.GroupName) {
    return refuse(faults::UnknownParameter, "The parameter GroupName is not recognized");
  }
  if (!request.GroupId) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "GroupId"));
  }
  return find<model::SecurityGroup>(world, caller, *request.GroupId);
}

// ---- AuthorizeSecurityGroupIngress, AuthorizeSecurityGroupEgress ----

struct AuthorizeRequest {
  std::optional<std::string> GroupId;
  std::optional<std::string> GroupName;
  std::vector<IpPermission> IpPermissions;
  std::optional<std::string> IpProtocol;
  std::optional<int> FromPort;
  std::optional<int> ToPort;
  std::optional<std::string> CidrIp;
  std::optional<std::string> SourceSecurityGroupName;
  std::optional<std::string> SourceSecurityGroupOwnerId;
  TagSpecifications TagSpecification;
};
BOOST_DESCRIBE_STRUCT(AuthorizeRequest, (),
                      (GroupId, GroupName, IpPermissions, IpProtocol, FromPort, ToPort, CidrIp,
                       SourceSecurityGroupName, SourceSecurityGroupOwnerId, TagSpecification))

struct AuthorizeAnswer {
  bool return_ = true;
  std::vector<SecurityGroupRuleItem> securityGroupRuleSet;
};
BOOST_DESCRIBE_STRUCT(AuthorizeAnswer, (), (return_, securityGroupRuleSet))

// All of the request's rules are added, or none.
Result<AuthorizeAnswer> authorize(model::Transaction& tx, const model::Caller& caller,
                                  const AuthorizeRequest& request, bool egress) {
  TRY_ASSIGN(const model::SecurityGroup* const found,
             group_of(tx.world(), caller, request, egress));
  TRY_ASSIGN(const auto permissions, permissions_of(request));
  if (permissions.empty()) {
    return std::unexpected(wire::missing_parameter(wire::Dialect::Ec2, "IpPermissions"));
  }
  TRY_ASSIGN(Rules rules, rules_of(tx.world(), caller, *found, egress, permissions));
  TRY_ASSIGN(const auto tags, tags_for(request.TagSpecification, "security-group-rule"));
  for (model::SecurityGroupRule& rule : rules) {
    rule.id = tx.ids().ec2_id("sgr-");
    rule.tags = tags;
  }
  model::SecurityGroup group = *found;
  TRY(model::add_rules(tx.world(), group, rules));
  AuthorizeAnswer answer;
  for (const model::SecurityGroupRule& rule : rules) {
    answer.securityGroupRuleSet.push_back(rule_item(group, rule));
  }
  tx.put(std::move(group));
  return answer;
}

Result<AuthorizeAnswer> authorize_security_group_ingress(model::Transaction& tx,
                                                         const model::Caller& caller,
                                                         const AuthorizeRequest& request) {
  return authorize(tx, caller, request, false);
}

Result<AuthorizeAnswer> authorize_security_group_egress(model::Transaction& tx,
                                                        const model::Caller& caller,
                                                        const AuthorizeRequest& request) {
  return authorize(tx, caller, request, true);
}

// ---- RevokeSecurityGroupIngress, RevokeSecurityGroupEgress ----

struct RevokeRequest {
  std::optional<std::string> GroupId;
  std::optional<std::string> GroupName;
  std::vector<std::string> SecurityGroupRuleId;
  std::vector<IpPermission> IpPermissions;
  std::optional<std::string> IpProtocol;
  std::optional<int> FromPort;
  std::optional<int> ToPort;
  std::optional<std::string> CidrIp;
  std::optional<std::string> SourceSecurityGroupName;
  std::optional<std::string> SourceSecurityGroupOwnerId;
};
BOOST_DESCRIBE_STRUCT(RevokeRequest, (),
                      (GroupId, GroupName, SecurityGroupRuleId, IpPermissions, IpProtocol, FromPort,
                       ToPort, CidrIp, SourceSecurityGroupName, SourceSecurityGroupOwnerId))

struct RevokedRuleItem {
  std::string securityGroupRuleId;
  std::string groupId;
  bool isEgress = false;
  std::string ipProtocol;
  int fromPort = -1;
  int toPort = -1;
  std::optional<std::string> cidrIpv4;
  std::optional<std::string> cidrIpv6;
  std::optional<std::string> prefixListId;
  std::optional<std::string> referencedGroupId;
  std::optional<std::string> description;
};
BOOST_DESCRIBE_STRUCT(RevokedRuleItem, (),
                      (securityGroupRuleId, groupId, isEgress, ipProtocol, fromPort, toPort,
                       cidrIpv4, cidrIpv6, prefixListId, referencedGroupId, description))

struct RevokeAnswer {
  bool return_ = true;
  std::vector<IpPermissionItem> unknownIpPermissionSet;
  std::vector<RevokedRuleItem> revokedSecurityGroupRuleSet;
};
BOOST_DESCRIBE_STRUCT(RevokeAnswer, (),
                      (return_, unknownIpPermissionSet, revokedSecurityGroupRuleSet))

RevokedRuleItem revoked_item(const model::SecurityGroup& group,
                             const model::SecurityGroupRule& rule) {
  SecurityGroupRuleItem item = rule_item(group, rule);
  return {.securityGroupRuleId = std::move(item.securityGroupRuleId),
          .groupId = std::move(item.groupId),
          .isEgress = item.isEgress,
          .ipProtocol = std::move(item.ipProtocol),
          .fromPort = item.fromPort,
          .toPort = item.toPort,
          .cidrIpv4 = std::move(item.cidrIpv4),
          .cidrIpv6 = std::move(item.cidrIpv6),
          .prefixListId = std::move(item.prefixListId),
          .referencedGroupId = rule.group ? std::optional(rule.group->value) : std::nullopt,
          .description = std::move(item.description)};
}

// What a revocation names: rules of the group, and rules that it does not have.
struct Named {
  Rules known;
  Rules unknown;
};

Result<Named> named_by_id(const model::SecurityGroup& group, bool egress,
                          const std::vector<std::string>& ids) {
  Named named;
  for (const std::string& id : ids) {
    const model::SecurityGroupRule* rule = rule_of_id(group, id);
    if (rule == nullptr || rule->egress != egress) {
      return refuse_rule_id(id);
    }
    named.known.push_back(*rule);
  }
  return named;
}

// Descriptions are not compared. [EC2 API reference, RevokeSecurityGroupIngress]
Named named_by_rule(const model::SecurityGroup& group, const Rules& wanted) {
  Named named;
  for (const model::SecurityGroupRule& rule : wanted) {
    const auto at = std::find_if(group.rules.begin(), group.rules.end(), [&](const auto& existing) {
      return model::is_same_rule(existing, rule);
    });
    if (at == group.rules.end()) {
      named.unknown.push_back(rule);
    } else {
      named.known.push_back(*at);
    }
  }
  return named;
}

Result<Named> named_rules(const model::World& world, const model::Caller& caller,
                          const model::SecurityGroup& group, bool egress,
                          const RevokeRequest& request) {
  TRY_ASSIGN(const auto permissions, permissions_of(request));
  if (permissions.empty() && request.SecurityGroupRuleId.empty()) {
    return refuse(faults::MissingParameter,
                  "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.");
  }
  if (!permissions.empty() && !request.SecurityGroupRuleId.empty()) {
    return refuse(faults::InvalidParameterCombination,
                  "The parameter securityGroupRuleIds cannot be used with the parameter "
                  "ipPermissions");
  }
  if (permissions.empty()) {
    return named_by_id(group, egress, request.SecurityGroupRuleId);
  }
  TRY_ASSIGN(const Rules wanted, rules_of(world, caller, group, egress, permissions));
  return named_by_rule(group, wanted);
}

// "[Default VPC] If the values you specify do not match the existing rule's values, no error is
// returned, and the output describes the security group rules that were not revoked. For security
// groups for a nondefault VPC, the request fails." [RevokeSecurityGroupIngress]
Result<> check_all_known(const model::World& world, const model::SecurityGroup& group,
                         const Named& named) {
  const model::Vpc* vpc = world.find(group.vpc);
  if (!named.unknown.empty() && (vpc == nullptr || !vpc->is_default)) {
    return refuse(faults::InvalidPermissionNotFound,
                  "The specified rule does not exist in this security group.");
  }
  return {};
}

Result<RevokeAnswer> revoke(model::Transaction& tx, const model::Caller& caller,
                            const RevokeRequest& request, bool egress) {
  TRY_ASSIGN(const model::SecurityGroup* const found,
             group_of(tx.world(), caller, request, egress));
  TRY_ASSIGN(const Named named, named_rules(tx.world(), caller, *found, egress, request));
  TRY(check_all_known(tx.world(), *found, named));
  model::SecurityGroup group = *found;
  RevokeAnswer answer{.unknownIpPermissionSet =
                          permission_items(named.unknown, egress, group.owner)};
  for (const model::SecurityGroupRule& rule : named.known) {
    if (std::erase_if(group.rules, [&](const auto& other) { return other.id == rule.id; }) > 0) {
      answer.revokedSecurityGroupRuleSet.push_back(revoked_item(group, rule));
    }
  }
  tx.put(std::move(group));
  return answer;
}

Result<RevokeAnswer> revoke_security_group_ingress(model::Transaction& tx,
                                                   const model::Caller& caller,
                                                   const RevokeRequest& request) {
  return revoke(tx, caller, request, false);
}

Result<RevokeAnswer> revoke_security_group_egress(model::Transaction& tx,
                                                  const model::Caller& caller,
                                                  const RevokeRequest& request) {
  return revoke(tx, caller, request, true);
}

}  // namespace

std::vector<Action> security_group_permission_actions() {
  return {
      write<authorize_security_group_egress>("AuthorizeSecurityGroupEgress"),
      write<authorize_security_group_ingress>("AuthorizeSecurityGroupIngress"),
      write<revoke_security_group_egress>("RevokeSecurityGroupEgress"),
      write<revoke_security_group_ingress>("RevokeSecurityGroupIngress"),
  };
}

}  // namespace postern::api::ec2
