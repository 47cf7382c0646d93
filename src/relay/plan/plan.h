// SPDX-License-Identifier: Apache-2.0
// What the relay of each VPC has to do for its TLS listeners and its Application Load Balancers,
// and how HAProxy is told so. Pure.
//
// For a TLS listener a relay listens at each node's own address, where the data plane hands it the
// clients of a TLS listener with the PROXY protocol before what they say, and goes on from that
// address to kPnRelayTargets, where the data plane draws a target. So it need not know what a
// target is, and nothing changes here when targets come, go or turn unhealthy. (docs/adr/0021) An
// Application Load Balancer's requests it answers and spreads itself: application.h.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/net.h"
#include "model/world.h"
#include "relay/plan/application.h"

namespace postern::relay {

// A listener at one of its load balancer's nodes.
struct Front {
  std::uint32_t listener = 0;  // Listener::number
  IpAddress node;
  int port = 0;
  std::vector<std::string> certificates;  // names of files; the default one first
  std::string ssl_policy;
  std::string alpn_policy;      // empty: none is negotiated
  bool tls_to_targets = false;  // the target group's protocol is TLS
  bool tells_targets = false;   // who the client is, by the PROXY protocol
};

struct Relay {
  std::uint32_t vpc = 0;  // Vpc::number
  std::vector<Front> fronts;
  std::vector<ApplicationFront> applications;
  // Certificates with their chains and keys, and what is answered to clients, by name.
  std::map<std::string, std::string> files;
};

// By VPC; of those that have such listeners.
std::map<model::Id<model::Vpc>, Relay> relays_of(const model::World& world);

// A name for all that the relay does: another one when anything of it changes.
std::string generation_of(const Relay& relay);

// HAProxy's configuration, with the relay's files and its own sockets in `folder`.
std::string haproxy_config(const Relay& relay, const std::string& folder);

// HAProxy's sockets in the folder: of the process that others come from, and of the newest of
// those.
inline constexpr const char* kMasterSocket = "master";
inline constexpr const char* kWorkerSocket = "worker";

}  // namespace postern::relay
