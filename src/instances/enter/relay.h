// SPDX-License-Identifier: Apache-2.0
// Joins the caller's terminal to one of an instance.
#pragma once

#include "base/fd.h"

namespace postern::instances {

// Carries bytes between standard input and output and `master`, and the window's size to it, until
// the process of `ended` (a pidfd) has ended and everything it printed is out. `signals` is a
// signalfd; what comes by it, but SIGWINCH, is sent to that process. Standard input is in raw mode
// meanwhile if it is a terminal.
void relay_terminal(const Fd& master, const Fd& signals, const Fd& ended);

// The same without a terminal of its own: only waits and passes signals on.
void wait_passing_signals(const Fd& signals, const Fd& ended);

}  // namespace postern::instances
