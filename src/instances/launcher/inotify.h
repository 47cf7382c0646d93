// SPDX-License-Identifier: Apache-2.0
// How many inotify instances the kernel lets one user have. Those of all instances count as the
// daemon's user's too, and systemd and what it runs take about ten each; where there are no more, a
// PID 1 ends without a word.
#pragma once

#include <string>

#include "base/result.h"

namespace postern::instances {

// Room for hundreds of instances with systemd; what others recommend for as many containers.
inline constexpr int kInotifyInstances = 8192;

// Raises the kernel's limit to `least` if it is lower. The error, when that may not be done, says
// what an operator is to set. `file` is another one in tests.
Result<> allow_inotify(int least,
                       const std::string& file = "/proc/sys/fs/inotify/max_user_instances");

}  // namespace postern::instances
