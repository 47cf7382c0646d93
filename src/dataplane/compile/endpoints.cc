// SPDX-License-Identifier: Apache-2.0
// Endpoints: whether their packets go on, and into which node.
#include <algorithm>

#include "dataplane/compile/parts.h"
#include "dataplane/compile/words.h"
#include "model/endpoint_state.h"
#include "model/faults.h"

namespace postern::dataplane {
namespace {

using model::World;

// The node of the zone's NLB that is in the same place. Zones are compared by id: their names
// differ between accounts. [PrivateLink guide, "Subnets and Availability Zones"]
void set_node(const World& world, const model::EndpointSubnet& subnet, pn_endpoint& word) {
  const auto* balancer = world.find(subnet.load_balancer);
  if (balancer == nullptr) {
    return;
  }
  const auto* vpc = world.find(balancer->vpc);
  const auto* node = model::node_behind(world, subnet);
  if (vpc == nullptr || node == nullptr) {
    return;
  }
  word.flags = balancer->enforce_inbound_rules_on_private_link ? __u32{0}
                                                               : __u32{kPnEndpointSkipNodeIngress};
  word.node_vpc = vpc->number;
  word.node_eni = node->number;
  word.node_address = addr_word(node->address);
}

// Whether the interface has failed on purpose, or the node behind it: without an entry what is
// connected through it is cut too.
bool is_dark(const World& world, const model::NetworkInterface& interface,
             const model::EndpointSubnet& subnet) {
  const auto* node = model::node_behind(world, subnet);
  return model::darkening(world, interface) != nullptr ||
         (node != nullptr && model::darkening(world, *node) != nullptr);
}

}  // namespace

void add_endpoints(const World& world, Program& program) {
  for (const auto& [id, endpoint] : world.all<model::VpcEndpoint>()) {
    for (const model::EndpointSubnet& subnet : endpoint->subnets) {
      const auto* interface = world.find(subnet.network_interface);
      if (interface == nullptr || is_dark(world, *interface, subnet)) {
        continue;
      }
      pn_endpoint word{
          .state = model::forwards(endpoint->state) ? kPnEndpointForwarding : kPnEndpointClosed,
          .connection = endpoint->connection};
      std::copy_n(id.value.begin(), std::min<std::size_t>(id.value.size(), sizeof word.id),
                  word.id);
      set_node(world, subnet, word);
      program.tables[MapId::Endpoints].add(interface->number, word);
    }
  }
}

}  // namespace postern::dataplane
