// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/flow_table.h"

#include <array>
#include <cstddef>
#include <cstring>
#include <vector>

#include "dataplane/linux/map_walk.h"

namespace postern::dataplane {
namespace {

bool counts(const pn_flow& flow) {
  return (flow.flags & kPnFlowTarget) != 0 && (flow.seen & kPnSeenDead) == 0;
}

// An entry of the layouts 2 and 3: ours begin as those do.
struct OlderFlow {
  std::array<std::byte, offsetof(pn_flow, cut_generation)> bytes;
};

pn_flow of_older(const OlderFlow& older) {
  pn_flow flow{};
  std::memcpy(&flow, older.bytes.data(), older.bytes.size());
  if (flow.acl_generation != 0) {
    flow.acl_generation = ~0ULL;  // generations are a table's own: it asks anew
  }
  return flow;
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
  const auto collect = [&](std::span<const pn_flow_key> keys,
                           std::span<const OlderFlow> flows) -> Result<> {
    for (std::size_t at = 0; at < keys.size(); ++at) {
      const pn_flow flow = of_older(flows[at]);
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
  TRY((walk_map<pn_flow_key, OlderFlow>(fd, "reading the older flow table", collect)));
  return pass_on();
}

}  // namespace postern::dataplane
