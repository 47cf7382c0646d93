// SPDX-License-Identifier: Apache-2.0
// One real TCP connection from an instance.
#pragma once

#include <chrono>

#include "base/net.h"
#include "cli/expectation.h"
#include "instances/launcher/process.h"

namespace postern::cli {

// Opens a connection in the network namespace of the instance whose PID 1 is `pid1`, and closes it.
// The error: the instance is not running, or the caller is not the host's root.
Result<Probe> probe(const instances::Process& pid1, const IpAddress& address, std::uint16_t port,
                    std::chrono::milliseconds patience);

}  // namespace postern::cli
