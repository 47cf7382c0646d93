// SPDX-License-Identifier: Apache-2.0
// The instance's user data: where it lies, and running it once, at the first boot.
//
// Paths are cloud-init's, so that people and scripts find what they look for:
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
#pragma once

#include <sys/types.h>

namespace postern::instances::init {

// The bytes as they were given to RunInstances. Not there when none were.
inline constexpr const char* kUserDataFile = "/var/lib/cloud/instance/user-data.txt";
// What a script printed, and why one was not run.
inline constexpr const char* kUserDataLog = "/var/log/cloud-init-output.log";
// A script's exit status in decimal (128 and the signal for a killed one), once it has ended.
inline constexpr const char* kUserDataStatusFile = "/var/lib/cloud/instance/user-data-status";

// Starts the user data if this is the first boot and it is a script (`#!`); says on standard output
// what it does and why. The script's process, or 0. Call once, with signals blocked.
pid_t start_user_data();

// Notes what became of the script, as waitpid() told it.
void record_user_data_end(int wait_status);

}  // namespace postern::instances::init
