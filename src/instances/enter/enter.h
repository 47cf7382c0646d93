// SPDX-License-Identifier: Apache-2.0
// Running a command inside an instance, as its root: `postern exec`, `postern ssh`.
//
//   caller ── child that enters the namespaces (setns) ── the command, in the instance's pid
//   namespace
//
// The command has the caller's standard input and outputs, or a terminal of the instance's own that
// the caller's terminal is joined to. It has neither more capabilities nor more system calls than
// the instance's other processes, and runs in its cgroup.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "instances/launcher/process.h"

namespace postern::instances {

struct Command {
  std::vector<std::string> words;  // empty: root's login shell
  // Give it a terminal. For a caller whose standard input is one; that is in raw mode meanwhile.
  bool terminal = false;
};

// Runs `command` in the instance whose PID 1 is `pid1`, to its end. Its exit status, 128 and the
// signal when a signal ended it, 127 when there is no such program. The error, when it could not be
// entered: it is not running, or the caller is not the host's root.
//
// For a program of one thread that has nothing else to do: signals that end a program (INT, TERM,
// HUP, QUIT) are passed on to the command until it ends.
Result<int> enter(const Process& pid1, const Command& command);

}  // namespace postern::instances
