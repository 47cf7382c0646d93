// SPDX-License-Identifier: Apache-2.0
// Programs that end by themselves, and sockets that answer one line.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace postern::relay {

// Runs the program and waits for its end. Unavailable with its last words, which go to the file
// `output` as all that it says, when it fails or does not end.
Result<> run_program(const std::vector<std::string>& words, const std::string& output);

// What the one who listens at the unix socket says to a line.
Result<std::string> ask(const std::string& socket, const std::string& line);

// The process that listens at the unix socket; nullopt: none does.
std::optional<pid_t> listener_at(const std::string& socket);

}  // namespace postern::relay
