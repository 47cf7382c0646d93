// SPDX-License-Identifier: Apache-2.0
// DryRun: the packet program, asked what would become of a packet. It is the program that runs at
// the links, loaded once more over the same maps with pn_dry_run set: it judges and changes
// nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>

#include "base/result.h"
#include "dataplane/layout/verdict.h"
#include "dataplane/linux/run_dir.h"

struct pn_fabric;

namespace postern::dataplane {

// Thread safety: any thread.
class DryRun {
 public:
  // Over the maps that are pinned in `dir`. Loads nothing before it is asked.
  explicit DryRun(RunDir dir);
  ~DryRun();

  // The verdict on `frame` if it came from the guest at link `port` now, as a connection's first
  // packet. Errors: the kernel's.
  Result<Verdict> judge(std::uint32_t port, std::span<const std::uint8_t> frame);

 private:
  Result<> load();

  RunDir dir_;
  std::mutex mutex_;  // one packet at a time: the program's scratch is one a CPU
  pn_fabric* object_ = nullptr;
};

}  // namespace postern::dataplane
