// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
#pragma once

#include "lib/maps.h"

static __always_inline __u32 pn_second(__u64 now) {
  if (pn_test_clock) {
    const __u32 zero = 0;
    const __u64* offset = bpf_map_lookup_elem(&pn_clock, &zero);
    now += offset ? *offset : 0;
  }
  return now / 1000000000;
}

// The second, of CLOCK_MONOTONIC. Coarse: good to a few milliseconds, and cheap.
static __always_inline __u32 pn_now(void) {
  return pn_second(bpf_ktime_get_coarse_ns());
}

// For programs of type syscall, which may not have the coarse one.
static __always_inline __u32 pn_now_exactly(void) {
  return pn_second(bpf_ktime_get_ns());
}
