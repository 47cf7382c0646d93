// SPDX-License-Identifier: Apache-2.0
#include "instances/init/pid1.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "instances/init/say.h"
#include "instances/init/user_data.h"

namespace postern::instances::init {
namespace {

// What processes get to end by themselves at power-off.
constexpr long kPatienceMs = 3000;

long now_ms() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Takes in every child that has ended.
void reap(pid_t& user_data) {
  int status = 0;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid == user_data) {
      user_data = 0;
      record_user_data_end(status);
    }
  }
}

// Whether the process has a controlling terminal: the 7th field of /proc/PID/stat, proc(5).
bool has_terminal(const char* pid) {
  char text[512] = {};
  const int fd = open((std::string("/proc/") + pid + "/stat").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return false;
  }
  (void)!read(fd, text, sizeof text - 1);
  close(fd);
  const char* after_name = std::strrchr(text, ')');
  int terminal = 0;
  return after_name != nullptr && std::sscanf(after_name, ") %*c %*d %*d %*d %d", &terminal) == 1 &&
         terminal != 0;
}

// Interactive shells do not listen to TERM. Other processes may take HUP for "read your
// configuration again", so only those at a terminal get it.
void hang_up_terminals() {
  DIR* folder = opendir("/proc");
  while (const dirent* entry = folder != nullptr ? readdir(folder) : nullptr) {
    const int pid = std::atoi(entry->d_name);
    if (pid > 1 && has_terminal(entry->d_name)) {
      kill(pid, SIGHUP);
    }
  }
  if (folder != nullptr) {
    closedir(folder);
  }
}

[[noreturn]] void power_off(pid_t user_data) {
  say("powering off");
  kill(-1, SIGTERM);
  kill(-1, SIGCONT);
  hang_up_terminals();
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  const long end = now_ms() + kPatienceMs;
  reap(user_data);
  // A process that came in by `postern exec` is nobody's child here, and so gives no SIGCHLD: look
  // around twenty times a second.
  while (kill(-1, 0) == 0 && now_ms() < end) {
    const timespec moment{0, 50'000'000};
    sigtimedwait(&children, nullptr, &moment);
    reap(user_data);
  }
  kill(-1, SIGKILL);
  while (waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
  }
  say("powered off");
  _exit(EXIT_SUCCESS);
}

void open_stdin() {
  const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    dup2(fd, STDIN_FILENO);
    close(fd);
  }
}

}  // namespace

void run_as_pid1() {
  // Blocked signals wait for sigwaitinfo(); unblocked ones without a handler the kernel drops for
  // PID 1.
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  open_stdin();
  utsname name{};
  uname(&name);
  say(std::string("booting ") + name.nodename);
  pid_t user_data = start_user_data();
  for (;;) {
    const int signal = sigwaitinfo(&all, nullptr);
    if (signal == SIGCHLD) {
      reap(user_data);
    } else if (signal == SIGTERM || signal == SIGPWR || signal == SIGRTMIN + 4) {
      power_off(user_data);
    }
  }
}

}  // namespace postern::instances::init
