// SPDX-License-Identifier: Apache-2.0
#include "relay/haproxy/command.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/fd.h"

namespace postern::relay {
namespace {

using namespace std::chrono_literals;

constexpr auto kProgramPatience = 20s;
constexpr auto kLook = 5ms;
constexpr std::size_t kWordsMax = 300;

class SpawnActions {
 public:
  SpawnActions() { posix_spawn_file_actions_init(&actions_); }
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

// In a session of its own, with no signal blocked or ignored as they are with us.
class SpawnAttributes {
 public:
  SpawnAttributes() {
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnAttributes() { posix_spawnattr_destroy(&attributes_); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

// The end of what it said, on one line.
std::string last_words(const std::string& output) {
  std::ifstream in(output);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  std::ranges::replace(text, '\n', ' ');
  return text.size() > kWordsMax ? text.substr(text.size() - kWordsMax) : text;
}

// Its exit status; nullopt: it had to be killed.
std::optional<int> wait_for(pid_t child) {
  const auto until = std::chrono::steady_clock::now() + kProgramPatience;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > until) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return std::nullopt;
    }
    std::this_thread::sleep_for(kLook);
  }
  return WIFEXITED(status) ? std::optional(WEXITSTATUS(status)) : std::nullopt;
}

Result<Fd> connect_to(const std::string& socket_path) {
  Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  if (socket_path.size() >= sizeof address.sun_path) {
    return unavailable("the path {} is too long for a socket", socket_path);
  }
  std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size() + 1);
  const timeval patience{.tv_sec = 2, .tv_usec = 0};
  if (!fd || setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
      setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0 ||
      connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return unavailable_errno("connecting to " + socket_path);
  }
  return fd;
}

}  // namespace

Result<> run_program(const std::vector<std::string>& words, const std::string& output) {
  std::vector<char*> arguments;
  for (const std::string& word : words) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  SpawnActions actions;
  posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(actions.get(), STDOUT_FILENO, output.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(actions.get(), STDOUT_FILENO, STDERR_FILENO);
  // It may outlive us: no socket of ours may stay open in it.
  posix_spawn_file_actions_addclosefrom_np(actions.get(), STDERR_FILENO + 1);
  const SpawnAttributes attributes;
  pid_t child = 0;
  const int error = posix_spawn(&child, arguments.front(), actions.get(), attributes.get(),
                                arguments.data(), environ);
  if (error != 0) {
    return unavailable("starting {}: {}", words.front(), std::strerror(error));
  }
  const auto status = wait_for(child);
  if (status != 0) {
    return unavailable("{} {}: {}", words.front(), status ? "failed" : "did not end",
                       last_words(output));
  }
  return {};
}

Result<std::string> ask(const std::string& socket, const std::string& line) {
  TRY_ASSIGN(const Fd fd, connect_to(socket));
  const std::string sent = line + "\n";
  if (send(fd.get(), sent.data(), sent.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(sent.size())) {
    return unavailable_errno("asking " + socket);
  }
  shutdown(fd.get(), SHUT_WR);
  std::string answer;
  char buffer[4096];
  for (ssize_t size = 0; (size = recv(fd.get(), buffer, sizeof buffer, 0)) > 0;) {
    answer.append(buffer, static_cast<std::size_t>(size));
  }
  return answer;
}

std::optional<pid_t> listener_at(const std::string& socket) {
  const auto fd = connect_to(socket);
  ucred listener{};
  socklen_t size = sizeof listener;
  if (!fd || getsockopt(fd->get(), SOL_SOCKET, SO_PEERCRED, &listener, &size) != 0) {
    return std::nullopt;
  }
  return listener.pid;
}

}  // namespace postern::relay
