// SPDX-License-Identifier: Apache-2.0
// Seeds as overlayfs reads them: https://docs.kernel.org/filesystems/overlayfs.html
#include "instances/image/image.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"

namespace postern::instances {
namespace {

// The part of `path` that lies in the tree at `at`: "/log/x" for "/var/log/x" in "/var".
std::string inside(std::string_view at, std::string_view path) {
  return std::string(at == "/" ? path : path.substr(at.size()));
}

bool lies_in(std::string_view at, std::string_view path) {
  return at == "/" ||
         (path.starts_with(at) && (path.size() == at.size() || path[at.size()] == '/'));
}

Result<> set_attributes(const std::string& path, mode_t mode, uid_t uid, gid_t gid) {
  if (lchown(path.c_str(), uid, gid) != 0 || chmod(path.c_str(), mode) != 0) {
    return unavailable_errno(fmt::format("setting the owner and mode of {}", path));
  }
  return {};
}

Result<> make_folder(const std::string& path, mode_t mode, uid_t uid, gid_t gid) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return unavailable_errno(fmt::format("making {}", path));
  }
  return set_attributes(path, mode, uid, gid);
}

// Makes the folders that lead to `path` in `layer`, with the attributes of the image's own: merged
// folders show those of the upper one.
Result<> make_way(const Tree& tree, const std::string& layer, const std::string& path) {
  for (std::size_t end = path.find('/', 1); end != std::string::npos;
       end = path.find('/', end + 1)) {
    const std::string folder = path.substr(0, end);
    struct stat there{};
    if (lstat((layer + folder).c_str(), &there) == 0) {
      continue;
    }
    if (lstat((tree.from + folder).c_str(), &there) != 0 || !S_ISDIR(there.st_mode)) {
      there = {};
      there.st_mode = 0755;
    }
    TRY(make_folder(layer + folder, there.st_mode & 07777, there.st_uid, there.st_gid));
  }
  return {};
}

Result<> write_file(const std::string& path, const Seed& seed) {
  const Fd fd(open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600));
  const ssize_t size = static_cast<ssize_t>(seed.content.size());
  if (!fd || write(fd.get(), seed.content.data(), seed.content.size()) != size) {
    return unavailable_errno(fmt::format("writing {}", path));
  }
  return set_attributes(path, seed.mode, seed.uid, seed.gid);
}

Result<> write_at(const std::string& path, const Seed& seed) {
  switch (seed.kind) {
    case Seed::Kind::File:
      return write_file(path, seed);
    case Seed::Kind::Link:
      if (symlink(seed.content.c_str(), path.c_str()) != 0 ||
          lchown(path.c_str(), seed.uid, seed.gid) != 0) {
        return unavailable_errno(fmt::format("linking {}", path));
      }
      return {};
    case Seed::Kind::Hidden:
      if (mknod(path.c_str(), S_IFCHR, makedev(0, 0)) != 0) {
        return unavailable_errno(fmt::format("hiding {}", path));
      }
      return {};
    case Seed::Kind::Folder:
      return make_folder(path, seed.mode, seed.uid, seed.gid);
    case Seed::Kind::EmptyFolder:
      TRY(make_folder(path, seed.mode, seed.uid, seed.gid));
      // `user.`, not `trusted.`: the overlay is mounted from within a user namespace.
      if (setxattr(path.c_str(), "user.overlay.opaque", "y", 1, 0) != 0) {
        return unavailable_errno(fmt::format(
            "marking {} as opaque (its file system must support user attributes)", path));
      }
      return {};
  }
  return {};
}

}  // namespace

std::vector<Seed> trust_seeds(const std::string& bundle, const std::string& certificate) {
  if (certificate.empty()) {
    return {};
  }
  const auto file = [](const char* path, std::string content) {
    return Seed{
        .kind = Seed::Kind::File, .path = path, .mode = 0644, .content = std::move(content)};
  };
  return {file(kTrustedBundle, bundle + certificate),
          file("/usr/local/share/ca-certificates/postern.crt", certificate)};
}

std::size_t tree_of(const Image& image, std::string_view path) {
  std::size_t best = 0;
  for (std::size_t i = 0; i < image.trees.size(); ++i) {
    if (lies_in(image.trees[i].at, path) &&
        image.trees[i].at.size() >= image.trees[best].at.size()) {
      best = i;
    }
  }
  return best;
}

Result<> write_seed(const Image& image, const std::vector<std::string>& layers, const Seed& seed) {
  const std::size_t number = tree_of(image, seed.path);
  const Tree& tree = image.trees[number];
  const std::string path = inside(tree.at, seed.path);
  TRY(make_way(tree, layers[number], path));
  return write_at(layers[number] + path, seed);
}

}  // namespace postern::instances
