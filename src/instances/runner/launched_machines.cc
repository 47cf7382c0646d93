// SPDX-License-Identifier: Apache-2.0
#include "instances/runner/launched_machines.h"

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

}  // namespace postern::instances
