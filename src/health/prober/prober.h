// SPDX-License-Identifier: Apache-2.0
// Prober: checks targets with real connections from the NLB nodes' addresses, and says what it
// finds.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "base/inbox.h"
#include "health/state/observation.h"
#include "model/world.h"
#include "sockets/vpc_sockets.h"

namespace postern::health {

class Prober {
 public:
  // Gets what was found of a target: to be written into the World with record(). Called on the
  // prober's thread, and again after later checks as long as the World does not say the same, so a
  // report may be lost or come twice.
  using Report = std::function<void(const Observation&)>;

  // Starts its thread: what plan() says of the newest World is checked, beginning from the verdicts
  // that the World has. A new target is checked at once and then at its group's interval. `world`
  // and `sockets` outlive the prober.
  Prober(const Published<model::World>& world, sockets::VpcSockets& sockets, Report report);
  // No report comes any more once this is done.
  ~Prober();
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

 private:
  class Loop;

  std::unique_ptr<Loop> loop_;
  std::thread thread_;
};

}  // namespace postern::health
