// SPDX-License-Identifier: Apache-2.0
// Attacher: gives interfaces to what runs on the host already, takes them away, and looks after
// those that it gave: what is gone for good is released, what comes back is given its own again.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "base/time.h"
#include "core/core.h"
#include "daemon/attach_rule.h"

namespace postern::daemon {

// The places of the host, as the attacher sees them. Thread safety: as the attacher's lock gives.
class HostPlaces {
 public:
  virtual ~HostPlaces() = default;

  // A refusal when there is no such process or namespace. A tap may be missing.
  virtual Result<Place> look(model::HolderKind kind, const std::string& place) = 0;
  // Makes the interface's link, program, address and routes. `world` has its subnet and VPC. What
  // a failure leaves behind goes with the interface's record.
  virtual Result<> connect(const model::World& world, const model::NetworkInterface& interface) = 0;
  // NetworkInterface::number of those whose link is there with both ends.
  virtual Result<std::set<std::uint32_t>> connected() = 0;
};

struct AttacherParts {
  core::Core& core;
  const Clock& clock;
  HostPlaces& places;
  std::string region;
  // Waits for the data plane to carry a revision. False: it has not within its patience.
  std::function<bool(std::uint64_t revision)> wait_programmed;
};

// Thread safety: every call may come from any thread.
class Attacher {
 public:
  explicit Attacher(AttacherParts parts) : parts_(std::move(parts)) {}

  // When this returns, packets pass. An error leaves everything as it was.
  Result<model::NetworkInterface> attach(const AttachWish& wish);
  // When this returns, the place is as it was and the interface is gone.
  Result<> detach(const model::Id<model::NetworkInterface>& id);
  // Looks at all of them once; every second or so is right.
  void keep();

 private:
  Result<> connect(const model::Id<model::NetworkInterface>& id, std::uint64_t revision);
  void keep(const model::World& world, const model::NetworkInterface& interface, bool connected);
  bool is_ready(const model::World& world, const model::NetworkInterface& interface);
  void give_again(const model::NetworkInterface& interface);
  Result<std::uint64_t> change(const model::Id<model::NetworkInterface>& id,
                               void (*how)(model::Transaction&,
                                           const model::Id<model::NetworkInterface>&));

  AttacherParts parts_;
  std::mutex mutex_;
  // Not to be tried again before.
  std::map<model::Id<model::NetworkInterface>, SteadyPoint> failed_;
};

}  // namespace postern::daemon
