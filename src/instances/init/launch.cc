// SPDX-License-Identifier: Apache-2.0
#include "instances/init/launch.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "instances/init/confine.h"
#include "instances/init/control.h"
#include "instances/init/paths.h"
#include "instances/init/rootfs.h"
#include "instances/init/say.h"

namespace postern::instances::init {
namespace {

void write_file(const std::string& path, const std::string& text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    die_errno("writing " + path);
  }
  close(fd);
}

// Of the daemon's own settings an instance shall not have: its out-of-memory privilege.
void forget_oom_privilege() {
  const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd >= 0) {
    (void)!write(fd, "0", 1);  // may be refused when the daemon's was higher
    close(fd);
  }
}

void become_root_of_the_instance() {
  if (setgroups(0, nullptr) != 0 || setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0) {
    die_errno("becoming root of the instance");
  }
}

constexpr const char* kEnvironment[] = {
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME=/root",
    "USER=root",
    "LOGNAME=root",
    "SHELL=/bin/bash",
    "TERM=linux",
    "LANG=C.UTF-8",
    "container=postern",
    "SYSTEMD_COLORS=0",  // the console is read, not looked at
    nullptr};

[[noreturn]] void become(int program, const char* const* argv, const char* const* environment) {
  syscall(SYS_execveat, program, "", argv, environment, AT_EMPTY_PATH);
  die_errno(std::string("starting ") + argv[0]);
}

// Keeps the console of an image's own init, in a process of its own. systemd ends all others before
// it ends itself, but not those with an @ before their name:
// https://systemd.io/ROOT_STORAGE_DAEMONS/
void keep_console(int own_program, const ConsoleTerminal& console) {
  const pid_t pid = fork();
  if (pid < 0) {
    die_errno("starting the console's keeper");
  }
  if (pid == 0) {
    dup2(console.master, STDIN_FILENO);
    // Held open, so that it does not hang up while nobody else has it open.
    dup2(console.terminal, STDERR_FILENO);
    const char* const argv[] = {"@postern-init", "console", nullptr};
    become(own_program, argv, kEnvironment);
  }
}

// The image's own init in place of ours, on a console as a machine has one.
// https://systemd.io/CONTAINER_INTERFACE/
[[noreturn]] void become_init_of_the_image(int own_program, const std::string& program) {
  const int init = open(program.c_str(), O_RDONLY | O_CLOEXEC);
  if (init < 0) {
    die_errno("opening the image's " + program);
  }
  unlink(kRebootMark);
  const ConsoleTerminal console = open_console();
  say("booting by " + program);
  keep_console(own_program, console);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    dup2(console.terminal, fd);
  }
  const char* const argv[] = {program.c_str(), nullptr};
  become(init, argv, kEnvironment);
}

[[noreturn]] void run_pid1(int own_program) {
  StartReceived received = await_start();
  // From here the cgroup that the launcher put this process in is the root of what it sees.
  if (received.start.has_cgroup && unshare(CLONE_NEWCGROUP) != 0) {
    die_errno("making the cgroup namespace");
  }
  become_root_of_the_instance();
  // The daemon's session keyring does not come along. Kernels without keyrings have none to bring.
  (void)syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr);
  setsid();
  umask(022);
  enter_root(received.start, received.descriptors);
  set_identity(received.start);
  if (const std::string failed = drop_capabilities(); !failed.empty()) {
    die(failed);
  }
  if (const std::string failed = install_filter(received.start.filter); !failed.empty()) {
    die(failed);
  }
  if (!received.start.program.empty()) {
    become_init_of_the_image(own_program, received.start.program);
  }
  const char* const argv[] = {"postern-init", "boot", nullptr};
  become(own_program, argv, kEnvironment);
}

}  // namespace

void launch(std::uint32_t base) {
  // Closed when PID 1 has become the instance's init: that is the launcher's "done".
  fcntl(kControlFd, F_SETFD, FD_CLOEXEC);
  const int own_program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  if (own_program < 0) {
    die_errno("opening postern-init");
  }
  forget_oom_privilege();

  int pidfd = -1;
  clone_args args{};
  // The network namespace comes from the same call as the user namespace, so it belongs to it:
  // otherwise the instance's root could not configure it.
  args.flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC |
               CLONE_NEWNET | CLONE_PIDFD;
  args.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
  args.exit_signal = SIGCHLD;
  const long pid = syscall(SYS_clone3, &args, sizeof args);
  if (pid < 0) {
    die_errno("this host does not let Postern make user namespaces, which instances need");
  }
  if (pid == 0) {
    run_pid1(own_program);
  }
  const std::string proc = "/proc/" + std::to_string(pid);
  const std::string map = "0 " + std::to_string(base) + " " + std::to_string(kIdsOfAnInstance);
  write_file(proc + "/uid_map", map);
  write_file(proc + "/gid_map", map);
  report_started(static_cast<int>(pid), pidfd);
  _exit(EXIT_SUCCESS);
}

}  // namespace postern::instances::init
