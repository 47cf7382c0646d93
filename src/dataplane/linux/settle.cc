// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/settle.h"

#include <bpf/bpf.h>

namespace postern::dataplane {

Result<Settler> Settler::make() {
  Fd inner(
      bpf_map_create(BPF_MAP_TYPE_ARRAY, "pn_settle_in", sizeof(__u32), sizeof(__u32), 1, nullptr));
  if (!inner) {
    return unavailable_errno("creating a BPF map");
  }
  bpf_map_create_opts options{};
  options.sz = sizeof options;
  options.inner_map_fd = static_cast<__u32>(inner.get());
  Fd outer(bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "pn_settle", sizeof(__u32), sizeof(__u32), 1,
                          &options));
  if (!outer) {
    return unavailable_errno("creating a BPF map of maps");
  }
  return Settler(std::move(inner), std::move(outer));
}

Result<> Settler::settle() const {
  // The kernel promises this wait for whoever replaces an inner map: the one system call that ends
  // with synchronize_rcu() on every kernel. [kernel/bpf/syscall.c, maybe_wait_bpf_programs]
  const __u32 zero = 0;
  const int inner = inner_.get();
  if (bpf_map_update_elem(outer_.get(), &zero, &inner, BPF_ANY) != 0) {
    return unavailable_errno("waiting for running BPF programs");
  }
  return {};
}

}  // namespace postern::dataplane
