// SPDX-License-Identifier: Apache-2.0
// The parts of an analysis as EC2 writes them. [EC2 API reference, PathComponent, Explanation]
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "model/world.h"

namespace postern::api::insights {

struct ComponentItem {
  std::string id;
  std::string arn;
};
BOOST_DESCRIBE_STRUCT(ComponentItem, (), (id, arn))

struct PortRangeItem {
  int from = 0;
  int to = 0;
};
BOOST_DESCRIBE_STRUCT(PortRangeItem, (), (from, to))

struct AclRuleItem {
  std::string cidr;
  bool egress = false;
  std::optional<PortRangeItem> portRange;
  std::string protocol;
  std::string ruleAction;
  int ruleNumber = 0;
};
BOOST_DESCRIBE_STRUCT(AclRuleItem, (), (cidr, egress, portRange, protocol, ruleAction, ruleNumber))

struct GroupRuleItem {
  std::optional<std::string> cidr;
  std::string direction;
  std::string securityGroupId;
  std::optional<PortRangeItem> portRange;
  std::optional<std::string> prefixListId;
  std::string protocol;
};
BOOST_DESCRIBE_STRUCT(GroupRuleItem, (),
                      (cidr, direction, securityGroupId, portRange, prefixListId, protocol))

struct HeaderItem {
  std::vector<std::string> destinationAddressSet;
  std::vector<PortRangeItem> destinationPortRangeSet;
  std::string protocol;
  std::vector<std::string> sourceAddressSet;
  std::vector<PortRangeItem> sourcePortRangeSet;
};
BOOST_DESCRIBE_STRUCT(HeaderItem, (),
                      (destinationAddressSet, destinationPortRangeSet, protocol, sourceAddressSet,
                       sourcePortRangeSet))

struct RouteItem {
  std::string destinationCidr;
  std::string gatewayId;
  std::string origin;
  std::string state;
};
BOOST_DESCRIBE_STRUCT(RouteItem, (), (destinationCidr, gatewayId, origin, state))

struct PathComponentItem {
  int sequenceNumber = 0;
  std::optional<AclRuleItem> aclRule;
  std::optional<ComponentItem> attachedTo;
  ComponentItem component;
  std::optional<HeaderItem> outboundHeader;
  std::optional<HeaderItem> inboundHeader;
  std::optional<RouteItem> routeTableRoute;
  std::optional<GroupRuleItem> securityGroupRule;
  std::optional<ComponentItem> subnet;
  std::optional<ComponentItem> vpc;
};
BOOST_DESCRIBE_STRUCT(PathComponentItem, (),
                      (sequenceNumber, aclRule, attachedTo, component, outboundHeader,
                       inboundHeader, routeTableRoute, securityGroupRule, subnet, vpc))

struct ExplanationItem {
  std::optional<ComponentItem> acl;
  std::optional<AclRuleItem> aclRule;
  std::optional<std::string> address;
  std::optional<std::vector<std::string>> availabilityZoneSet;
  std::optional<ComponentItem> component;
  std::optional<ComponentItem> destination;
  std::optional<std::string> direction;
  std::string explanationCode;
  std::optional<std::string> loadBalancerArn;
  std::optional<int> loadBalancerListenerPort;
  std::optional<ComponentItem> loadBalancerTargetGroup;
  std::optional<ComponentItem> networkInterface;
  std::optional<int> port;
  std::optional<std::vector<std::string>> protocolSet;
  std::optional<ComponentItem> routeTable;
  std::optional<std::vector<ComponentItem>> securityGroupSet;
  std::optional<std::string> state;
  std::optional<ComponentItem> subnet;
  std::optional<ComponentItem> vpc;
  std::optional<ComponentItem> vpcEndpoint;
};
BOOST_DESCRIBE_STRUCT(ExplanationItem, (),
                      (acl, aclRule, address, availabilityZoneSet, component, destination,
                       direction, explanationCode, loadBalancerArn, loadBalancerListenerPort,
                       loadBalancerTargetGroup, networkInterface, port, protocolSet, routeTable,
                       securityGroupSet, state, subnet, vpc, vpcEndpoint))

// A record by its id or ARN, whatever kind it is; with an empty ARN if there is none of that id.
ComponentItem component_of(const model::World& world, const std::string& id);

AclRuleItem item_of(const model::NetworkAclEntry& entry);
// The rule of a network ACL that cannot be changed and denies the rest: its number is 32767.
AclRuleItem last_acl_rule(bool egress);
GroupRuleItem item_of(const model::SecurityGroupRule& rule, const std::string& group);

}  // namespace postern::api::insights
