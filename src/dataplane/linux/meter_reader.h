// SPDX-License-Identifier: Apache-2.0
// MeterReader: what endpoints and load balancers have carried, and how many connections they have.
// [layout.h, pn_meters and pn_active]
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "dataplane/layout/layout.h"
#include "dataplane/linux/run_dir.h"

namespace postern::dataplane {

// Thread safety: one thread at a time.
class MeterReader {
 public:
  // Over the maps that are pinned in `dir`. Opens nothing before it reads.
  explicit MeterReader(RunDir dir) : dir_(std::move(dir)) {}

  struct Row {
    pn_meter_key key;
    pn_meter meter;  // all CPUs' together
  };
  // Since the map was made.
  Result<std::vector<Row>> read();
  // What is no more: it begins anew at 0, should it come again.
  Result<> forget(const std::vector<pn_meter_key>& keys);

  // Of the newest sweep. Not while another sweeps.
  Result<std::vector<std::pair<pn_meter_key, std::uint32_t>>> connections();

 private:
  Result<> open();

  RunDir dir_;
  Fd meters_;
  Fd active_;
  Fd round_;
  std::size_t cpus_ = 0;
};

}  // namespace postern::dataplane
