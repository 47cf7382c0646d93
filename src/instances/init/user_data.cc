// SPDX-License-Identifier: Apache-2.0
#include "instances/init/user_data.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "instances/init/paths.h"
#include "instances/init/say.h"

namespace postern::instances::init {
namespace {

// cloud-init's own mark for "the user's scripts ran"; removing it makes them run again, as there.
constexpr const char* kMark = "/var/lib/cloud/instance/sem/config_scripts_user";
constexpr const char* kScript = "/var/lib/cloud/instance/scripts/part-001";

void make_folders() {
  for (const char* folder :
       {"/var/lib/cloud", "/var/lib/cloud/instance", "/var/lib/cloud/instance/sem",
        "/var/lib/cloud/instance/scripts", "/var/log"}) {
    mkdir(folder, 0755);
  }
}

bool write_new_file(const char* path, const std::string& bytes, mode_t mode) {
  const int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, mode);
  if (fd < 0) {
    return false;
  }
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = write(fd, bytes.data() + done, bytes.size() - done);
    if (n <= 0) {
      break;
    }
    done += static_cast<std::size_t>(n);
  }
  return close(fd) == 0 && done == bytes.size();
}

std::string read_file(const char* path) {
  std::string bytes;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  char buffer[4096];
  for (ssize_t n; fd >= 0 && (n = read(fd, buffer, sizeof buffer)) > 0;) {
    bytes.append(buffer, static_cast<std::size_t>(n));
  }
  if (fd >= 0) {
    close(fd);
  }
  return bytes;
}

int open_log() {
  return open(kUserDataLog, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
}

// On the console and in the log that people look at first.
void say_in_log_too(const std::string& words) {
  say(words);
  const int log = open_log();
  if (log >= 0) {
    const std::string line = "postern-init: " + words + "\n";
    (void)!write(log, line.data(), line.size());
    close(log);
  }
}

[[noreturn]] void run_script() {
  setsid();
  const int log = open_log();
  if (log >= 0) {
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  (void)!chdir("/");
  char* const argv[] = {const_cast<char*>(kScript), nullptr};
  execv(kScript, argv);
  const int code = errno;
  const std::string line = std::string("postern-init: the user data cannot be run: ") +
                           std::strerror(code) + " (is the interpreter after #! there?)\n";
  (void)!write(STDERR_FILENO, line.data(), line.size());
  // As a shell tells "not found" from "found and not run".
  _exit(code == ENOENT ? 127 : 126);
}

}  // namespace

pid_t start_user_data() {
  if (access(kMark, F_OK) == 0) {
    say("user data: not run again, this is not the first boot");
    return 0;
  }
  make_folders();
  const std::string bytes = read_file(kUserDataFile);
  if (!write_new_file(kMark, "", 0644)) {
    say_in_log_too("user data: not run, its mark cannot be written (is the disk full?)");
    return 0;
  }
  if (bytes.empty()) {
    say("user data: none");
    return 0;
  }
  if (bytes.compare(0, 2, "#!") != 0) {
    say_in_log_too(
        "user data: not run. It does not start with #!, and this image supports scripts only: "
        "cloud-config, MIME archives and other formats are not supported");
    return 0;
  }
  if (!write_new_file(kScript, bytes, 0700)) {
    say_in_log_too("user data: not run, it cannot be written to " + std::string(kScript));
    return 0;
  }
  const pid_t pid = fork();
  if (pid == 0) {
    run_script();
  }
  if (pid < 0) {
    say_in_log_too(std::string("user data: not run: ") + std::strerror(errno));
    return 0;
  }
  say("user data: started, output in " + std::string(kUserDataLog));
  return pid;
}

void record_user_data_end(int wait_status) {
  const int status =
      WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
  say("user data: ended with status " + std::to_string(status));
  write_new_file(kUserDataStatusFile, std::to_string(status) + "\n", 0644);
}

}  // namespace postern::instances::init
