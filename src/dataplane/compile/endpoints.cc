// SPDX-License-Identifier: Apache-2.0
// Endpoints: whether their packets go on, and into which node.
#include <algorithm>

#include "dataplane/compile/parts.h"
#include "dataplane/compile/words.h"
#include "model/aws_services.h"
#include "model/endpoint_state.h"
#include "model/faults.h"

namespace postern::dataplane {
namespace {

// The node of the zone's NLB that is in the same place. Zones are compared by id: their names
// differ between accounts. [PrivateLink guide, "Subnets and Availability Zones"]
void set_node(const Lookup::NodeOf& behind, pn_endpoint& word) {
  if (behind.node == nullptr || behind.vpc == nullptr) {
    return;
  }
  word.flags = behind.balancer->enforce_inbound_rules_on_private_link
                   ? __u32{0}
                   : __u32{kPnEndpointSkipNodeIngress};
  word.node_vpc = behind.vpc->number;
  word.node_eni = behind.node->number;
  word.node_address = addr_word(behind.node->address);
}

}  // namespace

// Where the interface has failed on purpose, or the node behind it, there is no entry: what is
// connected through it is cut too.
void add_endpoints(Lookup& lookup, Part& part) {
  for (const auto& [id, endpoint] : lookup.world().all<model::VpcEndpoint>()) {
    for (const model::EndpointSubnet& subnet : endpoint->subnets) {
      const auto* interface = lookup.world().find(subnet.network_interface);
      const Lookup::NodeOf behind = lookup.node_behind(subnet);
      if (interface == nullptr || behind.is_dark ||
          model::darkening(lookup.world(), *interface) != nullptr) {
        continue;
      }
      pn_endpoint word{
          .state = model::forwards(endpoint->state) ? kPnEndpointForwarding : kPnEndpointClosed,
          .connection = endpoint->connection};
      std::copy_n(id.value.begin(), std::min<std::size_t>(id.value.size(), sizeof word.id),
                  word.id);
      if (model::leads_to_aws(*endpoint)) {
        word.flags =
            kPnEndpointAws | (model::served_as(*endpoint) ? __u32{0} : __u32{kPnEndpointUnserved});
      } else {
        set_node(behind, word);
      }
      part.tables[MapId::Endpoints].add(interface->number, word);
    }
  }
}

}  // namespace postern::dataplane
