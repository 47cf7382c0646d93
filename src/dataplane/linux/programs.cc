// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/programs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <net/if.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/check.h"
#include "base/fd.h"
#include "base/log.h"
#include "dataplane/bpf/pn_fabric.skel.h"
#include "dataplane/linux/fabric.h"
#include "dataplane/linux/flow_table.h"
#include "dataplane/linux/mounts.h"
#include "dataplane/linux/older_maps.h"

namespace postern::dataplane {
namespace {

// Linux 6.6's BPF_TCX_INGRESS; libbpf 1.1 and Debian 12's headers have no name for it.
constexpr auto kTcxIngress = static_cast<bpf_attach_type>(46);
// Where our filter stands in a clsact qdisc.
constexpr std::uint32_t kTcHandle = 1;
constexpr std::uint32_t kTcPriority = 1;

// What libbpf last had to say on this thread: its calls give an errno only.
thread_local std::string libbpf_said;

int hear_libbpf(libbpf_print_level level, const char* format, va_list arguments) {
  if (level != LIBBPF_WARN) {
    return 0;
  }
  std::array<char, 1024> line{};
  std::vsnprintf(line.data(), line.size(), format, arguments);
  libbpf_said = line.data();
  while (!libbpf_said.empty() && libbpf_said.back() == '\n') {
    libbpf_said.pop_back();
  }
  log::debug("libbpf", {{"line", libbpf_said}});
  return 0;
}

std::unexpected<Error> libbpf_refused(int error, std::string_view what) {
  const std::string said = libbpf_said.empty() ? "" : " (" + libbpf_said + ")";
  return unavailable("{}: {}{}", what, std::strerror(std::abs(error)), said);
}

std::string pin_of(const RunDir& dir, const Link& link) {
  return dir.links() + "/" + name_of(link);
}

Fd open_pin(const std::string& path) {
  return Fd(bpf_obj_get(path.c_str()));
}

Result<> pin_maps(pn_fabric& object, const std::string& folder) {
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object.obj) {
    if (bpf_map__is_internal(map) || is_scratch(bpf_map__name(map))) {
      continue;  // settings, and what a program works on: each load has its own
    }
    if (const int error = bpf_map__set_pin_path(map, (folder + "/" + bpf_map__name(map)).c_str())) {
      return libbpf_refused(error, "naming a map's pin");
    }
  }
  return {};
}

Result<> note_layout(int meta_fd, bool adopting) {
  const __u32 zero = 0;
  pn_meta meta{};
  if (bpf_map_lookup_elem(meta_fd, &zero, &meta) != 0) {
    return unavailable_errno("reading pn_meta");
  }
  meta.layout_version = kPnLayoutVersion;
  meta.adopting = adopting ? 1 : 0;
  if (bpf_map_update_elem(meta_fd, &zero, &meta, BPF_ANY) != 0) {
    return unavailable_errno("writing pn_meta");
  }
  return {};
}

Result<std::uint32_t> id_of_program(int fd) {
  bpf_prog_info info{};
  __u32 size = sizeof info;
  if (bpf_obj_get_info_by_fd(fd, &info, &size) != 0) {
    return unavailable_errno("reading a program's id");
  }
  return info.id;
}

struct TcxLink {
  std::uint32_t ifindex = 0;  // 0: its device is gone
  std::uint32_t program_id = 0;
};

std::optional<TcxLink> read_tcx(int fd) {
  bpf_link_info info{};
  __u32 size = sizeof info;
  if (bpf_obj_get_info_by_fd(fd, &info, &size) != 0) {
    return std::nullopt;
  }
  // A tcx link's ifindex is the first of the kind's own fields, as an XDP link's is.
  return TcxLink{info.xdp.ifindex, info.prog_id};
}

int create_tcx(int program_fd, unsigned ifindex) {
  bpf_attr attributes{};
  attributes.link_create.prog_fd = static_cast<__u32>(program_fd);
  attributes.link_create.target_ifindex = ifindex;
  attributes.link_create.attach_type = kTcxIngress;
  return static_cast<int>(syscall(SYS_bpf, BPF_LINK_CREATE, &attributes, sizeof attributes));
}

bpf_tc_hook ingress_of(unsigned ifindex) {
  bpf_tc_hook hook{};
  hook.sz = sizeof hook;
  hook.ifindex = static_cast<int>(ifindex);
  hook.attach_point = BPF_TC_INGRESS;
  return hook;
}

bpf_tc_opts our_filter() {
  bpf_tc_opts options{};
  options.sz = sizeof options;
  options.handle = kTcHandle;
  options.priority = kTcPriority;
  return options;
}

// Whether the device at the link's port, in the calling thread's namespace, is the link's.
bool is_there(const Link& link) {
  std::array<char, IF_NAMESIZE> name{};
  return if_indextoname(link.port, name.data()) != nullptr && name_of(link) == name.data();
}

std::optional<Link> link_named(const std::string& name) {
  std::uint32_t owner = 0;
  std::from_chars(name.data() + 1, name.data() + name.size(), owner);
  for (const pn_port_kind kind : {kPnPortInstance, kPnPortServices}) {
    const Link link{kind, owner, 0};
    if (name_of(link) == name) {
      return link;
    }
  }
  return std::nullopt;
}

// Runs a program of type syscall on `report`, which it reads and writes.
Result<> run_syscall(const bpf_program* program, void* report, std::size_t size,
                     std::string_view what) {
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  options.ctx_in = report;  // written back to: a program of type syscall has no other way out
  options.ctx_size_in = static_cast<__u32>(size);
  if (bpf_prog_test_run_opts(bpf_program__fd(program), &options) != 0) {
    return unavailable_errno(std::string(what));
  }
  return {};
}

}  // namespace

