// SPDX-License-Identifier: Apache-2.0
// Which sockets wait in a process's network namespace, as /proc tells.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "explain/sight.h"

namespace postern::daemon {

// What waits among the lines of a /proc/net/{tcp,tcp6,udp,udp6}. [Linux, networking/proc_net_tcp]
std::vector<explain::Socket> waiting_sockets(std::string_view lines, std::uint8_t protocol);

// In the network namespace of that process.
Result<std::vector<explain::Socket>> seen_sockets(long pid);

}  // namespace postern::daemon
