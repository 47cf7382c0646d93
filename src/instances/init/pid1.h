// SPDX-License-Identifier: Apache-2.0
// `postern-init boot`: process 1 of an instance.
#pragma once

namespace postern::instances::init {

// Runs the user data at the first boot, takes in orphans, and powers off when asked to: TERM to
// all, a short wait, KILL, end. Asked to means SIGTERM, SIGPWR or SIGRTMIN+4 (as systemd has it),
// from inside or outside.
[[noreturn]] void run_as_pid1();

}  // namespace postern::instances::init
