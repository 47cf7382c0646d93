// SPDX-License-Identifier: Apache-2.0
// The instance's user data: running it once, at the first boot.
#pragma once

#include <sys/types.h>

namespace postern::instances::init {

// Starts the user data if this is the first boot and it is a script (`#!`); says on standard output
// what it does and why. The script's process, or 0. Call once, with signals blocked.
pid_t start_user_data();

// Notes what became of the script, as waitpid() told it.
void record_user_data_end(int wait_status);

}  // namespace postern::instances::init
