// SPDX-License-Identifier: Apache-2.0
#include "instances/enter/enter.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>

#include "instances/enter/inside.h"
#include "instances/enter/relay.h"
#include "instances/launcher/filter.h"

namespace postern::instances {
namespace {

// Blocks the signals that are passed on, and reads them, as long as this lives.
class HeldSignals {
 public:
  HeldSignals() {
    sigset_t set = passed_signals();
    sigaddset(&set, SIGWINCH);
    sigprocmask(SIG_BLOCK, &set, &before_);
    fd_.reset(signalfd(-1, &set, SFD_CLOEXEC));
  }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

  const Fd& fd() const { return fd_; }

 private:
  sigset_t before_{};
  Fd fd_;
};

int wait_for_child(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Result<int> enter(const Process& pid1, const Command& command) {
  Entry entry{.pidfd = open_process(pid1), .pid1 = pid1.pid, .filter = {}, .command = &command};
  if (!entry.pidfd) {
    return unavailable("the instance is not running");
  }
  TRY_ASSIGN(entry.filter, denied_calls_filter());
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return unavailable_errno("making a socket pair");
  }
  const Fd ours(ends[0]);
  Fd theirs(ends[1]);
  const HeldSignals signals;
  const pid_t child = fork();
  if (child == 0) {
    go_inside(entry, theirs.get());
  }
  if (child < 0) {
    return unavailable_errno("starting a process");
  }
  theirs.reset();
  const Fd ended = open_child(child);
  const Received answer = receive_message(ours.get());
  if (answer.bytes.starts_with(kInside)) {
    if (answer.descriptor) {
      relay_terminal(answer.descriptor, signals.fd(), ended);
    } else {
      wait_passing_signals(signals.fd(), ended);
    }
    return wait_for_child(child);
  }
  wait_for_child(child);
  return unavailable("{}", answer.bytes.empty() ? "the instance ended while it was being entered"
                                                : answer.bytes.substr(1));
}

}  // namespace postern::instances
