// SPDX-License-Identifier: Apache-2.0
// postern-init: starts an instance from outside (`launch`), and is process 1 inside (`boot`) or
// keeps the console of an image that has an init of its own (`console`).
#include <stdio.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "instances/init/console_log.h"
#include "instances/init/launch.h"
#include "instances/init/pid1.h"

int main(int argc, char** argv) {
  using namespace postern::instances::init;
  if (argc == 3 && std::strcmp(argv[1], "launch") == 0) {
    launch(static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10)));
  }
  if (argc == 2 && std::strcmp(argv[1], "console") == 0) {
    keep_console_log();
  }
  if (argc == 2 && std::strcmp(argv[1], "boot") == 0 && getpid() == 1) {
    run_as_pid1();
  }
  fputs("postern-init: posternd starts this program for each instance; it is no use by hand\n",
        stderr);
  return EXIT_FAILURE;
}
