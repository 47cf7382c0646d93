// SPDX-License-Identifier: Apache-2.0
// What each verb of `postern` does.
#pragma once

#include "base/result.h"
#include "cli/command_line.h"

namespace postern::cli {

// Does what was typed, printing to standard output. Gives the exit status: 0, or that of the
// command that `exec` and `ssh` have run. An error is one sentence for the person who typed.
Result<int> run(const CommandLine& typed);

}  // namespace postern::cli
