// SPDX-License-Identifier: Apache-2.0
// postern-init's end of the socket to the launcher.
#pragma once

#include <string>
#include <vector>

#include "instances/init/wire.h"

namespace postern::instances::init {

// Tells the launcher why there is no instance, and ends this process.
[[noreturn]] void die(const std::string& words);
// As die(), with the words of errno at the end.
[[noreturn]] void die_errno(const std::string& doing);

// Tells the launcher the process id of the waiting PID 1, and hands it `pidfd`.
void report_started(int pid, int pidfd);

struct StartReceived {
  Start start;
  std::vector<int> descriptors;
};

// Waits for the launcher's word. Ends this process silently when the launcher went away or let go:
// nothing has been made yet that would outlive it.
StartReceived await_start();

}  // namespace postern::instances::init
