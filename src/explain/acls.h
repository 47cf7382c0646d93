// SPDX-License-Identifier: Apache-2.0
// What the network ACLs on a packet's way say, and what to add where they say no. They know no
// connections: what a packet is answered with is asked too, at whatever port the sender has.
// [VPC user guide, "Control subnet traffic with network access control lists"]
#pragma once

#include <vector>

#include "explain/explanation.h"
#include "model/world.h"

namespace postern::explain {

// What the packets of one direction are: their destination ports, or the type of an ICMP echo.
struct Ports {
  std::uint8_t protocol = 6;
  int low = 0;
  int high = 0;  // low: of one port
};
// A connection's packets as its client sends them.
Ports ports_of(const Traffic& traffic);
// Its answers, which go to a port that the client has chosen, or a load balancer's node.
// [VPC user guide, "Ephemeral ports": Linux 32768-60999, Elastic Load Balancing 1024-65535]
Ports answers_to_client(const Traffic& traffic);
Ports answers_to_node(const Traffic& traffic);

// What one ACL is asked.
struct AclQuestion {
  bool egress = false;
  Ports ports;
  IpAddress peer;  // the other side
};

// One end of a stretch.
struct End {
  const model::NetworkInterface* interface = nullptr;
  const char* name = "";  // "source", "endpoint"
};

// A stretch of the way between two interfaces, and the packets' addresses on it.
struct Stretch {
  End from;
  End to;
  IpAddress source;
  IpAddress destination;
  Ports ports;
  // What a first packet gets. Nothing: these are answers.
  std::optional<dataplane::Verdict> out_denied;
  std::optional<dataplane::Verdict> in_denied;
};

// Adds a hop for each ACL that is asked: none within a subnet, and none for an ACL that allows
// everything.
void ask_acls(const model::World& world, const Stretch& stretch, std::vector<Hop>& hops);

}  // namespace postern::explain
