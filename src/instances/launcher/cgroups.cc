// SPDX-License-Identifier: Apache-2.0
#include "instances/launcher/cgroups.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "base/fd.h"
#include "base/log.h"

namespace postern::instances {
namespace {

namespace fs = std::filesystem;

bool write_pid(const std::string& folder, pid_t pid) {
  const Fd fd(open((folder + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
  const std::string text = std::to_string(pid);
  return fd && write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

bool remove_once(const std::string& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.is_directory(ignored) && !entry.is_symlink(ignored)) {
      remove_once(entry.path());
    }
  }
  return rmdir(folder.c_str()) == 0 || errno == ENOENT;
}

}  // namespace

CgroupRoots find_cgroup_roots(std::string_view mountinfo) {
  CgroupRoots roots;
  std::istringstream lines{std::string(mountinfo)};
  for (std::string line; std::getline(lines, line);) {
    // "36 35 98:0 /root /mount/point options… - type source super-options": proc(5).
    const std::size_t dash = line.find(" - ");
    std::istringstream before(line.substr(0, dash));
    std::string skipped;
    std::string at;
    before >> skipped >> skipped >> skipped >> skipped >> at;
    std::istringstream after(dash == std::string::npos ? "" : line.substr(dash + 3));
    std::string type;
    std::string options;
    after >> type >> skipped >> options;
    if (type == "cgroup2" && roots.unified.empty()) {
      roots.unified = at;
    } else if (type == "cgroup" && options.find("name=systemd") != std::string::npos) {
      roots.manager = at;
    }
  }
  return roots;
}

CgroupRoots find_cgroup_roots() {
  std::ifstream in("/proc/self/mountinfo");
  return find_cgroup_roots(std::string{std::istreambuf_iterator<char>(in), {}});
}

std::string make_cgroup(const std::string& root, std::string_view group, std::string_view name,
                        pid_t pid) {
  if (root.empty()) {
    return "";
  }
  const std::string parent = fmt::format("{}/{}", root, group);
  std::string folder = fmt::format("{}/{}", parent, name);
  mkdir(parent.c_str(), 0755);
  if ((mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) || !write_pid(folder, pid)) {
    log::warn("an instance runs without a cgroup of its own",
              {{"cgroup", folder}, {"why", std::generic_category().message(errno)}});
    rmdir(folder.c_str());
    rmdir(parent.c_str());
    return "";
  }
  return folder;
}

// https://docs.kernel.org/admin-guide/cgroup-v2.html#model-of-delegation
void delegate_cgroup(const std::string& folder, uid_t owner) {
  for (const char* file : {"", "/cgroup.procs", "/cgroup.threads", "/cgroup.subtree_control"}) {
    (void)!chown((folder + file).c_str(), owner, owner);
  }
}

Result<> remove_cgroup(const std::string& folder) {
  // The last process has been waited for, but the kernel lets go of its cgroup a moment later.
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; ++i) {
    if (remove_once(folder)) {
      rmdir(fs::path(folder).parent_path().c_str());  // goes with its last instance
      return {};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return unavailable_errno(fmt::format("removing the cgroup {}", folder));
}

}  // namespace postern::instances
