// SPDX-License-Identifier: Apache-2.0
// Applier: brings the machine to a Program. Program minus what is there -> steps -> Kernel.
#pragma once

#include <optional>

#include "dataplane/apply/plan.h"

namespace postern::dataplane {

// Thread safety: one thread at a time.
class Applier {
 public:
  // `kernel` outlives the applier, and nobody else writes to its maps.
  explicit Applier(Kernel& kernel) : kernel_(kernel) {}

  // Safe to run again after any failure, and after none. When it returns without an error, the
  // machine holds `desired` and no packet is judged by anything before it.
  Result<> apply(const Program& desired);

 private:
  Result<Actual> look() const;
  Result<> run(const Step& step) const;

  Kernel& kernel_;
  // What the last apply() left; nothing when it failed, or before the first: then the kernel is
  // asked.
  std::optional<Program> applied_;
};

}  // namespace postern::dataplane
