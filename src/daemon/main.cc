// SPDX-License-Identifier: Apache-2.0
// posternd: reads the configuration, builds the real things, wires them, and waits for its end.
#include <fmt/format.h>

#include <cstdio>

#include "daemon/config.h"
#include "daemon/daemon.h"

int main(int argc, char** argv) {
  using namespace postern;
  const auto read = daemon::read_config(argc, argv);
  if (const auto* farewell = std::get_if<daemon::Farewell>(&read)) {
    fmt::print(farewell->status == 0 ? stdout : stderr, "{}", farewell->words);
    return farewell->status;
  }
  const auto& config = std::get<daemon::Config>(read);
  log::set_level(config.log_level);
  const auto done = config.destroy ? daemon::destroy(config) : daemon::run(config);
  if (!done) {
    fmt::print(stderr, "posternd: {}\n", done.error().message());
    return 1;
  }
  return 0;
}
