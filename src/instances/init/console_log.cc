// SPDX-License-Identifier: Apache-2.0
#include "instances/init/console_log.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

namespace postern::instances::init {
namespace {

constexpr off_t kLogBytesMax = 1024 * 1024;
constexpr std::size_t kTailBytesMax = 64 * 1024;  // what EC2 shows

}  // namespace

void keep_console_log() {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  std::string tail;
  char buffer[4096];
  for (;;) {
    const ssize_t n = read(STDIN_FILENO, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n <= 0) {
      _exit(EXIT_FAILURE);
    }
    tail.append(buffer, static_cast<std::size_t>(n));
    if (tail.size() > 2 * kTailBytesMax) {
      tail.erase(0, tail.size() - kTailBytesMax);
    }
    struct stat log{};
    if (fstat(STDOUT_FILENO, &log) == 0 && log.st_size > kLogBytesMax &&
        ftruncate(STDOUT_FILENO, 0) == 0) {
      (void)!write(STDOUT_FILENO, tail.data(), tail.size());
    } else {
      (void)!write(STDOUT_FILENO, buffer, static_cast<std::size_t>(n));
    }
  }
}

}  // namespace postern::instances::init
