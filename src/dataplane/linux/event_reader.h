// SPDX-License-Identifier: Apache-2.0
// EventReader: what the packet programs tell of packets while somebody watches. [layout.h,
// pn_events]
#pragma once

#include <chrono>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "dataplane/layout/layout.h"
#include "dataplane/linux/run_dir.h"

struct ring_buffer;

namespace postern::dataplane {

// Thread safety: one thread at a time.
class EventReader {
 public:
  // Over the maps that are pinned in `dir`. Opens nothing before it reads.
  explicit EventReader(RunDir dir) : dir_(std::move(dir)) {}
  ~EventReader();
  EventReader(const EventReader&) = delete;
  EventReader& operator=(const EventReader&) = delete;

  struct Batch {
    std::vector<pn_event> events;  // in their order
    std::uint64_t lost = 0;        // that found no room, since the maps were made
  };
  // Has the programs tell for some seconds from now on, and gives what they have told since the
  // last call. Waits for the first event for at most `patience`.
  Result<Batch> read(std::chrono::milliseconds patience);

 private:
  Result<> open();
  Result<std::uint64_t> keep_watching() const;

  RunDir dir_;
  Fd events_;
  Fd watching_;
  ring_buffer* ring_ = nullptr;
  std::vector<pn_event> told_;
};

}  // namespace postern::dataplane
