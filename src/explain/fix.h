// SPDX-License-Identifier: Apache-2.0
// The commands that mend what stops a connection, as they are typed.
#pragma once

#include <string>

#include "explain/acls.h"
#include "explain/rules.h"

namespace postern::explain {

// Adds the rule that the question lacked to the first of its groups.
std::string authorize_command(const Question& question);

// Allows what the ACL was asked for, before `denying` (null: before the rule that ends all) is
// asked; empty when there is no free number.
std::string allow_command(const model::NetworkAcl& acl, const AclQuestion& asked,
                          const model::NetworkAclEntry* denying);

std::string accept_command(const model::VpcEndpoint& endpoint);

// Gives the load balancer a node in the zone; empty when its VPC has no subnet there.
std::string add_zone_command(const model::World& world, const model::LoadBalancer& balancer,
                             const std::string& zone_id);

std::string cross_zone_command(const model::LoadBalancer& balancer);

// Registers an instance of the group's VPC that runs; empty when there is none.
std::string register_command(const model::World& world, const model::TargetGroup& group);

// A listener that forwards to a target group that the load balancer has, or could have; empty when
// there is none.
std::string listen_command(const model::World& world, const model::LoadBalancer& balancer,
                           const Traffic& traffic);

// Turns a VPC attribute on.
std::string dns_support_command(const model::Vpc& vpc);

}  // namespace postern::explain
