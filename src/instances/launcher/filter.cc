// SPDX-License-Identifier: Apache-2.0
#include "instances/launcher/filter.h"

#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

#include "base/fd.h"

namespace postern::instances {
namespace {

struct Denied {
  const char* call;
  int code;
};

// After Docker's default profile, less what an instance's own namespaces make harmless (mount,
// unshare, setns, ptrace) and what administrators of a real host use.
constexpr Denied kDenied[] = {
    {"acct", EPERM},
    {"add_key", EPERM},
    {"adjtimex", EPERM},
    {"bpf", EPERM},
    {"clock_adjtime", EPERM},
    {"clock_settime", EPERM},
    {"create_module", EPERM},
    {"delete_module", EPERM},
    {"fanotify_init", EPERM},
    {"finit_module", EPERM},
    {"get_kernel_syms", EPERM},
    {"init_module", EPERM},
    {"io_uring_enter", ENOSYS},
    {"io_uring_register", ENOSYS},
    {"io_uring_setup", ENOSYS},
    {"ioperm", EPERM},
    {"iopl", EPERM},
    {"kcmp", EPERM},
    {"kexec_file_load", EPERM},
    {"kexec_load", EPERM},
    {"keyctl", EPERM},
    {"lookup_dcookie", EPERM},
    {"nfsservctl", EPERM},
    {"open_by_handle_at", EPERM},
    {"perf_event_open", EPERM},
    {"query_module", EPERM},
    {"quotactl", EPERM},
    {"quotactl_fd", EPERM},
    {"reboot", EPERM},
    {"request_key", EPERM},
    {"settimeofday", EPERM},
    {"stime", EPERM},
    {"swapoff", EPERM},
    {"swapon", EPERM},
    {"syslog", EPERM},
    {"uselib", EPERM},
    {"userfaultfd", EPERM},
    {"ustat", EPERM},
    {"vm86", EPERM},
    {"vm86old", EPERM},
};

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

Result<> deny(const Filter& filter, const Denied& denied) {
  const int call = seccomp_syscall_resolve_name(denied.call);
  if (call == __NR_SCMP_ERROR) {
    return {};  // newer than this libseccomp
  }
  const int failed =
      seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(static_cast<unsigned>(denied.code)), call, 0);
  if (failed != 0) {
    errno = -failed;
    return unavailable_errno(fmt::format("denying {} by seccomp", denied.call));
  }
  return {};
}

// TIOCSTI and TIOCLINUX type into a terminal. An operator's terminal may be an instance process's
// standard output.
Result<> deny_typing(const Filter& filter) {
  for (const unsigned long request : {TIOCSTI, TIOCLINUX}) {
    // The kernel looks at the low 32 bits of the request only, so must we.
    const scmp_arg_cmp same = SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffu, request);
    const int failed =
        seccomp_rule_add_array(filter.get(), SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1, &same);
    if (failed != 0) {
      errno = -failed;
      return unavailable_errno("denying terminal input by seccomp");
    }
  }
  return {};
}

// Programs of the machine's 32-bit kinds are judged by the same list.
void add_other_abis(const Filter& filter) {
  const std::uint32_t native = seccomp_arch_native();
  if (native == SCMP_ARCH_X86_64) {
    seccomp_arch_add(filter.get(), SCMP_ARCH_X86);
    seccomp_arch_add(filter.get(), SCMP_ARCH_X32);
  } else if (native == SCMP_ARCH_AARCH64) {
    seccomp_arch_add(filter.get(), SCMP_ARCH_ARM);
  }
}

Result<std::string> exported(const Filter& filter) {
  const Fd file(memfd_create("postern-filter", MFD_CLOEXEC));
  if (!file || seccomp_export_bpf(filter.get(), file.get()) != 0) {
    return unavailable_errno("writing out the seccomp filter");
  }
  std::string program(static_cast<std::size_t>(lseek(file.get(), 0, SEEK_END)), '\0');
  if (pread(file.get(), program.data(), program.size(), 0) !=
      static_cast<ssize_t>(program.size())) {
    return unavailable_errno("reading back the seccomp filter");
  }
  return program;
}

}  // namespace

Result<std::string> denied_calls_filter() {
  const Filter filter(seccomp_init(SCMP_ACT_ALLOW), seccomp_release);
  if (!filter) {
    return unavailable("libseccomp gives no filter on this machine");
  }
  add_other_abis(filter);
  // A binary search over the calls in place of a walk along them: it is run at every system call.
  seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  for (const Denied& denied : kDenied) {
    TRY(deny(filter, denied));
  }
  TRY(deny_typing(filter));
  return exported(filter);
}

}  // namespace postern::instances
