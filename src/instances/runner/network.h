// SPDX-License-Identifier: Apache-2.0
// InstanceNetwork: what the runner needs of the data plane to give an instance its network.
#pragma once

#include "base/result.h"
#include "model/network_interface.h"
#include "model/world.h"

namespace postern::instances {

// Thread safety: the runner's thread only. Every call is idempotent.
class InstanceNetwork {
 public:
  virtual ~InstanceNetwork() = default;

  // Makes `interface` the eth0 of the network namespace `netns`, with its MAC address, its address
  // and the routes of its subnet, up. When this returns the instance can be started: its packets go
  // where the rules let them. `world` is the snapshot that the interface was read from.
  virtual Result<> attach(const model::World& world, const model::NetworkInterface& interface,
                          int netns) = 0;

  // The interface's namespace is gone or about to go: removes what attach() made on the host's
  // side. Fine for an interface that was never attached.
  virtual Result<> detach(const model::Id<model::NetworkInterface>& interface) = 0;
};

}  // namespace postern::instances
