// SPDX-License-Identifier: Apache-2.0
// The host's real places: namespaces and taps.
#pragma once

#include "daemon/attacher.h"
#include "dataplane/linux/linux_kernel.h"

namespace postern::daemon {

class LinuxHostPlaces final : public HostPlaces {
 public:
  // `kernel` outlives this.
  explicit LinuxHostPlaces(const dataplane::LinuxKernel& kernel) : kernel_(kernel) {}

  Result<Place> look(model::HolderKind kind, const std::string& place) override;
  Result<> connect(const model::World& world, const model::NetworkInterface& interface) override;
  Result<std::set<std::uint32_t>> connected() override;

 private:
  Result<> connect_namespace(const model::World& world, const model::NetworkInterface& interface);

  const dataplane::LinuxKernel& kernel_;
};

}  // namespace postern::daemon
