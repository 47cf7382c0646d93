// SPDX-License-Identifier: Apache-2.0
#include "instances/enter/relay.h"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "instances/launcher/process.h"

namespace postern::instances {
namespace {

// Raw mode of standard input, as long as this lives.
class RawMode {
 public:
  RawMode() {
    if (tcgetattr(STDIN_FILENO, &before_) == 0) {
      termios raw = before_;
      cfmakeraw(&raw);
      set_ = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
    }
  }
  RawMode(const RawMode&) = delete;
  RawMode& operator=(const RawMode&) = delete;
  ~RawMode() {
    if (set_) {
      tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
    }
  }

 private:
  termios before_{};
  bool set_ = false;
};

void copy_window_size(const Fd& master) {
  winsize size{};
  if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) {
    ioctl(master.get(), TIOCSWINSZ, &size);
  }
}

bool write_all(int fd, const char* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t n = write(fd, bytes, count);
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n <= 0) {
      return false;
    }
    bytes += n;
    count -= static_cast<std::size_t>(n);
  }
  return true;
}

// Moves what is there now. False at the end of the stream.
bool move_bytes(int from, int to) {
  char buffer[16 * 1024];
  const ssize_t n = read(from, buffer, sizeof buffer);
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
    return true;
  }
  return n > 0 && write_all(to, buffer, static_cast<std::size_t>(n));
}

void pass_signal(const Fd& signals, const Fd& to, const Fd* master) {
  signalfd_siginfo info{};
  if (read(signals.get(), &info, sizeof info) != sizeof info) {
    return;
  }
  if (info.ssi_signo == SIGWINCH) {
    if (master != nullptr) {
      copy_window_size(*master);
    }
    return;
  }
  // A process that has ended meanwhile needs no signal.
  (void)send_signal(to, static_cast<int>(info.ssi_signo)).has_value();
}

// What the end of standard input means: of a terminal, that it hung up; of anything else, ^D.
void end_input(const Fd& master, const Fd& ended) {
  if (isatty(STDIN_FILENO) == 1 || errno == EIO) {
    (void)send_signal(ended, SIGHUP).has_value();
    return;
  }
  constexpr char kEndOfFile = 4;
  write_all(master.get(), &kEndOfFile, 1);
}

bool has_bytes(const Fd& fd) {
  pollfd now{.fd = fd.get(), .events = POLLIN, .revents = 0};
  return poll(&now, 1, 0) > 0 && (now.revents & POLLIN) != 0;
}

}  // namespace

void relay_terminal(const Fd& master, const Fd& signals, const Fd& ended) {
  const RawMode raw;
  copy_window_size(master);
  pollfd waits[] = {{.fd = ended.get(), .events = POLLIN, .revents = 0},
                    {.fd = master.get(), .events = POLLIN, .revents = 0},
                    {.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
                    {.fd = signals.get(), .events = POLLIN, .revents = 0}};
  auto& [end, output, input, signal] = waits;
  while (end.revents == 0) {
    if (poll(waits, 4, -1) < 0) {
      continue;
    }
    // A hung-up master has nothing more; the end of the process is what to wait for then.
    if (output.revents != 0 && !move_bytes(master.get(), STDOUT_FILENO)) {
      output.fd = -1;
    }
    if (input.revents != 0 && !move_bytes(STDIN_FILENO, master.get())) {
      input.fd = -1;
      end_input(master, ended);
    }
    if (signal.revents != 0) {
      pass_signal(signals, ended, &master);
    }
  }
  while (has_bytes(master) && move_bytes(master.get(), STDOUT_FILENO)) {
  }
}

void wait_passing_signals(const Fd& signals, const Fd& ended) {
  pollfd waits[] = {{.fd = ended.get(), .events = POLLIN, .revents = 0},
                    {.fd = signals.get(), .events = POLLIN, .revents = 0}};
  while (waits[0].revents == 0) {
    if (poll(waits, 2, -1) > 0 && waits[1].revents != 0) {
      pass_signal(signals, ended, nullptr);
    }
  }
}

}  // namespace postern::instances
