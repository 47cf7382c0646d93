// SPDX-License-Identifier: Apache-2.0
#include "instances/launcher/spawn.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/check.h"

namespace postern::instances {
namespace {

// Far above what a start takes on a loaded machine. A start that hangs must not hang the daemon.
constexpr int kPatienceMs = 30'000;

struct Message {
  std::string bytes;  // empty: the other end is closed
  Fd descriptor;
};

Result<Message> receive(const Fd& control) {
  pollfd wait{.fd = control.get(), .events = POLLIN, .revents = 0};
  if (poll(&wait, 1, kPatienceMs) != 1) {
    return unavailable("postern-init did not answer within {} s", kPatienceMs / 1000);
  }
  Message message;
  message.bytes.resize(4096);
  iovec part{message.bytes.data(), message.bytes.size()};
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))] = {};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = space;
  header.msg_controllen = sizeof space;
  const ssize_t length = recvmsg(control.get(), &header, MSG_CMSG_CLOEXEC);
  if (length < 0 && errno != ECONNRESET) {
    return unavailable_errno("hearing from postern-init");
  }
  message.bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
  if (const cmsghdr* item = CMSG_FIRSTHDR(&header);
      item != nullptr && item->cmsg_type == SCM_RIGHTS) {
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(item), sizeof fd);
    message.descriptor.reset(fd);
  }
  return message;
}

Result<> send(const Fd& control, const std::string& bytes, const std::vector<Fd>& descriptors) {
  POSTERN_CHECK(bytes.size() <= init::kMessageBytesMax, "a start message fits");
  POSTERN_CHECK(descriptors.size() <= 2 * init::kTreesMax, "an image has few trees");
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int) * 2 * init::kTreesMax)] = {};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = space;
  header.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors.size());
  cmsghdr* item = CMSG_FIRSTHDR(&header);
  item->cmsg_level = SOL_SOCKET;
  item->cmsg_type = SCM_RIGHTS;
  item->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
  for (std::size_t i = 0; i < descriptors.size(); ++i) {
    const int fd = descriptors[i].get();
    std::memcpy(CMSG_DATA(item) + i * sizeof fd, &fd, sizeof fd);
  }
  if (sendmsg(control.get(), &header, MSG_NOSIGNAL) < 0) {
    return unavailable_errno("handing the start message to postern-init");
  }
  return {};
}

// What posix_spawn() is told: only the three standard descriptors and the control socket, a session
// of its own, and no signal setting of ours.
class SpawnSetting {
 public:
  SpawnSetting(const Fd& control, const Fd& console) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, console.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, console.get(), STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, control.get(), init::kControlFd);
    posix_spawn_file_actions_addclosefrom_np(&actions_, init::kControlFd + 1);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    sigset_t set;
    sigfillset(&set);
    posix_spawnattr_setsigdefault(&attributes_, &set);
    sigemptyset(&set);
    posix_spawnattr_setsigmask(&attributes_, &set);
  }
  SpawnSetting(const SpawnSetting&) = delete;
  SpawnSetting& operator=(const SpawnSetting&) = delete;
  ~SpawnSetting() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  Result<pid_t> run(const std::string& program, const std::string& argument) {
    char* const argv[] = {const_cast<char*>("postern-init"), const_cast<char*>("launch"),
                          const_cast<char*>(argument.c_str()), nullptr};
    char* const env[] = {nullptr};
    pid_t pid = 0;
    errno = posix_spawn(&pid, program.c_str(), &actions_, &attributes_, argv, env);
    if (errno != 0) {
      return unavailable_errno(fmt::format("running {}", program));
    }
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// "P1234" and a pidfd, as Process.
Result<WaitingPid1> understand(Message& message, Fd control) {
  const std::string& bytes = message.bytes;
  if (bytes.starts_with(init::kFailed)) {
    return unavailable("{}", bytes.substr(1));
  }
  pid_t pid = 0;
  if (!bytes.starts_with(init::kStarted) || !message.descriptor ||
      std::from_chars(bytes.data() + 1, bytes.data() + bytes.size(), pid).ec != std::errc()) {
    return unavailable("postern-init ended without a word");
  }
  const auto process = name_process(pid);
  if (!process || has_ended(message.descriptor, 0)) {
    return unavailable("the instance's first process ended at once");
  }
  return WaitingPid1{
      .process = *process, .pidfd = std::move(message.descriptor), .control = std::move(control)};
}

}  // namespace

Result<WaitingPid1> spawn_pid1(const std::string& program, std::uint32_t uid_base,
                               const Fd& console) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return unavailable_errno("making a socket pair");
  }
  Fd ours(ends[0]);
  Fd theirs(ends[1]);
  TRY_ASSIGN(const pid_t child,
             SpawnSetting(theirs, console).run(program, std::to_string(uid_base)));
  theirs.reset();
  auto message = receive(ours);
  if (!message) {
    kill(child, SIGKILL);  // it has not been waited for, so the id is still its own
  }
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (!message) {
    return std::unexpected(std::move(message).error());
  }
  return understand(*message, std::move(ours));
}

Result<> start_pid1(const WaitingPid1& waiting, const init::Start& start,
                    const std::vector<Fd>& descriptors) {
  TRY(send(waiting.control, init::encode(start), descriptors));
  const auto answer = receive(waiting.control);
  if (!answer) {
    return std::unexpected(answer.error());
  }
  if (!answer->bytes.empty()) {
    return unavailable("{}", answer->bytes.substr(1));
  }
  // The socket closes when PID 1 becomes the init, and also when it dies on the way.
  if (has_ended(waiting.pidfd, 0)) {
    return unavailable("the instance's first process died while setting itself up");
  }
  return {};
}

}  // namespace postern::instances
