// SPDX-License-Identifier: Apache-2.0
#include "instances/enter/inside.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "instances/init/confine.h"
#include "instances/launcher/cgroups.h"

namespace postern::instances {
namespace {

constexpr int kNamespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS |
                            CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWCGROUP;

[[noreturn]] void fail(int channel, const std::string& words) {
  send_message(channel, kNotInside + words, -1);
  _exit(EXIT_FAILURE);
}

[[noreturn]] void fail_errno(int channel, const std::string& doing) {
  fail(channel, doing + ": " + std::strerror(errno));
}

// The cgroup.procs files of the cgroups that PID 1 is in, open: writing needs the rights of who
// opened.
std::vector<Fd> open_cgroups(pid_t pid1) {
  std::vector<Fd> files;
  const CgroupRoots roots = find_cgroup_roots();
  std::ifstream in(fmt::format("/proc/{}/cgroup", pid1));
  for (std::string line; std::getline(in, line);) {
    // "0::/path" for cgroup2, "9:name=systemd:/path": cgroups(7).
    const std::size_t path = line.find(":/");
    const bool unified = line.starts_with("0::");
    const std::string& root = unified ? roots.unified : roots.manager;
    if (root.empty() || (!unified && line.find(":name=systemd:") == std::string::npos)) {
      continue;
    }
    files.emplace_back(
        open((root + line.substr(path + 1) + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
  }
  return files;
}

// Pipes are given to the instance's root: /dev/stdout and the like open them anew.
void hand_over_pipes(pid_t pid1) {
  struct stat root{};
  if (stat(fmt::format("/proc/{}", pid1).c_str(), &root) != 0) {
    return;
  }
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    char target[32] = {};
    const std::string link = fmt::format("/proc/self/fd/{}", fd);
    if (readlink(link.c_str(), target, sizeof target - 1) > 0 &&
        std::string_view(target).starts_with("pipe:")) {
      (void)!fchown(fd, root.st_uid, root.st_gid);
    }
  }
}

struct Terminal {
  Fd master;
  Fd slave;
};

// Of the instance's own devpts. The slave by the master, not by a path that the instance chose.
Terminal open_terminal(int channel) {
  Terminal terminal;
  terminal.master.reset(open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW));
  int locked = 0;
  if (!terminal.master || ioctl(terminal.master.get(), TIOCSPTLCK, &locked) != 0) {
    fail_errno(channel, "opening a terminal in the instance");
  }
  terminal.slave.reset(ioctl(terminal.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.slave) {
    fail_errno(channel, "opening a terminal in the instance");
  }
  return terminal;
}

void use_terminal(const Fd& slave) {
  ioctl(slave.get(), TIOCSCTTY, 0);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    dup2(slave.get(), fd);
  }
}

// The caller may ignore SIGPIPE or be under nohup; the command is not.
void forget_signal_settings() {
  for (int number = 1; number < NSIG; ++number) {
    signal(number, SIG_DFL);  // refused for KILL and STOP
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

void set_environment() {
  const char* term = std::getenv("TERM");
  const std::string kept = term != nullptr ? term : "dumb";
  clearenv();
  setenv("TERM", kept.c_str(), 1);
  setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
  setenv("HOME", "/root", 1);
  setenv("USER", "root", 1);
  setenv("LOGNAME", "root", 1);
  setenv("SHELL", "/bin/bash", 1);
  setenv("LANG", "C.UTF-8", 1);
}

[[noreturn]] void give_up(const std::string& words, int status) {
  const std::string line = "postern: " + words + "\n";
  (void)!write(STDERR_FILENO, line.data(), line.size());
  _exit(status);
}

// Statuses as shells have them: 127 not found, 126 found and not runnable.
[[noreturn]] void execute(const Command& command) {
  if (command.words.empty()) {
    execl("/bin/bash", "-bash", nullptr);
    execl("/bin/sh", "-sh", nullptr);
    give_up("the instance has no shell", 127);
  }
  std::vector<char*> argv;
  for (const std::string& word : command.words) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  const int status = errno == ENOENT ? 127 : 126;
  give_up(command.words.front() + ": " + std::strerror(errno), status);
}

[[noreturn]] void run_command(const Entry& entry, const std::vector<Fd>& cgroups,
                              const Terminal& terminal) {
  for (const Fd& cgroup : cgroups) {
    (void)!write(cgroup.get(), "0", 1);  // 0 is whoever writes
  }
  setsid();
  // When who waits for it is killed, the command is told so.
  prctl(PR_SET_PDEATHSIG, SIGHUP);
  if (terminal.slave) {
    use_terminal(terminal.slave);
  }
  forget_signal_settings();
  umask(022);
  set_environment();
  (void)!chdir("/root");
  if (const std::string failed = init::drop_capabilities(); !failed.empty()) {
    give_up(failed, EXIT_FAILURE);
  }
  if (const std::string failed = init::install_filter(entry.filter); !failed.empty()) {
    give_up(failed, EXIT_FAILURE);
  }
  syscall(SYS_close_range, STDERR_FILENO + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC);
  execute(*entry.command);
}

// Passes signals on to the command's process group until the command ends.
[[noreturn]] void wait_for(pid_t command) {
  sigset_t set = passed_signals();
  sigaddset(&set, SIGCHLD);
  for (;;) {
    const int signal = sigwaitinfo(&set, nullptr);
    int status = 0;
    if (signal != SIGCHLD && signal > 0) {
      kill(-command, signal);
    } else if (waitpid(command, &status, WNOHANG) == command) {
      _exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    }
  }
}

}  // namespace

sigset_t passed_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    sigaddset(&set, signal);
  }
  return set;
}

void go_inside(const Entry& entry, int channel) {
  sigset_t set = passed_signals();
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  // What this process has in memory is the caller's; nobody inside may look at it.
  prctl(PR_SET_DUMPABLE, 0);
  const std::vector<Fd> cgroups = open_cgroups(entry.pid1);
  hand_over_pipes(entry.pid1);
  if (setns(entry.pidfd.get(), kNamespaces) != 0) {
    fail_errno(channel, "entering the instance's namespaces");
  }
  if (setgroups(0, nullptr) != 0 || setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0) {
    fail_errno(channel, "becoming the instance's root");
  }
  prctl(PR_SET_PDEATHSIG, SIGHUP);
  Terminal terminal;
  if (entry.command->terminal) {
    terminal = open_terminal(channel);
  }
  const pid_t command = fork();
  if (command == 0) {
    run_command(entry, cgroups, terminal);
  }
  if (command < 0) {
    fail_errno(channel, "starting a process in the instance");
  }
  send_message(channel, std::string(1, kInside), terminal.master.get());
  // Only the caller holds the master, so that the terminal hangs up when the caller goes.
  terminal = {};
  wait_for(command);
}

void send_message(int channel, const std::string& bytes, int descriptor) {
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptor >= 0) {
    message.msg_control = space;
    message.msg_controllen = sizeof space;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  (void)!sendmsg(channel, &message, MSG_NOSIGNAL);
}

Received receive_message(int channel) {
  Received received;
  received.bytes.resize(4096);
  iovec part{received.bytes.data(), received.bytes.size()};
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = space;
  message.msg_controllen = sizeof space;
  const ssize_t length = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
  received.bytes.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  if (const cmsghdr* header = CMSG_FIRSTHDR(&message);
      header != nullptr && header->cmsg_type == SCM_RIGHTS) {
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    received.descriptor.reset(fd);
  }
  return received;
}

}  // namespace postern::instances