void Programs::Close::operator()(pn_fabric* object) const {
  pn_fabric__destroy(object);
}

Result<Programs> Programs::load(const RunDir& dir, Attachment attachment, bool has_links) {
  libbpf_set_print(hear_libbpf);
  libbpf_said.clear();
  TRY(drop_scratch(dir));
  TRY_ASSIGN(Pins pins, look_at_pins(dir));
  if (pins == Pins::Older && !has_links) {
    TRY(drop_older_maps(dir));  // nobody has a connection
    pins = Pins::Ours;
  }
  if (pins == Pins::Ours) {
    TRY(drop_counters_of_fewer_verdicts(dir));
  }
  Fd older_flows;
  if (pins == Pins::Older) {
    log::info("taking connections over from maps of an older layout");
    older_flows = open_pin(dir.map("pn_flows"));
    if (!older_flows) {
      return unavailable_errno("opening " + dir.map("pn_flows"));
    }
    TRY(make_folder(dir.next(), 0700));
  }
  Object object(pn_fabric__open());
  if (!object) {
    return libbpf_refused(errno, "opening the BPF object");
  }
  TRY(pin_maps(*object, older_flows ? dir.next() : dir.bpf()));
  if (const int error = pn_fabric__load(object.get())) {
    return libbpf_refused(error, "loading the BPF programs");
  }
  TRY(note_layout(bpf_map__fd(object->maps.pn_meta), static_cast<bool>(older_flows)));
  TRY(make_folder(dir.links(), 0700));
  TRY_ASSIGN(const std::uint32_t id, id_of_program(bpf_program__fd(object->progs.pn_from_eni)));
  return Programs(dir, attachment, std::move(object), id, std::move(older_flows));
}

int Programs::program_fd() const {
  return bpf_program__fd(object_->progs.pn_from_eni);
}

int Programs::map_fd(MapId map) const {
  return map_fd(info(map).name);
}

int Programs::map_fd(const char* name) const {
  const int fd = bpf_object__find_map_fd_by_name(object_->obj, name);
  POSTERN_CHECK(fd >= 0, "the object has every map of the layout");
  return fd;
}

Result<> Programs::attach(const Link& link) const {
  if (!is_there(link)) {
    return {};
  }
  if (attachment_ == Attachment::Clsact) {
    return attach_clsact(link.port);
  }
  const std::string pin = pin_of(dir_, link);
  if (const Fd old = open_pin(pin)) {
    const auto tcx = read_tcx(old.get());
    if (tcx && tcx->ifindex == link.port) {
      if (bpf_link_update(old.get(), program_fd(), nullptr) != 0) {
        return unavailable_errno("replacing the program at " + name_of(link));
      }
      return {};
    }
    TRY(unpin(link, false));
  }
  const Fd made(create_tcx(program_fd(), link.port));
  if (!made) {
    // The link went away, or another thread has just attached the program.
    if (errno == ENODEV || errno == EEXIST) {
      return {};
    }
    if (errno == EINVAL) {
      return attach_clsact(link.port);
    }
    return unavailable_errno("attaching the program to " + name_of(link));
  }
  // Another thread may just have attached the program too: one is enough, and ours goes with
  // `made`.
  if (bpf_obj_pin(made.get(), pin.c_str()) != 0 && errno != EEXIST) {
    return unavailable_errno("pinning " + pin);
  }
  return {};
}

