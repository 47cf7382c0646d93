// SPDX-License-Identifier: Apache-2.0
#include "instances/init/rootfs.h"

#include <fcntl.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "instances/init/control.h"

namespace postern::instances::init {
namespace {

constexpr unsigned long kNoPrograms = MS_NOSUID | MS_NODEV | MS_NOEXEC;

struct Mount {
  const char* type;
  const char* at;
  unsigned long flags;
  const char* options;
};

void mount_one(const Mount& m) {
  if (mount(m.type, m.at, m.type, m.flags, m.options) != 0) {
    die_errno(std::string("mounting ") + m.at);
  }
}

void make_folder(const std::string& path, mode_t mode = 0755) {
  if (mkdir(path.c_str(), mode) != 0 && errno != EEXIST) {
    die_errno("making " + path);
  }
}

// A tmpfs of this user namespace to build in, reached through a descriptor so that no folder of the
// host has to be found or entered. It lies over /run only to be somewhere.
void enter_workshop() {
  const int config = fsopen("tmpfs", FSOPEN_CLOEXEC);
  if (config < 0 || fsconfig(config, FSCONFIG_SET_STRING, "mode", "0755", 0) != 0 ||
      fsconfig(config, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
    die_errno("making a tmpfs");
  }
  const int tree = fsmount(config, FSMOUNT_CLOEXEC, 0);
  if (tree < 0 || move_mount(tree, "", AT_FDCWD, "/run", MOVE_MOUNT_F_EMPTY_PATH) != 0 ||
      fchdir(tree) != 0) {
    die_errno("mounting a tmpfs");
  }
  close(tree);
  close(config);
}

void attach(int tree, const std::string& at) {
  make_folder(at);
  if (move_mount(tree, "", AT_FDCWD, at.c_str(), MOVE_MOUNT_F_EMPTY_PATH) != 0) {
    die_errno("attaching an image's tree");
  }
  close(tree);
}

// By paths, which every kernel since 6.1 takes; overlayfs takes descriptors only since 6.13.
// Mounted from inside the user namespace (hence userxattr): so device files on it cannot be opened,
// and overlayfs itself acts with no more than the instance's rights.
void mount_overlay(std::size_t number, const std::string& at) {
  const std::string n = std::to_string(number);
  const std::string options =
      "lowerdir=lower" + n + ",upperdir=layer" + n + "/upper,workdir=layer" + n + "/work,userxattr";
  if (mount("overlay", at.c_str(), "overlay", MS_NODEV, options.c_str()) != 0) {
    die_errno("mounting the overlay of " + at);
  }
}

void mount_trees(const Start& start, const std::vector<int>& descriptors) {
  for (std::size_t i = 0; i < start.trees.size(); ++i) {
    attach(descriptors[2 * i], "lower" + std::to_string(i));
    attach(descriptors[2 * i + 1], "layer" + std::to_string(i));
  }
  make_folder("root");
  for (std::size_t i = 0; i < start.trees.size(); ++i) {
    mount_overlay(i, "root" + start.trees[i]);
  }
}

void bind_device(const std::string& name) {
  const std::string at = "root/dev/" + name;
  const int fd = open(at.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
  if (fd < 0) {
    die_errno("making " + at);
  }
  close(fd);
  if (mount(("/dev/" + name).c_str(), at.c_str(), nullptr, MS_BIND, nullptr) != 0) {
    die_errno("binding /dev/" + name);
  }
}

void link_device(const char* to, const std::string& name) {
  if (symlink(to, ("root/dev/" + name).c_str()) != 0) {
    die_errno("making /dev/" + name);
  }
}

void mount_devices() {
  mount_one({"tmpfs", "root/dev", MS_NOSUID, "mode=0755,size=1m"});
  for (const char* name : {"null", "zero", "full", "random", "urandom", "tty"}) {
    bind_device(name);
  }
  link_device("/proc/self/fd", "fd");
  link_device("fd/0", "stdin");
  link_device("fd/1", "stdout");
  link_device("fd/2", "stderr");
  link_device("pts/ptmx", "ptmx");
  make_folder("root/dev/pts");
  make_folder("root/dev/shm");
  make_folder("root/dev/mqueue");
  // 5 is Debian's and everybody's group tty.
  mount_one({"devpts", "root/dev/pts", MS_NOSUID | MS_NOEXEC,
             "newinstance,ptmxmode=0666,mode=0620,gid=5"});
  mount_one({"tmpfs", "root/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777"});
  mount_one({"mqueue", "root/dev/mqueue", kNoPrograms, nullptr});
}

void mount_kernel_views(bool has_cgroup) {
  mount_one({"proc", "root/proc", kNoPrograms, nullptr});
  mount_one({"sysfs", "root/sys", kNoPrograms | MS_RDONLY, nullptr});
  if (has_cgroup) {
    mount_one({"cgroup2", "root/sys/fs/cgroup", kNoPrograms, nullptr});
  }
}

// Makes ./root the root and lets go of the host's, which lies below it for a moment.
void swap_roots() {
  if (chdir("root") != 0 || syscall(SYS_pivot_root, ".", ".") != 0 ||
      umount2(".", MNT_DETACH) != 0 || chdir("/") != 0) {
    die_errno("changing the root");
  }
}

void replace_file(const char* path, const std::string& text) {
  // Whatever the image has there, such as a link into a /run that is not this one, gives way.
  unlink(path);
  const int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
  if (fd < 0 || write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    die_errno(std::string("writing ") + path);
  }
  close(fd);
}

void raise_loopback() {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) != 0) {
    die_errno("raising lo");
  }
  close(fd);
}

}  // namespace

void enter_root(const Start& start, const std::vector<int>& descriptors) {
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    die_errno("parting from the host's mounts");
  }
  enter_workshop();
  mount_trees(start, descriptors);
  mount_kernel_views(start.has_cgroup);
  mount_devices();
  mount_one({"tmpfs", "root/run", MS_NOSUID | MS_NODEV, "mode=0755"});
  make_folder("root/run/lock");
  chmod("root/run/lock", 01777);
  swap_roots();
  // Among the instance's own namespaces, as on a machine by itself. A systemd that finds itself in
  // a container leaves this to whoever made it, and gives services their credentials by it.
  if (mount(nullptr, "/", nullptr, MS_REC | MS_SHARED, nullptr) != 0) {
    die_errno("sharing the instance's mounts");
  }
}

