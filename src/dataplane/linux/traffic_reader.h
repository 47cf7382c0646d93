// SPDX-License-Identifier: Apache-2.0
// TrafficReader: what the packet programs have counted for flow logs, each packet once. [layout.h,
// pn_traffic]
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "dataplane/layout/layout.h"
#include "dataplane/linux/run_dir.h"
#include "dataplane/linux/settle.h"

namespace postern::dataplane {

// Thread safety: one thread at a time; one reader of a run directory.
class TrafficReader {
 public:
  // Over the maps that are pinned in `dir`. Opens nothing before it reads.
  explicit TrafficReader(RunDir dir) : dir_(std::move(dir)) {}

  struct Batch {
    std::vector<std::pair<pn_traffic_key, pn_traffic>> rows;
    std::uint64_t lost = 0;  // packets that were not counted since the last call
  };
  // What has been counted since the last call.
  Result<Batch> read();

 private:
  Result<> open();
  Result<__u32> begin_round() const;
  Result<> erase(const Batch& batch) const;

  RunDir dir_;
  Fd traffic_;
  Fd round_;
  Fd lost_packets_;
  std::optional<Settler> settler_;
  std::uint64_t lost_ = 0;  // as the map had it at the last call
};

}  // namespace postern::dataplane
