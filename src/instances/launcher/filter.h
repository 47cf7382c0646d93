// SPDX-License-Identifier: Apache-2.0
// The system calls that no process of an instance may make.
#pragma once

#include <string>

#include "base/result.h"

namespace postern::instances {

// A seccomp program, an array of sock_filter for init::install_filter(). It refuses what reaches
// past the namespaces into the kernel as a whole or has no business in a guest: BPF, tracing,
// modules, kexec, clocks, keyrings, file handles, userfaultfd, io_uring, and typing into somebody's
// terminal. The calls fail with EPERM, io_uring with ENOSYS so that programs fall back; nothing is
// killed.
Result<std::string> denied_calls_filter();

}  // namespace postern::instances