ConsoleTerminal open_console() {
  const int master = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
  int locked = 0;
  int number = 0;
  if (master < 0 || ioctl(master, TIOCSPTLCK, &locked) != 0 ||
      ioctl(master, TIOCGPTN, &number) != 0) {
    die_errno("making the console's terminal");
  }
  const std::string name = "/dev/pts/" + std::to_string(number);
  const int terminal = open(name.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  const int place = open("/dev/console", O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (terminal < 0 || place < 0 ||
      mount(name.c_str(), "/dev/console", nullptr, MS_BIND, nullptr) != 0) {
    die_errno("making /dev/console");
  }
  close(place);
  // Nobody types there. Lines end as in a file.
  termios settings{};
  if (tcgetattr(terminal, &settings) == 0) {
    settings.c_oflag &= ~static_cast<tcflag_t>(OPOST);
    settings.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(terminal, TCSANOW, &settings);
  }
  winsize wide{};
  wide.ws_row = 25;
  wide.ws_col = 200;  // so that systemd does not shorten what it says
  ioctl(terminal, TIOCSWINSZ, &wide);
  return {.master = master, .terminal = terminal};
}

void set_identity(const Start& start) {
  if (sethostname(start.hostname.data(), start.hostname.size()) != 0 ||
      setdomainname("(none)", 6) != 0) {
    die_errno("setting the host name");
  }
  if (start.first_boot) {
    replace_file("/etc/hostname", start.hostname + "\n");
    replace_file("/etc/hosts", start.hosts);
  }
  replace_file("/etc/resolv.conf", start.resolv_conf);
  raise_loopback();
}

}  // namespace postern::instances::init
