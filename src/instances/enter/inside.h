// SPDX-License-Identifier: Apache-2.0
// The side of enter() that goes into the instance. Everything here runs in a forked child.
#pragma once

#include <signal.h>

#include <optional>
#include <string>

#include "base/fd.h"
#include "instances/enter/enter.h"

namespace postern::instances {

// What the child is given.
struct Entry {
  Fd pidfd;  // of the instance's PID 1
  pid_t pid1 = 0;
  std::string filter;  // the seccomp program
  const Command* command = nullptr;
};

// First byte of the child's one message: it is inside (with the terminal's master, if there is
// one), or the words of why it is not.
inline constexpr char kInside = 'I';
inline constexpr char kNotInside = 'E';

// The signals that enter() passes on.
sigset_t passed_signals();

// Enters the instance, says so on `channel`, starts the command, and ends with its exit status.
// What passed_signals() it is sent goes to the command.
[[noreturn]] void go_inside(const Entry& entry, int channel);

// One message on a socket, with a descriptor or -1. Used on both sides.
void send_message(int channel, const std::string& bytes, int descriptor);
struct Received {
  std::string bytes;  // empty when the other side is gone
  Fd descriptor;
};
Received receive_message(int channel);

}  // namespace postern::instances
