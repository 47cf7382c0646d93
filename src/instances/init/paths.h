// SPDX-License-Identifier: Apache-2.0
// Where user data and what came of it lie in an instance. cloud-init's own paths, so that people
// and scripts find what they look for; and what an instance tells the launcher by.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
#pragma once

namespace postern::instances::init {

// The bytes as they were given to RunInstances. Not there when none were.
inline constexpr const char* kUserDataFile = "/var/lib/cloud/instance/user-data.txt";
// What a script printed, and why one was not run.
inline constexpr const char* kUserDataLog = "/var/log/cloud-init-output.log";
// A script's exit status in decimal (128 and the signal for a killed one), once it has ended.
inline constexpr const char* kUserDataStatusFile = "/var/lib/cloud/instance/user-data-status";

// Made by an instance that ends to begin again: `reboot` inside. Its PID 1 removes it.
inline constexpr const char* kRebootMark = "/var/lib/postern/reboot";

}  // namespace postern::instances::init
