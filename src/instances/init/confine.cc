// SPDX-License-Identifier: Apache-2.0
#include "instances/init/confine.h"

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace postern::instances::init {
namespace {

// Dropped are those that name the machine as a whole: modules, raw I/O, clocks, reboot, kernel log,
// audit rules, BPF, tracing, security modules. Most do nothing in a user namespace anyway; without
// reboot(2) an instance cannot end its PID 1 in a way that looks like a crash.
constexpr int kKept[] = {
    CAP_CHOWN,          CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER,   CAP_FSETID,
    CAP_KILL,           CAP_SETGID,       CAP_SETUID,          CAP_SETPCAP,  CAP_NET_BIND_SERVICE,
    CAP_NET_BROADCAST,  CAP_NET_ADMIN,    CAP_NET_RAW,         CAP_IPC_LOCK, CAP_IPC_OWNER,
    CAP_SYS_CHROOT,     CAP_SYS_PTRACE,   CAP_SYS_ADMIN,       CAP_SYS_NICE, CAP_SYS_RESOURCE,
    CAP_SYS_TTY_CONFIG, CAP_LEASE,        CAP_AUDIT_WRITE,     CAP_SETFCAP,
};

bool is_kept(int capability) {
  for (const int kept : kKept) {
    if (kept == capability) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string drop_capabilities() {
  // Up to the first that this kernel does not know.
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
    if (!is_kept(capability) && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) {
      return std::string("dropping capabilities: ") + std::strerror(errno);
    }
  }
  return "";
}

std::string install_filter(std::string_view program) {
  std::vector<sock_filter> instructions(program.size() / sizeof(sock_filter));
  std::memcpy(instructions.data(), program.data(), instructions.size() * sizeof(sock_filter));
  sock_fprog filter{};
  filter.len = static_cast<unsigned short>(instructions.size());
  filter.filter = instructions.data();
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) != 0) {
    return std::string("installing the seccomp filter: ") + std::strerror(errno);
  }
  return "";
}

}  // namespace postern::instances::init
