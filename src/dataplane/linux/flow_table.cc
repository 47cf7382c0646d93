// SPDX-License-Identifier: Apache-2.0
#include "dataplane/linux/flow_table.h"

#include <vector>

#include "dataplane/linux/map_walk.h"

namespace postern::dataplane {
namespace {

bool counts(const pn_flow& flow) {
  return (flow.flags & kPnFlowTarget) != 0 && (flow.seen & kPnSeenDead) == 0;
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
