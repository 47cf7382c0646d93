// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/net_namespace.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/vfs.h>

#include <cerrno>
#include <system_error>
#include <thread>

namespace postern::dataplane {
namespace {

// Runs `action` on a thread of its own, so that what it does to its thread ends with it.
Result<> on_own_thread(const std::function<Result<>()>& action) {
  Result<> result;
  try {
    std::thread([&] { result = action(); }).join();
  } catch (const std::system_error& error) {
    return unavailable("starting a thread: {}", error.what());
  }
  return result;
}

Result<> mount_new_namespace(const std::string& path) {
  if (unshare(CLONE_NEWNET) != 0) {
    return unavailable_errno("making a network namespace");
  }
  if (mount("/proc/thread-self/ns/net", path.c_str(), nullptr, MS_BIND, nullptr) != 0) {
    return unavailable_errno("mounting the network namespace " + path);
  }
  return {};
}

}  // namespace

bool is_namespace(const std::string& path) {
  struct statfs info{};
  return statfs(path.c_str(), &info) == 0 && info.f_type == NSFS_MAGIC;
}

Result<> make_namespace(const std::string& path) {
  if (is_namespace(path)) {
    return {};
  }
  const Fd mount_point(open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0400));
  if (!mount_point) {
    return unavailable_errno("creating " + path);
  }
  return on_own_thread([&] { return mount_new_namespace(path); });
}

Result<Fd> open_namespace(const std::string& path) {
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) {
    return unavailable_errno("opening the network namespace " + path);
  }
  return fd;
}

Result<> remove_namespace(const std::string& path) {
  while (umount2(path.c_str(), MNT_DETACH) == 0) {
  }
  if (errno != EINVAL && errno != ENOENT) {
    return unavailable_errno("unmounting " + path);
  }
  if (unlink(path.c_str()) != 0 && errno != ENOENT) {
    return unavailable_errno("removing " + path);
  }
  return {};
}

Result<> run_in_namespace(int netns_fd, const std::function<void()>& action) {
  return on_own_thread([&]() -> Result<> {
    if (setns(netns_fd, CLONE_NEWNET) != 0) {
      return unavailable_errno("entering a network namespace");
    }
    action();
    return {};
  });
}

Result<Fd> open_socket_in(int netns_fd, int domain, int type, int protocol) {
  return in_namespace(netns_fd, [&]() -> Result<Fd> {
    Fd fd(socket(domain, type | SOCK_CLOEXEC, protocol));
    if (!fd) {
      return unavailable_errno("opening a socket in a network namespace");
    }
    return fd;
  });
}

}  // namespace postern::dataplane
