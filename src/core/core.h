// SPDX-License-Identifier: Apache-2.0
// Core: the single writer. Commands go in one after another, durable revisions come out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/ids.h"
#include "base/inbox.h"
#include "base/result.h"
#include "base/time.h"
#include "model/transaction.h"
#include "store/store.h"

namespace postern::core {

// Writes to the transaction, or refuses: then nothing is changed. Runs on the core's thread, to its
// end, and must not wait for anything. What it throws is answered as InternalError.
using Command = std::function<Result<>(model::Transaction&)>;

// Thread safety: every call may come from any thread but the core's own.
class Core {
 public:
  // Goes on from `world`, which is what `store` holds. `store`, `clock` and `ids` outlive the core,
  // and nobody else uses them meanwhile except for a clock and a thread-safe IdSource.
  Core(store::Store& store, model::World world, const Clock& clock, IdSource& ids);
  // Runs what is queued, then ends.
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  // Runs `command`; returns the revision that made it durable. A command that writes nothing gives
  // the present revision. RequestLimitExceeded when too many wait; an Environment error when the
  // store refused. After any error the World is as it was.
  Result<std::uint64_t> run(Command command);

  // Queues `command` without waiting for it; what it refuses is logged. False when too many wait:
  // then it will not run, and the caller tries again later.
  [[nodiscard]] bool post(std::string what, Command command);

  // The newest World. wait_newer() of it is how others follow.
  const Published<model::World>& world() const { return world_; }
  std::shared_ptr<const model::World> snapshot() const { return world_.get(); }

 private:
  struct Job;

  void loop();
  Result<std::uint64_t> commit(const Command& command);
  Result<std::uint64_t> commit_or_throw(const Command& command);

  store::Store& store_;
  const Clock& clock_;
  IdSource& ids_;
  Published<model::World> world_;
  Inbox<std::unique_ptr<Job>> inbox_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace postern::core
