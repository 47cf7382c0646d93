// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/flow_table.h"

#include <bpf/bpf.h>

#include <array>
#include <cerrno>
#include <vector>

namespace postern::dataplane {
namespace {

bool counts(const pn_flow& flow) {
  return (flow.flags & kPnFlowTarget) != 0 && (flow.seen & kPnSeenDead) == 0;
}

}  // namespace

Result<> walk_flows(int fd, const FlowVisitor& visit) {
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
    TRY(visit(std::span(keys).first(count), std::span(flows).first(count)));
    if (code == -ENOENT) {
      return {};
    }
  }
}

Result<std::set<std::uint32_t>> targets_in_flows(int fd) {
  std::set<std::uint32_t> found;
  TRY(walk_flows(fd, [&](std::span<const pn_flow_key>, std::span<const pn_flow> flows) {
    for (const pn_flow& flow : flows) {
      if (counts(flow)) {
        found.insert(flow.target);
      }
    }
    return Result<>();
  }));
  return found;
}

Result<> read_flows(int fd, const AdoptionVisitor& adopt) {
  std::vector<pn_adoption> batch;
  const auto pass_on = [&]() -> Result<> {
    TRY(adopt(batch));
    batch.clear();
    return {};
  };
  const auto collect = [&](std::span<const pn_flow_key> keys,
                           std::span<const pn_flow> flows) -> Result<> {
    for (std::size_t at = 0; at < keys.size(); ++at) {
      if ((flows[at].seen & kPnSeenDead) != 0) {
        continue;
      }
      batch.push_back({.key = keys[at], .flow = flows[at]});
      if (batch.back().flow.acl_generation != 0) {
        batch.back().flow.acl_generation = ~0ULL;  // generations are a table's own: it asks anew
      }
      if (batch.size() == kPnAdoptions) {
        TRY(pass_on());
      }
    }
    return {};
  };
  TRY(walk_flows(fd, collect));
  return pass_on();
}

}  // namespace postern::dataplane
