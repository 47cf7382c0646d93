// SPDX-License-Identifier: Apache-2.0
// The launcher's side of the talk with postern-init (instances/init/wire.h).
#pragma once

#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "instances/init/wire.h"
#include "instances/launcher/process.h"

namespace postern::instances {

// A process in namespaces of its own that waits to become an instance's PID 1. It ends when this
// object goes without start_pid1().
struct WaitingPid1 {
  Process process;
  Fd pidfd;
  Fd control;
};

// Runs `program` (postern-init), with `console` as its output. The instance's ids are those from
// `uid_base` on. What comes back is nobody's child: it outlives this process.
Result<WaitingPid1> spawn_pid1(const std::string& program, std::uint32_t uid_base,
                               const Fd& console);

// Sends `start` and the descriptors of its trees, and waits until PID 1 has set itself up and is
// the instance's init. The error is PID 1's own words.
Result<> start_pid1(const WaitingPid1& waiting, const init::Start& start,
                    const std::vector<Fd>& descriptors);

}  // namespace postern::instances
