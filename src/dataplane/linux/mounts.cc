// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/mounts.h"

#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "dataplane/linux/fabric.h"
#include "dataplane/linux/net_namespace.h"

namespace postern::dataplane {
namespace {

bool is_bpffs(const std::string& path) {
  struct statfs info{};
  return statfs(path.c_str(), &info) == 0 && info.f_type == BPF_FS_MAGIC;
}

Result<> remove_tree(const std::string& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) {
    return unavailable("removing {}: {}", path, error.message());
  }
  return {};
}

// The namespace itself may be held by something that has a socket there: its links go now.
Result<> remove_links(const RunDir& dir) {
  if (!is_namespace(dir.fabric())) {
    return {};
  }
  TRY_ASSIGN(const Fabric fabric, Fabric::open(dir));
  return fabric.remove_all();
}

Result<> remove_namespaces(const RunDir& dir) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(dir.namespaces(), error)) {
    TRY(remove_namespace(entry.path()));
  }
  return remove_tree(dir.namespaces());
}

Result<> remove_bpffs(const RunDir& dir) {
  if (is_bpffs(dir.bpf())) {
    // Another mount namespace may hold a copy of the mount: the pins go by themselves. (The
    // kernel's own two files, whose names have a dot, cannot be removed and need not be.)
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(dir.bpf(), error)) {
      if (!entry.path().has_extension()) {
        TRY(remove_tree(entry.path()));
      }
    }
    if (umount2(dir.bpf().c_str(), MNT_DETACH) != 0) {
      return unavailable_errno("unmounting " + dir.bpf());
    }
  }
  return remove_tree(dir.bpf());
}

}  // namespace

Result<> make_folder(const std::string& path, mode_t mode) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return {};
  }
  std::filesystem::create_directories(path, error);
  if (error || chmod(path.c_str(), mode) != 0) {
    return unavailable("creating {}: {}", path, error ? error.message() : "chmod failed");
  }
  return {};
}

Result<> make_run_dir(const RunDir& dir) {
  TRY(make_folder(dir.path(), 0755));
  TRY(make_folder(dir.namespaces(), 0700));
  TRY(make_folder(dir.bpf(), 0700));
  if (is_bpffs(dir.bpf())) {
    return {};
  }
  if (mount("bpf", dir.bpf().c_str(), "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700") != 0) {
    return unavailable_errno("mounting a bpffs at " + dir.bpf());
  }
  return {};
}

Result<> teardown(const RunDir& dir) {
  TRY(remove_links(dir));
  TRY(remove_bpffs(dir));
  TRY(remove_namespaces(dir));
  // Only if nothing of anybody else's is in it.
  if (rmdir(dir.path().c_str()) != 0 && errno != ENOENT && errno != ENOTEMPTY && errno != EEXIST) {
    return unavailable_errno("removing " + dir.path());
  }
  return {};
}

}  // namespace postern::dataplane
