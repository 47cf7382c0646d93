// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/tap.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <iterator>
#include <sstream>

#include "base/fd.h"

namespace postern::dataplane {
namespace {

constexpr const char* kNote = "postern-tap";
constexpr __u32 kPriority = 1;
constexpr __u32 kHandle = 1;
constexpr __u8 kMove = BPF_ALU64 | BPF_MOV | BPF_K;

// return bpf_redirect(to, 0);
Result<Fd> load_wire(unsigned to) {
  const bpf_insn program[] = {
      {.code = kMove, .dst_reg = BPF_REG_1, .src_reg = 0, .off = 0, .imm = static_cast<__s32>(to)},
      {.code = kMove, .dst_reg = BPF_REG_2, .src_reg = 0, .off = 0, .imm = 0},
      {.code = BPF_JMP | BPF_CALL, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = BPF_FUNC_redirect},
      {.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0},
  };
  Fd fd(bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "pn_wire", "Dual BSD/GPL", program,
                      std::size(program), nullptr));
  if (!fd) {
    return unavailable_errno("loading the program that wires a tap");
  }
  return fd;
}

bpf_tc_hook hook_of(unsigned ifindex, bpf_tc_attach_point point) {
  bpf_tc_hook hook{};
  hook.sz = sizeof hook;
  hook.ifindex = static_cast<int>(ifindex);
  hook.attach_point = point;
  return hook;
}

std::unexpected<Error> refused(int error, std::string_view what) {
  return unavailable("{}: {}", what, std::strerror(error < 0 ? -error : error));
}

}  // namespace

std::string TapNote::text() const {
  return fmt::format("{} {} {} {} {}", kNote, tap, ifindex, made ? "made" : "taken",
                     was_up ? "up" : "down");
}

std::optional<TapNote> TapNote::parse(const std::string& alias) {
  std::istringstream in(alias);
  std::string head;
  std::string made;
  std::string up;
  TapNote note;
  if (!(in >> head >> note.tap >> note.ifindex >> made >> up) || head != kNote) {
    return std::nullopt;
  }
  note.made = made == "made";
  note.was_up = up == "up";
  return note.text() == alias ? std::optional(note) : std::nullopt;
}

Result<> make_tap(const std::string& name) {
  const Fd fd(open("/dev/net/tun", O_RDWR | O_CLOEXEC));
  if (!fd) {
    return unavailable_errno("opening /dev/net/tun");
  }
  ifreq request{};
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  if (ioctl(fd.get(), TUNSETIFF, &request) != 0) {
    return unavailable_errno("making the tap " + name);
  }
  if (ioctl(fd.get(), TUNSETPERSIST, 1) != 0) {
    return unavailable_errno("keeping the tap " + name);
  }
  return {};
}

Result<> wire(unsigned from, unsigned to) {
  TRY_ASSIGN(const Fd program, load_wire(to));
  bpf_tc_hook hook = hook_of(from, BPF_TC_INGRESS);
  if (const int error = bpf_tc_hook_create(&hook); error != 0 && error != -EEXIST) {
    return refused(error, "creating a clsact qdisc");
  }
  bpf_tc_opts options{};
  options.sz = sizeof options;
  options.handle = kHandle;
  options.priority = kPriority;
  options.prog_fd = program.get();
  options.flags = BPF_TC_F_REPLACE;
  if (const int error = bpf_tc_attach(&hook, &options)) {
    return refused(error, "attaching the program that wires a tap");
  }
  return {};
}

Result<> give_back(Netlink& host, const TapNote& note) {
  TRY_ASSIGN(const auto tap, host.find_link(note.tap));
  if (!tap || (note.ifindex != 0 && tap->ifindex != note.ifindex)) {
    return {};  // another of that name is not ours to touch
  }
  if (note.made) {
    return host.delete_link(tap->ifindex);
  }
  bpf_tc_hook hook =
      hook_of(tap->ifindex, static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS));
  const int error = bpf_tc_hook_destroy(&hook);
  if (error != 0 && error != -ENOENT && error != -EINVAL) {
    return refused(error, "unwiring the tap " + note.tap);
  }
  return note.was_up ? Result<>() : host.set_down(tap->ifindex);
}

}  // namespace postern::dataplane
