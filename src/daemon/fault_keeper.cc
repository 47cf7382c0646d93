// SPDX-License-Identifier: Apache-2.0
#include "daemon/fault_keeper.h"

#include "base/log.h"

namespace postern::daemon {

using std::chrono::milliseconds;

std::map<std::uint32_t, milliseconds> wanted_delays(const model::World& world) {
  std::map<std::uint32_t, milliseconds> wanted;
  for (const auto& [id, fault] : world.all<model::Fault>()) {
    const auto* interface = world.find(model::Id<model::NetworkInterface>(fault->subject));
    if (fault->delay_ms != 0 && interface != nullptr && interface->port != 0) {
      wanted[interface->port] = milliseconds(fault->delay_ms);
    }
  }
  return wanted;
}

std::set<std::uint32_t> failed_nodes(const model::World& world) {
  std::set<std::uint32_t> failed;
  if (world.all<model::Fault>().empty()) {
    return failed;
  }
  for (const auto& [id, balancer] : world.all<model::LoadBalancer>()) {
    for (const model::LoadBalancerZone& zone : balancer->zones) {
      const auto* node = world.find(zone.network_interface);
      if (node != nullptr && model::darkening(world, *node) != nullptr) {
        failed.insert(node->number);
      }
    }
  }
  return failed;
}

Result<model::Fault> FaultKeeper::begin(const FaultWish& wish) {
  if (wish.delay.count() != 0) {
    TRY(parts_.check_delays());
  }
  model::Fault fault;
  TRY_ASSIGN(const std::uint64_t revision, parts_.core.run([&](model::Transaction& tx) -> Result<> {
    TRY_ASSIGN(fault, begin_fault(tx, parts_.region, wish));
    return {};
  }));
  parts_.wait_programmed(revision);
  keep();
  log::warn("broken on purpose", {{"fault", fault.id}, {"about", fault.about}});
  return fault;
}

Result<> FaultKeeper::clear(const std::string& id) {
  TRY_ASSIGN(const std::uint64_t revision, parts_.core.run([&](model::Transaction& tx) -> Result<> {
    if (!id.empty()) {
      return clear_fault(tx, id);
    }
    clear_faults(tx);
    return {};
  }));
  parts_.wait_programmed(revision);
  keep();
  return {};
}

void FaultKeeper::keep() {
  const std::scoped_lock lock(mutex_);
  const auto kept = keep_all(*parts_.core.snapshot());
  const std::string problem = kept ? "" : kept.error().message();
  if (!problem.empty() && problem != problem_) {
    log::warn("faults are not kept as they should be", {{"error", problem}});
  }
  problem_ = problem;
}

Result<> FaultKeeper::keep_all(const model::World& world) {
  TRY(keep_delays(world));
  return keep_nodes(world);
}

// A link that was made anew has nothing of what the old one had.
Result<> FaultKeeper::keep_delays(const model::World& world) {
  const auto wanted = wanted_delays(world);
  if (looked_ && wanted.empty() && delays_.empty()) {
    return {};
  }
  TRY_ASSIGN(const auto found, parts_.delayed_links());
  looked_ = true;
  std::erase_if(delays_, [&](const auto& row) { return !found.contains(row.first); });
  for (const std::uint32_t port : found) {
    if (!wanted.contains(port)) {
      TRY(parts_.set_delay(port, milliseconds(0)));
      delays_.erase(port);
    }
  }
  for (const auto& [port, delay] : wanted) {
    if (const auto at = delays_.find(port); at != delays_.end() && at->second == delay) {
      continue;
    }
    TRY_ASSIGN(const bool is_set, parts_.set_delay(port, delay));
    if (is_set) {
      delays_[port] = delay;
    }
  }
  return {};
}

// Only when the node has left the maps no connection through it can begin any more.
Result<> FaultKeeper::keep_nodes(const model::World& world) {
  const auto failed = failed_nodes(world);
  std::erase_if(forgotten_, [&](std::uint32_t node) { return !failed.contains(node); });
  for (const std::uint32_t node : failed) {
    if (forgotten_.contains(node) || parts_.programmed() < world.revision()) {
      continue;
    }
    TRY(parts_.forget_of_node(node));
    forgotten_.insert(node);
  }
  return {};
}

}  // namespace postern::daemon
