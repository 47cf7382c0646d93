// SPDX-License-Identifier: Apache-2.0
#include "instances/image/host_image.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <set>

#include "base/fd.h"
#include "instances/image/accounts.h"

namespace postern::instances {
namespace {

namespace fs = std::filesystem;

using Names = std::vector<std::string_view>;

// What may be a file system of its own on an ordinary host and is part of the system all the same.
const Names kTreesOfTheSystem = {"/usr", "/usr/local", "/var", "/var/lib"};

// What the top level of a system has (FHS 3.0, chapter 3); lib* besides. The rest is not the
// system's.
const Names kSystem = {"bin", "etc", "sbin", "usr", "var"};
const Names kEmptied = {"boot", "dev", "home", "media", "mnt", "opt", "run", "srv", "sys"};

// Folders of /var whose own folders programs expect to be there, and how far down:
// /var/log/apache2, but /var/spool/postfix/active and /var/www/html.
struct Hollowed {
  std::string_view name;
  int levels;
};
constexpr Hollowed kHollowedInVar[] = {{"cache", 1}, {"log", 1}, {"spool", 2}, {"www", 2}};
const Names kEmptiedInVar = {"backups", "local", "mail", "opt"};

// State of the package manager and of what maintainer scripts consult. All else in /var/lib is
// somebody's data.
const Names kKeptInVarLib = {
    "apache2",
    "apt",
    "ca-certificates-java",
    "dpkg",
    "dictionaries-common",
    "doc-base",
    "emacsen-common",
    "ghostscript",
    "initramfs-tools",
    "insserv",
    "locales",
    "pam",
    "php",
    "python",
    "python3",
    "sgml-base",
    "shells.state",
    "swcatalog",
    "systemd",
    "ucf",
    "vim",
    "xml-core",
};
// Too large to look at file by file, and nothing but packages' own files.
const Names kPublicInVarLib = {"apt", "dpkg"};

// Not for everybody on the host either, but no secret, and sudo does not work without.
const Names kKeptThoughUnreadable = {"/etc/sudoers"};

bool has(const Names& names, std::string_view name) {
  return std::ranges::count(names, name) > 0;
}

struct Entry {
  std::string name;
  struct stat info;
};

// The system's files as they are without anything mounted over them.
class View {
 public:
  static Result<View> open(Image image) {
    View view;
    for (const Tree& tree : image.trees) {
      Fd fd(open_tree(AT_FDCWD, tree.from.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
      if (!fd) {
        return unavailable_errno(fmt::format("opening {} as an image", tree.from));
      }
      view.trees_.push_back(std::move(fd));
    }
    view.image_ = std::move(image);
    return view;
  }

  // Where the instance's `path` can be looked at now.
  std::string real(std::string_view path) const {
    const std::size_t tree = tree_of(image_, path);
    const std::string_view at = image_.trees[tree].at;
    return fmt::format("/proc/self/fd/{}/{}", trees_[tree].get(),
                       path.substr(at == "/" ? 0 : at.size()));
  }

  bool look(std::string_view path, struct stat& out) const {
    return lstat(real(path).c_str(), &out) == 0;
  }

  std::string read(std::string_view path) const {
    std::ifstream in(real(path), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  // What is in the folder `path`, by name; nothing if there is no such folder.
  std::vector<Entry> entries(std::string_view path) const {
    std::vector<Entry> out;
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir(real(path).c_str()), closedir);
    while (const dirent* found = folder ? readdir(folder.get()) : nullptr) {
      Entry entry{.name = found->d_name, .info = {}};
      if (entry.name != "." && entry.name != ".." &&
          fstatat(dirfd(folder.get()), found->d_name, &entry.info, AT_SYMLINK_NOFOLLOW) == 0) {
        out.push_back(std::move(entry));
      }
    }
    std::ranges::sort(out, {}, &Entry::name);
    return out;
  }

 private:
  Image image_;
  std::vector<Fd> trees_;
};

// Goes over the system and notes what instances must not see of it.
class Mask {
 public:
  explicit Mask(const View& view) : view_(view) {}

  std::vector<Seed> seeds(const std::vector<std::string>& private_paths,
                          const std::string& trusted) && {
    top_level();
    accounts();
    etc();
    trust(trusted);
    var();
    var_lib();
    hide_unreadable("/usr/local/etc");
    for (const std::string& path : private_paths) {
      std::error_code ignored;
      hide_private(fs::weakly_canonical(path, ignored));
    }
    return std::move(seeds_);
  }

 private:
  void add(Seed seed) {
    done_.insert(seed.path);
    seeds_.push_back(std::move(seed));
  }

  void empty(const std::string& path, mode_t mode = 0755) {
    add({.kind = Seed::Kind::EmptyFolder, .path = path, .mode = mode});
  }

  void empty_like(const std::string& path, const struct stat& like) {
    add({.kind = Seed::Kind::EmptyFolder,
         .path = path,
         .mode = like.st_mode & 07777,
         .uid = like.st_uid,
         .gid = like.st_gid});
  }

  void hide(const std::string& path) { add({.kind = Seed::Kind::Hidden, .path = path}); }

  // A file of ours in place of the image's, with the image's own mode and owner.
  void replace(const std::string& path, std::string content) {
    struct stat like{};
    if (view_.look(path, like)) {
      add({.kind = Seed::Kind::File,
           .path = path,
           .mode = like.st_mode & 07777,
           .uid = like.st_uid,
           .gid = like.st_gid,
           .content = std::move(content)});
    }
  }

  void top_level() {
    for (const auto& [name, there] : view_.entries("/")) {
      const bool known = has(kSystem, name) || has(kEmptied, name) || name.starts_with("lib") ||
                         name == "proc" || name == "root" || name == "tmp";
      if (!known) {
        hide("/" + name);
      }
    }
    for (const std::string_view name : kEmptied) {
      empty(fmt::format("/{}", name));
    }
    empty("/proc", 0555);
    empty("/tmp", 01777);
    empty("/root", 0700);
    // As base-files' postinst makes root's own on a new Debian.
    for (const std::string name : {"bashrc", "profile"}) {
      if (std::string text = view_.read("/usr/share/base-files/dot." + name); !text.empty()) {
        add({.kind = Seed::Kind::File,
             .path = "/root/." + name,
             .mode = 0644,
             .content = std::move(text)});
      }
    }
  }

  void accounts() {
    const std::string users = system_users(view_.read("/etc/passwd"));
    const std::string groups = system_groups(view_.read("/etc/group"), users);
    replace("/etc/passwd", users);
    replace("/etc/group", groups);
    replace("/etc/shadow", locked_users(users));
    replace("/etc/gshadow", locked_groups(groups));
    for (const char* file : {"/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-"}) {
      hide_if_there(file);
    }
  }

  void hide_if_there(const std::string& path) {
    struct stat there{};
    if (view_.look(path, there)) {
      hide(path);
    }
  }

  void etc() {
    replace("/etc/fstab", "");
    hide_if_there("/etc/crypttab");
    for (const auto& [name, there] : view_.entries("/etc/ssh")) {
      if (name.starts_with("ssh_host_")) {
        hide("/etc/ssh/" + name);
      }
    }
    hide_unreadable("/etc");
  }

  void trust(const std::string& certificate) {
    if (struct stat there{}; view_.look(kTrustedBundle, there)) {
      for (Seed& seed : trust_seeds(view_.read(kTrustedBundle), certificate)) {
        add(std::move(seed));
      }
    }
  }

  // Hides what other users of the host may not read in `folder`: its owner says that it is secret.
  void hide_unreadable(const std::string& folder) {
    for (const auto& [name, there] : view_.entries(folder)) {
      const std::string path = folder + "/" + name;
      if (done_.contains(path) || has(kKeptThoughUnreadable, path)) {
        continue;
      }
      constexpr mode_t kEnter = S_IROTH | S_IXOTH;
      if (S_ISDIR(there.st_mode)) {
        (there.st_mode & kEnter) == kEnter ? hide_unreadable(path) : empty_like(path, there);
      } else if (!S_ISLNK(there.st_mode) &&
                 (!S_ISREG(there.st_mode) || (there.st_mode & S_IROTH) == 0)) {
        hide(path);
      }
    }
  }

  void var() {
    for (const auto& [name, there] : view_.entries("/var")) {
      const std::string path = "/var/" + name;
      if (name == "lib" || S_ISLNK(there.st_mode)) {
        continue;  // links: /var/run and /var/lock
      }
      const auto* hollowed = std::ranges::find(kHollowedInVar, name, &Hollowed::name);
      if (hollowed != std::end(kHollowedInVar) && S_ISDIR(there.st_mode)) {
        empty_like(path, there);
        hollow(path, hollowed->levels);
      } else if (has(kEmptiedInVar, name) && S_ISDIR(there.st_mode)) {
        empty_like(path, there);
      } else if (name != "tmp") {
        hide(path);
      }
    }
    empty("/var/tmp", 01777);
  }

  // The folders of `path` without their files.
  void hollow(const std::string& path, int levels) {
    for (const auto& [name, there] : view_.entries(path)) {
      const std::string inner = path + "/" + name;
      if (!S_ISDIR(there.st_mode)) {
        continue;
      }
      add({.kind = Seed::Kind::Folder,
           .path = inner,
           .mode = there.st_mode & 07777,
           .uid = there.st_uid,
           .gid = there.st_gid});
      // What is in a folder that others may not read is not told even by name.
      if (levels > 1 && (there.st_mode & S_IROTH) != 0) {
        hollow(inner, levels - 1);
      }
    }
  }

  void var_lib() {
    for (const auto& [name, there] : view_.entries("/var/lib")) {
      const std::string path = "/var/lib/" + name;
      if (!has(kKeptInVarLib, name)) {
        S_ISDIR(there.st_mode) ? empty_like(path, there) : hide(path);
      } else if (!has(kPublicInVarLib, name)) {
        hide_unreadable(path);
      }
    }
  }

  // Unless it lies in something that is empty or hidden already.
  void hide_private(const std::string& path) {
    for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
      if (done_.contains(path.substr(0, end))) {
        return;
      }
      if (end == std::string::npos) {
        break;
      }
    }
    struct stat there{};
    if (view_.look(path, there) && S_ISDIR(there.st_mode)) {
      empty(path, 0700);
    }
  }

  const View& view_;
  std::set<std::string> done_;
  std::vector<Seed> seeds_;
};

// Whether something is mounted at `path`.
bool is_mount_point(const std::string& path) {
  struct statx info{};
  return statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, 0, &info) == 0 &&
         (info.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

}  // namespace

Result<Image> host_image(const std::string& root, const std::vector<std::string>& private_paths,
                         const std::string& trusted) {
  const std::string base = root == "/" ? "" : root;
  Image image{.trees = {{.at = "/", .from = root}}, .seeds = {}};
  for (const std::string_view at : kTreesOfTheSystem) {
    if (is_mount_point(fmt::format("{}{}", base, at))) {
      image.trees.push_back({.at = std::string(at), .from = fmt::format("{}{}", base, at)});
    }
  }
  TRY_ASSIGN(const View view, View::open(image));
  image.seeds = Mask(view).seeds(private_paths, trusted);
  image.logins = {{.home = "/root"}};
  return image;
}

}  // namespace postern::instances