Result<> Programs::attach_clsact(unsigned ifindex) const {
  bpf_tc_hook hook = ingress_of(ifindex);
  const int error = bpf_tc_hook_create(&hook);
  if (error == -ENODEV) {
    return {};
  }
  if (error != 0 && error != -EEXIST) {
    return libbpf_refused(error, "creating a clsact qdisc");
  }
  bpf_tc_opts options = our_filter();
  options.prog_fd = program_fd();
  options.flags = BPF_TC_F_REPLACE;
  if (const int refused = bpf_tc_attach(&hook, &options)) {
    return libbpf_refused(refused, "attaching a tc filter");
  }
  return {};
}

// The id of the program of ours at the link; 0: none.
std::uint32_t Programs::program_at(const Link& link) const {
  if (const Fd fd = open_pin(pin_of(dir_, link))) {
    const auto tcx = read_tcx(fd.get());
    return tcx && tcx->ifindex == link.port ? tcx->program_id : 0;
  }
  const bpf_tc_hook hook = ingress_of(link.port);
  bpf_tc_opts options = our_filter();
  return bpf_tc_query(&hook, &options) == 0 ? options.prog_id : 0;
}

bool Programs::is_attached(const Link& link) const {
  return program_at(link) == program_id_;
}

bool Programs::has_program(const Link& link) const {
  return program_at(link) != 0;
}

Result<std::vector<Link>> Programs::pinned() const {
  std::vector<Link> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(dir_.links(), error)) {
    if (const auto link = link_named(entry.path().filename())) {
      found.push_back(*link);
    }
  }
  if (error) {
    return unavailable("listing {}: {}", dir_.links(), error.message());
  }
  return found;
}

Result<> Programs::unpin(const Link& link, bool only_gone) const {
  const std::string pin = pin_of(dir_, link);
  if (only_gone) {
    const Fd fd = open_pin(pin);
    const auto tcx = fd ? read_tcx(fd.get()) : std::nullopt;
    if (!tcx || tcx->ifindex != 0) {
      return {};
    }
  }
  if (unlink(pin.c_str()) != 0 && errno != ENOENT) {
    return unavailable_errno("removing " + pin);
  }
  return {};
}

Result<> Programs::adopt() const {
  std::uint64_t adopted = 0;
  std::uint64_t refused = 0;
  const auto take = [&](std::span<const pn_adoption> batch) -> Result<> {
    std::ranges::copy(batch, object_->bss->pn_adoptions);
    pn_adopt_report report{.count = static_cast<__u32>(batch.size())};
    TRY(run_syscall(object_->progs.pn_adopt, &report, sizeof report, "taking connections over"));
    adopted += report.adopted;
    refused += report.refused;
    return {};
  };
  TRY(read_older_flows(older_flows_.get(), take));
  log::info("connections taken over", {{"entries", adopted}, {"refused", refused}});
  return {};
}

Result<> Programs::end_adoption() {
  TRY(note_layout(map_fd("pn_meta"), false));
  TRY(replace_older_maps(dir_));
  older_flows_ = Fd();
  return {};
}

Result<pn_sweep_report> Programs::sweep() const {
  pn_sweep_report report{};
  TRY(run_syscall(object_->progs.pn_sweep, &report, sizeof report, "sweeping the flow table"));
  return report;
}

Result<> Programs::drain() const {
  return run_syscall(object_->progs.pn_drain, nullptr, 0, "draining the flow table's counts");
}

Result<std::uint32_t> Programs::expire(pn_expire_order order) const {
  TRY(run_syscall(object_->progs.pn_expire, &order, sizeof order, "expiring connections"));
  return order.expired;
}

Result<std::vector<VerdictCount>> Programs::counters() const {
  const int cpus = libbpf_num_possible_cpus();
  if (cpus < 0) {
    return libbpf_refused(cpus, "counting CPUs");
  }
  std::vector<pn_counter> each_cpu(static_cast<std::size_t>(cpus));
  std::vector<VerdictCount> counts;
  for (const VerdictInfo& info : kVerdicts) {
    const auto key = static_cast<__u32>(info.verdict);
    if (bpf_map_lookup_elem(map_fd("pn_counters"), &key, each_cpu.data()) != 0) {
      return unavailable_errno("reading the counters");
    }
    VerdictCount count{.verdict = info.verdict};
    for (const pn_counter& counter : each_cpu) {
      count.packets += counter.packets;
      count.bytes += counter.bytes;
    }
    counts.push_back(count);
  }
  return counts;
}

}  // namespace postern::dataplane
