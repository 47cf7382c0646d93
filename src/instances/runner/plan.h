// SPDX-License-Identifier: Apache-2.0
// What the runner has to do, from what the World wants and what runs. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/world.h"

namespace postern::instances {

// What there is of an instance on this host.
struct HostState {
  bool running = false;
  bool rebooted = false;  // it ran before this host was started anew
  int boot = 1;           // which of the instance's boots it is or was in; 0: it never ran
};

enum class Action {
  Start,             // make it run, then report it
  ReportRunning,     // it runs, the World does not know yet
  Restart,           // it has ended and is to run again, on its files
  ReportPoweredOff,  // it ended by itself
  PowerOff,          // it is to end and runs: give it time
  Stop,              // release what it has besides its files, report it as stopped
  Finish,            // remove what there is of it, report it as terminated
  Remove,            // nobody knows it: remove it
};

struct Step {
  Action action;
  model::Id<model::Instance> instance;
  bool operator==(const Step&) const = default;
};

// In the order of the instances' ids. `hosts` are those that have anything on this host.
std::vector<Step> plan(const model::World& world, const std::map<std::string, HostState>& hosts);

}  // namespace postern::instances
