// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/flow_targets.h"

#include <bpf/bpf.h>

#include <array>
#include <cerrno>
#include <vector>

#include "dataplane/layout/layout.h"

namespace postern::dataplane {
namespace {

bool counts(const pn_flow& flow) {
  return (flow.flags & kPnFlowTarget) != 0 && (flow.seen & kPnSeenDead) == 0;
}

}  // namespace

Result<std::set<std::uint32_t>> targets_in_flows(int fd) {
  std::set<std::uint32_t> found;
  std::vector<pn_flow_key> keys(4096);
  std::vector<pn_flow> flows(keys.size());
  std::array<std::byte, sizeof(pn_flow_key)> place{};  // the kernel's, in its walk
  bool first = true;
  while (true) {
    auto count = static_cast<__u32>(keys.size());
    const int code = bpf_map_lookup_batch(fd, first ? nullptr : place.data(), place.data(),
                                          keys.data(), flows.data(), &count, nullptr);
    if (code == -ENOSPC) {
      keys.resize(2 * keys.size());  // one bucket alone holds more
      flows.resize(keys.size());
      continue;
    }
    if (code != 0 && code != -ENOENT) {
      errno = -code;
      return unavailable_errno("reading the flow table");
    }
    first = false;
    for (__u32 at = 0; at < count; ++at) {
      if (counts(flows[at])) {
        found.insert(flows[at].target);
      }
    }
    if (code == -ENOENT) {
      return found;
    }
  }
}

}  // namespace postern::dataplane
