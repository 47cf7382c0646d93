// SPDX-License-Identifier: Apache-2.0
// `postern-init console`: what is written to an instance's /dev/console, kept for GetConsoleOutput.
#pragma once

namespace postern::instances::init {

// Copies what comes by standard input, the console's terminal, to standard output, the instance's
// console log, for as long as the instance lives. The log does not grow without end: of a long one
// the newest part stays.
[[noreturn]] void keep_console_log();

}  // namespace postern::instances::init
