// SPDX-License-Identifier: Apache-2.0
#include "instances/runner/launched_machines.h"

#include <fcntl.h>

#include <algorithm>

#include "base/log.h"

namespace postern::instances {

Result<> LaunchedMachines::boot(const HostSpec& spec, const Image& image, const Connect& connect) {
  TRY_ASSIGN(PreparedHost host, launcher_.prepare(spec, image));
  if (auto connected = connect(host.netns()); !connected) {
    if (const auto abandoned = launcher_.abandon(std::move(host)); !abandoned) {
      log::error("something of a failed start remains",
                 {{"instance", spec.id}, {"why", abandoned.error().message()}});
    }
    return connected;
  }
  TRY(launcher_.start(std::move(host)));
  return {};
}

Result<> LaunchedMachines::reconnect(const std::string& id, const Connect& connect) {
  const std::vector<Host> hosts = launcher_.list();
  const auto host = std::ranges::find(hosts, id, &Host::id);
  if (host == hosts.end() || !host->running) {
    return unavailable("{} does not run", id);
  }
  const Fd process = open_process(*host->running);
  const std::string path = fmt::format("/proc/{}/ns/net", host->running->pid);
  const Fd netns(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  // As long as it has not ended, the path was its own.
  if (!process || !netns || has_ended(process, 0)) {
    return unavailable("{} has just ended", id);
  }
  return connect(netns.get());
}

}  // namespace postern::instances
