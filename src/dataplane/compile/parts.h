// SPDX-License-Identifier: Apache-2.0
// The parts of compile(), one a subject. Each adds its rows to the program, in no order.
#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "dataplane/compile/lookup.h"
#include "dataplane/compile/program.h"
#include "model/security_group_rules.h"

namespace postern::dataplane {

// Whether it is one of an instance that runs, or of a holder that has it.
bool has_link(const model::World& world, const model::NetworkInterface& interface);
// The interfaces of instances that have a link, by VPC and address: those that packets can be sent
// to.
using InterfaceIndex =
    std::map<std::pair<model::Id<model::Vpc>, IpAddress>, const model::NetworkInterface*>;
InterfaceIndex linked_interfaces(const model::World& world);

// Whose rules packets of the VPC may need.
std::vector<model::AddressFamily> families_of(const model::World& world,
                                              const model::Id<model::Vpc>& vpc);

// pn_vpcs, pn_ports, pn_addrs; links and services namespaces.
void add_places(Lookup& lookup, const InterfaceIndex& linked, Program& program);
// The VPCs whose links' packets a flow log may be about.
std::set<model::Id<model::Vpc>> counted_vpcs(const model::World& world);
// The number of the network ACL that the subnet's packets are asked; 0: it allows everything.
__u32 acl_of(const model::World& world, const model::Subnet& subnet);
// pn_acls.
void add_acls(Lookup& lookup, Program& program);
// pn_acl_generation. All other tables are complete and sorted.
void add_acl_generation(Program& program);
// pn_groups.
void add_groups(Lookup& lookup, Program& program);
// pn_targets, pn_choices, pn_listeners.
void add_balancers(const model::World& world, const InterfaceIndex& linked, Program& program);
// pn_endpoints.
void add_endpoints(Lookup& lookup, Program& program);

}  // namespace postern::dataplane
