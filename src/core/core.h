// SPDX-License-Identifier: Apache-2.0
// Core: the single writer. Commands go in one after another, durable revisions come out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <thread>

#include "base/ids.h"
#include "base/inbox.h"
#include "base/result.h"
#include "base/time.h"
#include "model/transaction.h"
#include "store/store.h"

namespace postern::core {

// Writes to the transaction, or refuses: then nothing is changed. Runs on the core's thread, to its
// end, and must not wait for anything.
using Command = std::function<Result<>(model::Transaction&)>;

// Thread safety: every call may come from any thread.
class Core {
 public:
  // Goes on from what `store` holds. `store`, `clock` and `ids` outlive the core.
  Core(store::Store& store, model::World world, const Clock& clock, IdSource& ids);
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  // Runs `command`; returns the revision that made it durable. A command that writes nothing gives
  // the present revision. RequestLimitExceeded when too many wait.
  Result<std::uint64_t> run(Command command);

  // Queues `command` without waiting for it; what it refuses is logged. False when the inbox is full.
  bool post(std::string what, Command command);

  // The newest World. wait_newer() of it is how others follow.
  const Published<model::World>& world() const { return world_; }
  std::shared_ptr<const model::World> snapshot() const { return world_.get(); }

 private:
  struct Job;

  void loop();
  Result<std::uint64_t> commit(const Command& command);

  store::Store& store_;
  const Clock& clock_;
  IdSource& ids_;
  Published<model::World> world_;
  Inbox<std::shared_ptr<Job>> inbox_;
  std::thread thread_;
};

}  // namespace postern::core
