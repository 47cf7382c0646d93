// SPDX-License-Identifier: Apache-2.0
// Which checks are to be made of whom: a World as the prober sees it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "health/state/findings.h"
#include "health/state/observation.h"
#include "model/world.h"

namespace postern::health {

enum class CheckProtocol { Tcp, Http, Https };

// The checks that one node makes of one target.
struct Probe {
  model::Id<model::Target> target;
  std::uint32_t registration = 0;  // the target's number: another one after registering again
  model::HealthVerdict stored = model::HealthVerdict::None;  // the verdict in the World

  model::Id<model::Vpc> vpc;
  std::string zone;  // whose node checks
  IpAddress source;  // the node's
  IpAddress address;
  std::uint16_t port = 0;

  CheckProtocol protocol = CheckProtocol::Tcp;
  std::string path;           // HTTP and HTTPS only
  std::string host;           // … : the node's address and its listener's port
  std::string matcher;        // … : the codes that pass
  bool proxy_header = false;  // the PROXY protocol's header goes first, naming nobody

  std::chrono::seconds interval{};
  std::chrono::seconds timeout{};
  Thresholds thresholds;

  bool operator==(const Probe&) const = default;
};

// Every node of an active NLB checks every target that its listeners lead to, as long as the
// target's instance runs and its zone is one of the NLB's. Draining targets are not checked.
std::vector<Probe> plan(const model::World& world);

// Verdicts that stand for nothing any more, because their targets are not checked now: to be set
// back to None, so that a target that comes back to use is initial again. Draining targets keep
// theirs, for they may be registered again.
std::vector<Observation> outdated_verdicts(const model::World& world);

}  // namespace postern::health
