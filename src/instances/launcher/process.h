// SPDX-License-Identifier: Apache-2.0
// A process of the host by a name that no later process can have: its id and its start time.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace postern::instances {

struct Process {
  pid_t pid = 0;
  std::uint64_t start_time = 0;  // clock ticks since boot, field 22 of /proc/PID/stat
  friend bool operator==(const Process&, const Process&) = default;
};

// The name of the process that now has `pid`; nullopt when none has.
std::optional<Process> name_process(pid_t pid);

// A pidfd of exactly this process; an empty Fd when it has ended. Readable once it ends.
Fd open_process(const Process& process);

// A pidfd of a child of ours that has not been waited for, ended or not.
Fd open_child(pid_t child);

// Whether the process of `pidfd` has ended; waits for that no longer than `timeout_ms`.
bool has_ended(const Fd& pidfd, int timeout_ms);

Result<> send_signal(const Fd& pidfd, int signal);

// Differs after each start of the host, so that process names of before mean nothing.
std::string boot_id();

}  // namespace postern::instances
