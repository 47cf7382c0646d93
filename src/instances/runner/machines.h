// SPDX-License-Identifier: Apache-2.0
// Machines: what the runner needs of the launcher. The real one is LaunchedMachines
// (launched_machines.h); tests have one in memory.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "instances/image/image.h"
#include "instances/launcher/launcher.h"

namespace postern::instances {

// Thread safety: one thread at a time, except for empty_trash().
class Machines {
 public:
  virtual ~Machines() = default;

  // Gives the host whose network namespace this is its network.
  using Connect = std::function<Result<>(int netns)>;

  // Starts the host; `connect` runs before its first process does. On failure everything is as
  // before the call.
  virtual Result<> boot(const HostSpec& spec, const Image& image, const Connect& connect) = 0;

  // Runs `connect` again for the host, which runs.
  virtual Result<> reconnect(const std::string& id, const Connect& connect) = 0;

  virtual std::vector<Host> list() const = 0;

  // Readable once the host has ended; empty when it is not running.
  virtual Fd watch(const std::string& id) const = 0;

  // As in Launcher.
  virtual Result<> power_off(const std::string& id) = 0;
  virtual Result<> stop(const std::string& id) = 0;  // at once
  virtual Result<> remove(const std::string& id) = 0;
  virtual void collect_garbage(const std::set<std::string>& known) = 0;

  // Deletes the files of removed hosts. May take long; any one thread.
  virtual void empty_trash() const = 0;
};

}  // namespace postern::instances
