// SPDX-License-Identifier: Apache-2.0
// The steps of compiling a VPC's part, one a subject. Each adds its rows, in no order.
#pragma once

#include <map>
#include <optional>
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

// The part of the VPC `of`, or of all that there are, from a World that has all that it depends on.
// `counted` are the VPCs whose packets are counted.
Part compile_slice(const model::World& slice, const std::set<model::Id<model::Vpc>>& counted,
                   const std::optional<model::Id<model::Vpc>>& of);

// pn_vpcs, pn_ports, pn_addrs; links and services namespaces.
void add_places(Lookup& lookup, const InterfaceIndex& linked,
                const std::set<model::Id<model::Vpc>>& counted,
                const std::optional<model::Id<model::Vpc>>& of, Part& part);
// The VPCs whose links' packets a flow log may be about.
std::set<model::Id<model::Vpc>> counted_vpcs(const model::World& world);
// The number of the network ACL that the subnet's packets are asked; 0: it allows everything.
__u32 acl_of(const model::World& world, const model::Subnet& subnet);
// pn_acls.
void add_acls(Lookup& lookup, Part& part);
// Of sorted tables.
std::uint64_t acl_hash(const Tables& tables);
// pn_groups.
void add_groups(Lookup& lookup, Part& part);
// pn_targets, pn_choices, pn_listeners.
void add_balancers(const model::World& world, const InterfaceIndex& linked, Part& part);
// pn_endpoints.
void add_endpoints(Lookup& lookup, Part& part);

}  // namespace postern::dataplane
