// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/flow_table.h"

#include <cstddef>
#include <cstring>
#include <vector>

#include "dataplane/linux/map_io.h"
#include "dataplane/linux/map_walk.h"

namespace postern::dataplane {
namespace {

bool counts(const pn_flow& flow) {
  return (flow.flags & kPnFlowTarget) != 0 && (flow.seen & kPnSeenDead) == 0;
}

// What all layouts' entries begin with, from the oldest that is taken over.
constexpr std::size_t kCommonBytes = offsetof(pn_flow, cut_generation);

pn_flow of_older(std::span<const std::byte> older) {
  pn_flow flow{};
  std::memcpy(&flow, older.data(), kCommonBytes);
  if (flow.acl_generation != 0) {
    flow.acl_generation = ~0ULL;  // generations are a table's own: it asks anew
  }
  return flow;
}

Result<std::size_t> value_bytes_of(int fd) {
  TRY_ASSIGN(const bpf_map_info info, shape_of(fd, "the older flow table"));
  if (info.key_size != sizeof(pn_flow_key) || info.value_size < kCommonBytes) {
    return unavailable("the older flow table has keys of {} and values of {} bytes", info.key_size,
                       info.value_size);
  }
  return std::size_t{info.value_size};
}

}  // namespace

Result<> walk_flows(int fd, const FlowVisitor& visit) {
  return walk_map<pn_flow_key, pn_flow>(fd, "reading the flow table", visit);
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

Result<> read_older_flows(int fd, const AdoptionVisitor& adopt) {
  std::vector<pn_adoption> batch;
  const auto pass_on = [&]() -> Result<> {
    TRY(adopt(batch));
    batch.clear();
    return {};
  };
  TRY_ASSIGN(const std::size_t bytes, value_bytes_of(fd));
  const auto collect = [&](std::span<const pn_flow_key> keys,
                           std::span<const std::byte> flows) -> Result<> {
    for (std::size_t at = 0; at < keys.size(); ++at) {
      const pn_flow flow = of_older(flows.subspan(at * bytes, bytes));
      if ((flow.seen & kPnSeenDead) != 0) {
        continue;
      }
      batch.push_back({.key = keys[at], .flow = flow});
      if (batch.size() == kPnAdoptions) {
        TRY(pass_on());
      }
    }
    return {};
  };
  TRY(walk_map_bytes<pn_flow_key>(fd, "reading the older flow table", bytes, collect));
  return pass_on();
}

}  // namespace postern::dataplane
