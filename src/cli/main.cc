// SPDX-License-Identifier: Apache-2.0
// postern: the CLI for what the aws CLI has no word for. A client of the daemon like any other.
//
// Exit status: 0 done, 1 not done, 2 typed wrongly; `exec` and `ssh` end as their command does.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "cli/command_line.h"
#include "cli/verbs.h"

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace postern::cli;
  const Environment environment{.data_dir = variable("POSTERN_DATA"),
                                .endpoint = variable("POSTERN_ENDPOINT")};
  const auto read = read_command_line({argv + (argc > 0), argv + argc}, environment);
  if (const auto* farewell = std::get_if<Farewell>(&read)) {
    fmt::print(farewell->status == 0 ? stdout : stderr, "{}", farewell->words);
    return farewell->status;
  }
  const auto done = run(std::get<CommandLine>(read));
  if (!done) {
    fmt::print(stderr, "postern: {}\n", done.error().message());
    return 1;
  }
  return *done;
}
