// SPDX-License-Identifier: Apache-2.0
// FaultKeeper: begins and ends what `postern fault` breaks, and keeps what of it is not in the maps
// as the World's faults say: delays, and that no connection goes through a node that has failed.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "core/core.h"
#include "daemon/fault_rule.h"

namespace postern::daemon {

// How long what each link is sent is held back, by the link's port.
std::map<std::uint32_t, std::chrono::milliseconds> wanted_delays(const model::World& world);

// The numbers of the interfaces of load balancers that have failed.
std::set<std::uint32_t> failed_nodes(const model::World& world);

// What the keeper needs of the data plane. [dataplane/linux/delay.h, layout.h: pn_expire]
struct FaultKeeperParts {
  core::Core& core;
  std::string region;
  std::function<std::uint64_t()> programmed;
  std::function<void(std::uint64_t revision)> wait_programmed;
  std::function<Result<>()> check_delays;
  std::function<Result<std::set<std::uint32_t>>()> delayed_links;
  std::function<Result<bool>(std::uint32_t port, std::chrono::milliseconds)> set_delay;
  std::function<Result<std::uint32_t>(std::uint32_t node)> forget_of_node;
};

// Thread safety: any thread.
class FaultKeeper {
 public:
  explicit FaultKeeper(FaultKeeperParts parts) : parts_(std::move(parts)) {}

  // In force when it returns. Refused if the wish is none; Unavailable if the kernel cannot do it.
  Result<model::Fault> begin(const FaultWish& wish);
  // The fault of that id, or all if it is empty.
  Result<> clear(const std::string& id);
  // Does what is not done yet; what fails is logged, and tried again the next time.
  void keep();

 private:
  Result<> keep_delays(const model::World& world);
  Result<> keep_nodes(const model::World& world);
  Result<> keep_all(const model::World& world);

  FaultKeeperParts parts_;
  std::mutex mutex_;
  bool looked_ = false;  // for what an earlier daemon has left
  std::map<std::uint32_t, std::chrono::milliseconds> delays_;  // that are set
  std::set<std::uint32_t> forgotten_;                          // nodes whose connections are
  std::string problem_;                                        // that was logged last
};

}  // namespace postern::daemon
