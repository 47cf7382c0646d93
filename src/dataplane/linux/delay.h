// SPDX-License-Identifier: Apache-2.0
// What goes to a link's guest is held back for a time, by netem at the link's end in the fabric.
// Packets pass there only where kPnPortQueued says so [layout.h].
#pragma once

#include <chrono>
#include <cstdint>
#include <set>

#include "base/result.h"

namespace postern::dataplane {

// Unavailable, in words for who asked for a delay, if the kernel cannot make one.
Result<> check_delays(int netns_fd);

// The links of the namespace that have one.
Result<std::set<std::uint32_t>> delayed_links(int netns_fd);

// 0: none. False if there is no such link.
Result<bool> set_delay(int netns_fd, std::uint32_t ifindex, std::chrono::milliseconds delay);

}  // namespace postern::dataplane
