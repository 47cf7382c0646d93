// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/dry_run.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <string_view>

#include "dataplane/bpf/pn_fabric.skel.h"
#include "dataplane/linux/net_namespace.h"
#include "dataplane/linux/older_maps.h"

namespace postern::dataplane {

DryRun::DryRun(RunDir dir) : dir_(std::move(dir)) {}

DryRun::~DryRun() {
  if (object_ != nullptr) {
    pn_fabric__destroy(object_);
  }
}

Result<> DryRun::load() {
  pn_fabric* made = pn_fabric__open();
  if (made == nullptr) {
    return unavailable_errno("opening the BPF object");
  }
  made->rodata->pn_dry_run = 1;
  bpf_program__set_autoload(made->progs.pn_sweep, false);
  bpf_program__set_autoload(made->progs.pn_adopt, false);
  bpf_program__set_autoload(made->progs.pn_expire, false);
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, made->obj) {
    const char* const name = bpf_map__name(map);
    // A packet of the links may come between two steps of ours: the scratch must not be theirs.
    if (!bpf_map__is_internal(map) && !is_scratch(name)) {
      bpf_map__set_pin_path(map, pin_of_map(dir_, name).c_str());
    }
  }
  if (pn_fabric__load(made) != 0) {
    const int error = errno;
    pn_fabric__destroy(made);
    errno = error;
    return unavailable_errno("loading the packet program for dry runs");
  }
  object_ = made;
  return {};
}

Result<Verdict> DryRun::judge(std::uint32_t port, std::span<const std::uint8_t> frame) {
  const std::scoped_lock lock(mutex_);
  if (object_ == nullptr) {
    TRY(load());
  }
  TRY_ASSIGN(const Fd fabric, open_namespace(dir_.fabric()));
  __sk_buff context{};
  context.ifindex = port;
  bpf_test_run_opts run{};
  run.sz = sizeof run;
  run.data_in = frame.data();
  run.data_size_in = static_cast<__u32>(frame.size());
  run.ctx_in = run.ctx_out = &context;
  run.ctx_size_in = run.ctx_size_out = sizeof context;
  return in_namespace(fabric.get(), [&]() -> Result<Verdict> {
    if (bpf_prog_test_run_opts(bpf_program__fd(object_->progs.pn_from_eni), &run) != 0) {
      return unavailable_errno("asking the packet program");
    }
    return static_cast<Verdict>(context.cb[kPnCbVerdict]);
  });
}

}  // namespace postern::dataplane
