// SPDX-License-Identifier: Apache-2.0
// Security groups: CreateSecurityGroup, DescribeSecurityGroups, DeleteSecurityGroup.
#include "api/ec2/actions.h"
#include "api/ec2/arn.h"
#include "api/ec2/group_lookup.h"
#include "api/ec2/ip_permission.h"
#include "api/ec2/select.h"
#include "api/ec2/tag_specification.h"
#include "model/new_vpc.h"
#include "model/quotas.h"
#include "model/security_group_rules.h"

namespace postern::api::ec2 {
namespace {

constexpr std::string_view kDefaultName = "default";

struct SecurityGroupItem {
  std::string groupId;
  std::string groupName;
  std::string groupDescription;
  std::string vpcId;
  std::string ownerId;
  std::string securityGroupArn;
  std::vector<IpPermissionItem> ipPermissions;
  std::vector<IpPermissionItem> ipPermissionsEgress;
  std::vector<TagItem> tagSet;
};
BOOST_DESCRIBE_STRUCT(SecurityGroupItem, (),
                      (groupId, groupName, groupDescription, vpcId, ownerId, securityGroupArn,
                       ipPermissions, ipPermissionsEgress, tagSet))

std::string group_arn(const model::SecurityGroup& group) {
  return arn(group, "security-group", group.id.value);
}

SecurityGroupItem group_item(const model::SecurityGroup& group) {
  return {.groupId = group.id.value,
          .groupName = group.name,
          .groupDescription = group.description,
          .vpcId = group.vpc.value,
          .ownerId = group.owner.value,
          .securityGroupArn = group_arn(group),
          .ipPermissions = permission_items(group.rules, false, group.owner),
          .ipPermissionsEgress = permission_items(group.rules, true, group.owner),
          .tagSet = tag_items(group.tags)};
}

// ---- CreateSecurityGroup ----

struct CreateSecurityGroupRequest {
  std::string GroupName;
  std::string GroupDescription;
  std::optional<std::string> VpcId;
  TagSpecifications TagSpecification;
};
BOOST_DESCRIBE_STRUCT(CreateSecurityGroupRequest, (),
                      (GroupName, GroupDescription, VpcId, TagSpecification))

struct CreateSecurityGroupAnswer {
  std::string groupId;
  std::string securityGroupArn;
  std::vector<TagItem> tagSet;
};
BOOST_DESCRIBE_STRUCT(CreateSecurityGroupAnswer, (), (groupId, securityGroupArn, tagSet))

Result<const model::Vpc*> vpc_of(const model::World& world, const model::Caller& caller,
                                 const std::optional<std::string>& id) {
  return id ? find<model::Vpc>(world, caller, *id) : find_default_vpc(world, caller);
}

// [EC2 API reference, CreateSecurityGroup: GroupName]
Result<> check_group_name(const std::string& name) {
  if (name.starts_with("sg-")) {
    return refuse(faults::InvalidParameterValue,
                  "Value ({}) for parameter GroupName is invalid. Group names may not be in the "
                  "format sg-*",
                  name);
  }
  if (name.empty() || !model::is_description(name)) {
    return refuse(faults::InvalidParameterValue,
                  "Invalid security group name. Valid names are strings less than 256 characters "
                  "from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{{}}!$*");
  }
  return {};
}

Result<> check_description(const std::string& description) {
  if (description.empty()) {
    return refuse(faults::MissingParameter,
                  "The request must contain the parameter GroupDescription");
  }
  if (!model::is_description(description)) {
    return refuse(faults::InvalidParameterValue,
                  "Invalid security group description. Valid descriptions are strings less than "
                  "256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{{}}!$*");
  }
  return {};
}

Result<> check_name_is_free(const model::World& world, const model::Vpc& vpc,
                            const std::string& name) {
  const model::SecurityGroup* taken = group_of_name(world, vpc.id, name);
  if (taken != nullptr && taken->name == kDefaultName) {
    return refuse(faults::InvalidGroupReserved, "The security group '{}' is reserved", name);
  }
  if (taken != nullptr) {
    return refuse(faults::InvalidGroupDuplicate,
                  "The security group '{}' already exists for VPC '{}'", name, vpc.id);
  }
  return {};
}

Result<> check_group_limit(const model::World& world, const model::Caller& caller) {
  const auto& groups = world.all<model::SecurityGroup>();
  if (model::is_used_up(world, model::Quota::SecurityGroups,
                        std::count_if(groups.begin(), groups.end(), [&](const auto& entry) {
                          return model::owns(caller, *entry.second);
                        }))) {
    return refuse(faults::SecurityGroupLimitExceeded,
                  "The maximum number of security groups has been reached.");
  }
  return {};
}

// "If you specify a name with trailing spaces, we trim them." [CreateSecurityGroup: GroupName]
std::string trimmed(const std::string& name) {
  return name.substr(0, name.find_last_not_of(' ') + 1);
}

Result<CreateSecurityGroupAnswer> create_security_group(model::Transaction& tx,
                                                        const model::Caller& caller,
                                                        const CreateSecurityGroupRequest& request) {
  const std::string name = trimmed(request.GroupName);
  TRY(check_group_name(name));
  TRY(check_description(request.GroupDescription));
  TRY_ASSIGN(const model::Vpc* const vpc, vpc_of(tx.world(), caller, request.VpcId));
  TRY(check_name_is_free(tx.world(), *vpc, name));
  TRY(check_group_limit(tx.world(), caller));
  TRY_ASSIGN(auto tags, tags_for(request.TagSpecification, "security-group"));
  const model::SecurityGroup group{.id = model::Id<model::SecurityGroup>(tx.ids().ec2_id("sg-")),
                                   .owner = vpc->owner,
                                   .region = vpc->region,
                                   .vpc = vpc->id,
                                   .name = name,
                                   .description = request.GroupDescription,
                                   .rules = model::new_group_rules(tx, *vpc),
                                   .number = tx.next_number(),
                                   .tags = std::move(tags)};
  tx.put(group);
  return CreateSecurityGroupAnswer{.groupId = group.id.value,
                                   .securityGroupArn = group_arn(group),
                                   .tagSet = tag_items(group.tags)};
}

// ---- DescribeSecurityGroups ----

struct DescribeSecurityGroupsRequest {
  std::vector<std::string> GroupId;
  std::vector<std::string> GroupName;
  Filters Filter;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeSecurityGroupsRequest, (),
                      (GroupId, GroupName, Filter, MaxResults, NextToken))

struct DescribeSecurityGroupsAnswer {
  std::vector<SecurityGroupItem> securityGroupInfo;
  std::optional<std::string> nextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeSecurityGroupsAnswer, (), (securityGroupInfo, nextToken))

// What one rule has for the part of a filter's name after "ip-permission.".
Values rule_values(const model::World& world, const model::SecurityGroup& group,
                   const model::SecurityGroupRule& rule, std::string_view part) {
  if (part == "protocol") {
    return {rule.protocol};
  }
  if (part == "from-port") {
    return {fmt::format("{}", rule.from_port)};
  }
  if (part == "to-port") {
    return {fmt::format("{}", rule.to_port)};
  }
  if (rule.cidr) {
    return part == (rule.cidr->is_v4() ? "cidr" : "ipv6-cidr") ? Values{rule.cidr->text()}
                                                               : Values{};
  }
  if (rule.prefix_list) {
    return part == "prefix-list-id" ? Values{rule.prefix_list->value} : Values{};
  }
  if (part == "group-id") {
    return {rule.group->value};
  }
  if (part == "user-id") {
    return {group.owner.value};
  }
  const model::SecurityGroup* peer = world.find(*rule.group);
  return part == "group-name" && peer != nullptr ? Values{peer->name} : Values{};
}

FilterField<model::SecurityGroup> rule_field(const model::World& world, std::string_view name,
                                             bool egress, std::string_view part) {
  return {name, [&world, egress, part](const model::SecurityGroup& group) {
            Values values;
            for (const model::SecurityGroupRule& rule : group.rules) {
              if (rule.egress == egress) {
                std::ranges::move(rule_values(world, group, rule, part),
                                  std::back_inserter(values));
              }
            }
            return values;
          }};
}

// [EC2 API reference, DescribeSecurityGroups]
FilterTable<model::SecurityGroup> group_filters(const model::World& world) {
  using Group = model::SecurityGroup;
  return {
      {"description", [](const Group& group) { return Values{group.description}; }},
      rule_field(world, "egress.ip-permission.cidr", true, "cidr"),
      rule_field(world, "egress.ip-permission.from-port", true, "from-port"),
      rule_field(world, "egress.ip-permission.group-id", true, "group-id"),
      rule_field(world, "egress.ip-permission.group-name", true, "group-name"),
      rule_field(world, "egress.ip-permission.ipv6-cidr", true, "ipv6-cidr"),
      rule_field(world, "egress.ip-permission.prefix-list-id", true, "prefix-list-id"),
      rule_field(world, "egress.ip-permission.protocol", true, "protocol"),
      rule_field(world, "egress.ip-permission.to-port", true, "to-port"),
      rule_field(world, "egress.ip-permission.user-id", true, "user-id"),
      {"group-id", [](const Group& group) { return Values{group.id.value}; }},
      {"group-name", [](const Group& group) { return Values{group.name}; }},
      rule_field(world, "ip-permission.cidr", false, "cidr"),
      rule_field(world, "ip-permission.from-port", false, "from-port"),
      rule_field(world, "ip-permission.group-id", false, "group-id"),
      rule_field(world, "ip-permission.group-name", false, "group-name"),
      rule_field(world, "ip-permission.ipv6-cidr", false, "ipv6-cidr"),
      rule_field(world, "ip-permission.prefix-list-id", false, "prefix-list-id"),
      rule_field(world, "ip-permission.protocol", false, "protocol"),
      rule_field(world, "ip-permission.to-port", false, "to-port"),
      rule_field(world, "ip-permission.user-id", false, "user-id"),
      {"owner-id", [](const Group& group) { return Values{group.owner.value}; }},
      {"vpc-id", [](const Group& group) { return Values{group.vpc.value}; }},
  };
}

Result<std::vector<std::string>> wanted_ids(const View& view,
                                            const DescribeSecurityGroupsRequest& request) {
  std::vector<std::string> ids = request.GroupId;
  for (const std::string& name : request.GroupName) {
    TRY_ASSIGN(const model::SecurityGroup* const group,
               find_group(view.world, view.caller, std::nullopt, name));
    ids.push_back(group->id.value);
  }
  return ids;
}

Result<DescribeSecurityGroupsAnswer> describe_security_groups(
    const View& view, const DescribeSecurityGroupsRequest& request) {
  TRY_ASSIGN(const auto ids, wanted_ids(view, request));
  TRY_ASSIGN(const auto selection, select(view, request, ids, group_filters(view.world)));
  DescribeSecurityGroupsAnswer answer{.nextToken = selection.next_token};
  for (const model::SecurityGroup* group : selection.records) {
    answer.securityGroupInfo.push_back(group_item(*group));
  }
  return answer;
}

// ---- DeleteSecurityGroup ----

struct DeleteSecurityGroupRequest {
  std::optional<std::string> GroupId;
  std::optional<std::string> GroupName;
};
BOOST_DESCRIBE_STRUCT(DeleteSecurityGroupRequest, (), (GroupId, GroupName))

struct DeleteSecurityGroupAnswer {
  bool return_ = true;
  std::string groupId;
};
BOOST_DESCRIBE_STRUCT(DeleteSecurityGroupAnswer, (), (return_, groupId))

using GroupIds = std::vector<model::Id<model::SecurityGroup>>;

template <class T, class Uses>
bool any_uses(const model::World& world, Uses uses) {
  const auto& table = world.all<T>();
  return std::any_of(table.begin(), table.end(),
                     [&](const auto& entry) { return uses(*entry.second); });
}

bool names_as_peer(const model::SecurityGroup& group, const model::Id<model::SecurityGroup>& peer) {
  return std::any_of(group.rules.begin(), group.rules.end(),
                     [&](const model::SecurityGroupRule& rule) { return rule.group == peer; });
}

// Interfaces, load balancers, endpoints and other groups' rules hold a group; its own rules do not.
// [VPC user guide, "Delete a security group"]
bool is_in_use(const model::World& world, const model::Id<model::SecurityGroup>& id) {
  const auto holds = [&](const GroupIds& groups) {
    return std::find(groups.begin(), groups.end(), id) != groups.end();
  };
  return any_uses<model::NetworkInterface>(
             world, [&](const auto& interface) { return holds(interface.groups); }) ||
         any_uses<model::LoadBalancer>(
             world,
             [&](const auto& load_balancer) { return holds(load_balancer.security_groups); }) ||
         any_uses<model::VpcEndpoint>(world,
                                      [&](const model::VpcEndpoint& endpoint) {
                                        return endpoint.state != model::EndpointState::Deleted &&
                                               holds(endpoint.groups);
                                      }) ||
         any_uses<model::SecurityGroup>(world, [&](const model::SecurityGroup& group) {
           return group.id != id && names_as_peer(group, id);
         });
}

Result<DeleteSecurityGroupAnswer> delete_security_group(model::Transaction& tx,
                                                        const model::Caller& caller,
                                                        const DeleteSecurityGroupRequest& request) {
  TRY_ASSIGN(const model::SecurityGroup* const group,
             find_group(tx.world(), caller, request.GroupId, request.GroupName));
  const model::Id<model::SecurityGroup> id = group->id;
  if (group->name == kDefaultName) {
    return refuse(faults::CannotDelete,
                  "the specified group: \"{}\" name: \"default\" cannot be deleted by a user", id);
  }
  if (is_in_use(tx.world(), id)) {
    return refuse(faults::DependencyViolation, "resource {} has a dependent object", id);
  }
  tx.erase(id);
  return DeleteSecurityGroupAnswer{.groupId = id.value};
}

}  // namespace

std::vector<Action> security_group_actions() {
  return {
      write<create_security_group>("CreateSecurityGroup"),
      write<delete_security_group>("DeleteSecurityGroup"),
      read<describe_security_groups>("DescribeSecurityGroups"),
  };
}

}  // namespace postern::api::ec2
