// SPDX-License-Identifier: Apache-2.0
// The machines that the launcher makes.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "instances/runner/machines.h"

namespace postern::instances {

class LaunchedMachines final : public Machines {
 public:
  explicit LaunchedMachines(Launcher launcher) : launcher_(std::move(launcher)) {}

  Result<> boot(const HostSpec& spec, const Image& image, const Connect& connect) override;
  Result<> reconnect(const std::string& id, const Connect& connect) override;
  std::vector<Host> list() const override { return launcher_.list(); }
  Fd watch(const std::string& id) const override { return launcher_.watch(id); }
  Result<> power_off(const std::string& id) override { return launcher_.power_off(id); }
  Result<> stop(const std::string& id) override {
    return launcher_.stop(id, std::chrono::milliseconds(0));
  }
  Result<> remove(const std::string& id) override { return launcher_.remove(id); }
  void collect_garbage(const std::set<std::string>& known) override {
    launcher_.collect_garbage(known);
  }
  void empty_trash() const override { launcher_.empty_trash(); }

 private:
  Launcher launcher_;
};

}  // namespace postern::instances
