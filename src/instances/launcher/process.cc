// SPDX-License-Identifier: Apache-2.0
#include "instances/launcher/process.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <sstream>

namespace postern::instances {
namespace {

// By number: the header of glibc 2.36 declares these without C linkage.
int pidfd_open(pid_t pid) {
  return static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
}

}  // namespace

std::optional<Process> name_process(pid_t pid) {
  std::ifstream in(fmt::format("/proc/{}/stat", pid));
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  // "pid (comm) state ppid …": comm may hold anything, so count from its end. proc(5).
  const std::size_t end_of_comm = text.rfind(')');
  if (end_of_comm == std::string::npos) {
    return std::nullopt;
  }
  std::istringstream rest(text.substr(end_of_comm + 1));
  constexpr int kFieldsBetween = 19;  // from the 3rd to the 21st
  std::string skipped;
  for (int i = 0; i < kFieldsBetween; ++i) {
    rest >> skipped;
  }
  Process process{.pid = pid, .start_time = 0};
  if (!(rest >> process.start_time)) {
    return std::nullopt;
  }
  return process;
}

Fd open_process(const Process& process) {
  // In this order: once the pidfd is there and the start time is right, it is of this process.
  Fd pidfd(process.pid > 0 ? pidfd_open(process.pid) : -1);
  if (!pidfd || name_process(process.pid) != process || has_ended(pidfd, 0)) {
    return Fd();
  }
  return pidfd;
}

Fd open_child(pid_t child) {
  return Fd(pidfd_open(child));
}

bool has_ended(const Fd& pidfd, int timeout_ms) {
  pollfd wait{.fd = pidfd.get(), .events = POLLIN, .revents = 0};
  return poll(&wait, 1, timeout_ms) > 0;
}

Result<> send_signal(const Fd& pidfd, int signal) {
  if (syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) != 0 && errno != ESRCH) {
    return unavailable_errno("sending a signal");
  }
  return {};
}

std::string boot_id() {
  std::ifstream in("/proc/sys/kernel/random/boot_id");
  std::string id;
  in >> id;
  return id;
}

}  // namespace postern::instances
