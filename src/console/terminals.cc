// SPDX-License-Identifier: Apache-2.0
#include "console/terminals.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <climits>

namespace postern::console {
namespace {

namespace json = boost::json;

struct Pair {
  Fd master;
  Fd slave;
};

Result<Pair> open_pair() {
  Pair pair;
  pair.master.reset(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  int locked = 0;
  if (!pair.master || ioctl(pair.master.get(), TIOCSPTLCK, &locked) != 0) {
    return unavailable_errno("opening a terminal");
  }
  pair.slave.reset(ioctl(pair.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!pair.slave) {
    return unavailable_errno("opening a terminal");
  }
  return pair;
}

void set_size(int master, unsigned short columns, unsigned short rows) {
  const winsize size{.ws_row = rows, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
  ioctl(master, TIOCSWINSZ, &size);
}

// A client may say anything.
void obey(int master, const std::string& message) {
  constexpr std::int64_t kMax = 1000;
  boost::system::error_code failed;
  const json::value value = json::parse(message, failed);
  const auto member = [&](const char* name) -> std::int64_t {
    const json::object* object = failed ? nullptr : value.if_object();
    const json::value* found = object == nullptr ? nullptr : object->if_contains(name);
    return found != nullptr && found->is_int64() ? found->get_int64() : 0;
  };
  const std::int64_t columns = member("columns");
  const std::int64_t rows = member("rows");
  if (columns > 0 && columns <= kMax && rows > 0 && rows <= kMax) {
    set_size(master, static_cast<unsigned short>(columns), static_cast<unsigned short>(rows));
  }
}

// Runs in the child of a program of many threads: nothing here allocates.
[[noreturn]] void become(char* const* argv, char* const* environment, int slave) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  // What the daemon ignores, or was started by somebody who ignores it (nohup), the program must
  // not: it is ended by SIGHUP, and people interrupt what they run in it.
  for (const int ignored : {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGCHLD, SIGTSTP}) {
    signal(ignored, SIG_DFL);
  }
  setsid();
  ioctl(slave, TIOCSCTTY, 0);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    dup2(slave, fd);
  }
  close_range(STDERR_FILENO + 1, UINT_MAX, 0);
  execve(argv[0], argv, environment);
  _exit(127);
}

}  // namespace

Result<api::server::WebSocketPeer> Terminals::open(const std::string& session,
                                                   const std::string& instance) {
  const std::scoped_lock lock(mutex_);
  if (running_.size() >= kOpenMax) {
    return unavailable("{} terminals are open, and there may be no more", running_.size());
  }
  TRY_ASSIGN(Pair pair, open_pair());
  set_size(pair.master.get(), 80, 24);
  std::string words[] = {program_, "--endpoint", endpoint_, "ssh", instance};
  char* argv[] = {words[0].data(), words[1].data(), words[2].data(),
                  words[3].data(), words[4].data(), nullptr};
  std::string term = "TERM=xterm-256color";
  char* environment[] = {term.data(), nullptr};
  const pid_t child = fork();
  if (child == 0) {
    become(argv, environment, pair.slave.get());
  }
  if (child < 0) {
    return unavailable_errno("starting a process");
  }
  running_.push_back({.pid = child, .session = session});
  return api::server::WebSocketPeer{.stream = std::move(pair.master), .said = obey};
}

void Terminals::close(const std::string& session) {
  const std::scoped_lock lock(mutex_);
  for (const Running& running : running_) {
    if (running.session == session) {
      kill(running.pid, SIGHUP);
    }
  }
}

void Terminals::reap() {
  const std::scoped_lock lock(mutex_);
  std::erase_if(running_,
                [](const Running& running) { return waitpid(running.pid, nullptr, WNOHANG) != 0; });
}

}  // namespace postern::console
