// SPDX-License-Identifier: Apache-2.0
// What HAProxy is told of a listener of an Application Load Balancer: its rules, whom they send
// requests to, and what clients are answered without any target. Pure.
//
// Clients come with their own addresses, and HAProxy goes to targets from the node's, so that the
// data plane asks the same groups as for any node of a load balancer. (docs/adr/0028)
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/net.h"
#include "model/load_balancer.h"

namespace postern::relay {

struct Server {
  std::uint32_t target = 0;  // Target::number
  IpAddress address;
  int port = 0;
};

// The targets of a group that one node asks.
struct Pool {
  model::Id<model::TargetGroup> group;
  std::uint32_t number = 0;  // TargetGroup::number
  bool tls = false;
  model::Attributes attributes;
  std::vector<Server> servers;
};

// A listener at one of its load balancer's nodes.
struct ApplicationFront {
  model::Listener listener;
  model::Attributes attributes;  // the load balancer's
  IpAddress node;
  std::vector<std::string> certificates;  // names of files; the default one first
  std::vector<Pool> pools;                // of each group that the listener forwards to
};

// A frontend, and a backend for each pool.
std::string application_sections(const ApplicationFront& front, const std::string& folder);

// What the sections name of files, but for certificates, by name.
std::map<std::string, std::string> application_files(const model::Listener& listener);

}  // namespace postern::relay
