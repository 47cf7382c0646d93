// SPDX-License-Identifier: Apache-2.0
#include "instances/launcher/layers.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>

namespace postern::instances {
namespace {

Result<> make_folder(const std::string& path) {
  if (mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) {
    return unavailable_errno(fmt::format("making {}", path));
  }
  return {};
}

std::string layer_folder(const std::string& layers, std::size_t number) {
  return fmt::format("{}/{}", layers, number);
}

}  // namespace

Result<> make_layers(const std::string& layers, std::size_t count) {
  TRY(make_folder(layers));
  for (std::size_t i = 0; i < count; ++i) {
    const std::string layer = layer_folder(layers, i);
    TRY(make_folder(layer));
    TRY(make_folder(layer + "/upper"));
    TRY(make_folder(layer + "/work"));
  }
  return {};
}

std::vector<std::string> upper_folders(const std::string& layers, std::size_t count) {
  std::vector<std::string> folders;
  for (std::size_t i = 0; i < count; ++i) {
    folders.push_back(layer_folder(layers, i) + "/upper");
  }
  return folders;
}

Result<Fd> id_mapped_clone(const std::string& folder, const Fd& userns) {
  Fd tree(open_tree(AT_FDCWD, folder.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  if (!tree) {
    return unavailable_errno(fmt::format("cloning the mount of {}", folder));
  }
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_IDMAP;
  attributes.propagation = MS_PRIVATE;
  attributes.userns_fd = static_cast<std::uint64_t>(userns.get());
  if (mount_setattr(tree.get(), "", AT_EMPTY_PATH, &attributes, sizeof attributes) != 0) {
    if (errno == EINVAL) {
      return unavailable(
          "the file system of {} does not support id-mapped mounts, which instances need", folder);
    }
    return unavailable_errno(fmt::format("mapping the ids of {}", folder));
  }
  return tree;
}

Result<std::vector<Fd>> clone_trees(const std::vector<Tree>& trees, const std::string& layers,
                                    const Fd& userns) {
  std::vector<Fd> clones;
  for (std::size_t i = 0; i < trees.size(); ++i) {
    TRY_ASSIGN(Fd tree, id_mapped_clone(trees[i].from, userns));
    TRY_ASSIGN(Fd layer, id_mapped_clone(layer_folder(layers, i), userns));
    clones.push_back(std::move(tree));
    clones.push_back(std::move(layer));
  }
  return clones;
}

std::string read_guest_file(const std::string& layers, const std::vector<Tree>& trees,
                            const std::string& path, std::size_t bytes_max) {
  const Image image{.trees = trees, .seeds = {}};
  const std::size_t number = tree_of(image, path);
  const std::string& at = trees[number].at;
  const std::string upper = layer_folder(layers, number) + "/upper";
  const Fd folder(open(upper.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  open_how how{};
  how.flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV;
  const std::string inside = at == "/" ? path : path.substr(at.size());
  const Fd fd(
      static_cast<int>(syscall(SYS_openat2, folder.get(), inside.c_str(), &how, sizeof how)));
  struct stat info{};
  if (!fd || fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return "";
  }
  return read_tail(fd, bytes_max);
}

std::string read_tail(const Fd& fd, std::size_t bytes_max) {
  struct stat info{};
  if (fstat(fd.get(), &info) != 0) {
    return "";
  }
  const auto size = static_cast<std::size_t>(info.st_size);
  std::string bytes(std::min(size, bytes_max), '\0');
  const ssize_t got =
      pread(fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(size - bytes.size()));
  bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return bytes;
}

}  // namespace postern::instances
