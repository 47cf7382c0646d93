// SPDX-License-Identifier: Apache-2.0
// The real data plane behind the seams of those who use it: the reconciler programs it, the sweeper
// keeps it clean, the runner gives instances their network, DNS and health checks open sockets
// inside VPCs.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/log.h"
#include "core/reconcile.h"
#include "core/sweeper.h"
#include "dataplane/apply/apply.h"
#include "dataplane/compile/compiler.h"
#include "dataplane/linux/linux_kernel.h"
#include "dataplane/linux/meter_reader.h"
#include "instances/runner/network.h"
#include "sockets/vpc_sockets.h"

namespace postern::daemon {

class LinuxDataPlane final : public core::DataPlane {
 public:
  // `kernel` outlives this.
  explicit LinuxDataPlane(dataplane::LinuxKernel& kernel) : applier_(kernel) {}

  Result<> program(const model::World& world) override {
    return applier_.apply(compiler_.compile(world));
  }

 private:
  dataplane::Compiler compiler_;
  dataplane::Applier applier_;
};

class LinuxFlowTable final : public core::FlowTable {
 public:
  // What the load balancers' connections were in a sweep.
  using Tell = std::function<void(std::vector<std::pair<pn_meter_key, std::uint32_t>>)>;

  // `kernel` outlives this.
  LinuxFlowTable(const dataplane::LinuxKernel& kernel, Tell tell)
      : kernel_(kernel), meters_(kernel.run_dir()), tell_(std::move(tell)) {}

  Result<std::uint64_t> sweep() override {
    TRY_ASSIGN(const pn_sweep_report report, kernel_.sweep());
    if (auto connections = meters_.connections(); connections) {
      tell_(std::move(*connections));
    } else {
      log::warn("connections not counted", {{"error", connections.error().message()}});
    }
    return report.live / 2;  // entries, two for each
  }
  Result<std::set<std::uint32_t>> targets_in_use() override { return kernel_.targets_in_use(); }

 private:
  const dataplane::LinuxKernel& kernel_;
  dataplane::MeterReader meters_;
  const Tell tell_;
};

class LinuxInstanceNetwork final : public instances::InstanceNetwork {
 public:
  explicit LinuxInstanceNetwork(const dataplane::LinuxKernel& kernel) : kernel_(kernel) {}

  Result<> attach(const model::World& world, const model::NetworkInterface& interface,
                  int netns) override;
  // Nothing to do: the link goes with the instance's namespace, and the reconciler removes what is
  // left of it once the interface's record is gone.
  Result<> detach(const model::Id<model::NetworkInterface>&) override { return {}; }

 private:
  const dataplane::LinuxKernel& kernel_;
};

class LinuxVpcSockets final : public sockets::VpcSockets {
 public:
  explicit LinuxVpcSockets(dataplane::RunDir dir) : dir_(std::move(dir)) {}

  Result<Fd> open(std::string_view vpc, const sockets::Request& request) override;

 private:
  dataplane::RunDir dir_;
};

}  // namespace postern::daemon
