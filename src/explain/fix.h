// SPDX-License-Identifier: Apache-2.0
// The commands that mend what stops a connection, as they are typed.
#pragma once

#include <string>
#include <vector>

#include "explain/acls.h"
#include "explain/rules.h"

namespace postern::explain {

// Adds the rule that the question lacked to the first of its groups.
std::string authorize_command(const Question& question);

// Allows what the ACL was asked for, before `denying` (null: before the rule that ends all) is
// asked; empty when there is no free number.
std::string allow_command(const model::NetworkAcl& acl, const AclQuestion& asked,
                          const model::NetworkAclEntry* denying);

std::string assign_ipv6_command(const model::NetworkInterface& interface);
std::string accept_command(const model::VpcEndpoint& endpoint);

// Gives the load balancer a node in the zone; empty when its VPC has no subnet there.
std::string add_zone_command(const model::World& world, const model::LoadBalancer& balancer,
                             const std::string& zone_id);

std::string cross_zone_command(const model::LoadBalancer& balancer);

// Registers an instance of the group's VPC that runs and is not registered; empty when there is
// none.
std::string register_command(const model::World& world, const model::TargetGroup& group);

// A listener that forwards to a target group that the load balancer has, or could have: a new one,
// or the one of another protocol that has the port. Empty when there is no such group.
std::string listen_command(const model::World& world, const model::LoadBalancer& balancer,
                           const Traffic& traffic);

// Turns a VPC attribute on: dns-support, dns-hostnames.
std::string vpc_attribute_command(const model::Vpc& vpc, const std::string& attribute);

// Registers the target at another port, and takes it away at the one that it has.
std::vector<std::string> move_target_commands(const model::Target& target, std::uint16_t port);

// Lets the group's health checks ask the port that the traffic goes to.
std::string check_traffic_port_command(const model::TargetGroup& group);

// Names the account in the list of who may connect to the service.
std::string allow_principal_command(const model::EndpointService& service,
                                    const model::Id<model::Account>& account);

// The ids of the zones in which the account may have endpoints to the service in that region.
std::vector<std::string> endpoint_zones(const model::EndpointService& service,
                                        const model::Id<model::Account>& account,
                                        const std::string& region);

// Lets VPCs of that region have endpoints to the service.
std::string offer_in_region_command(const model::EndpointService& service,
                                    const std::string& region);

// An endpoint to the service in the subnets of the interface's VPC that are in its zones, with the
// interface's groups; empty when there is no such subnet.
std::string create_endpoint_command(const model::World& world,
                                    const model::EndpointService& service,
                                    const model::NetworkInterface& client);

std::string add_subnet_command(const model::VpcEndpoint& endpoint, const model::Subnet& subnet);

std::string enable_private_dns_command(const model::VpcEndpoint& endpoint);

// Puts the proof of the service's private DNS name into the provider's own public zone, if it has
// one that the name is in, and has it looked at.
std::vector<std::string> verify_domain_commands(const model::World& world,
                                                const model::EndpointService& service);

// For the operator, whose account is none.
Fix clear_fault(const model::Fault& fault);

// The command as it is typed in `region`: what it names in another one is said to be there, by
// --region.
std::string typed_in(const model::World& world, std::string_view region, std::string command);

std::string join_zone_command(const model::HostedZone& zone, const model::Vpc& vpc);

}  // namespace postern::explain
