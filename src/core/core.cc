// SPDX-License-Identifier: Apache-2.0
#include "core/core.h"

#include <exception>
#include <future>
#include <utility>

#include "base/log.h"
#include "store/record_codec.h"

namespace postern::core {
namespace {

// A commit takes about a millisecond: what stands at the end of a full inbox waits about a second,
// and a client that hears RequestLimitExceeded tries again by itself.
constexpr std::size_t kWaitingMax = 1024;

Result<std::uint64_t> thrown(std::string_view words) {
  return unavailable("running a command: {}", words);
}

}  // namespace

struct Core::Job {
  Command command;
  std::string what;                                         // of a posted one
  std::optional<std::promise<Result<std::uint64_t>>> done;  // of one that is waited for
};

Core::Core(store::Store& store, model::World world, const Clock& clock, IdSource& ids)
    : store_(store),
      clock_(clock),
      ids_(ids),
      world_(std::make_shared<const model::World>(std::move(world))),
      inbox_(kWaitingMax),
      thread_([this] { loop(); }) {}

Core::~Core() {
  inbox_.close();
  thread_.join();
}

Result<std::uint64_t> Core::run(Command command) {
  auto job = std::make_unique<Job>();
  job->command = std::move(command);
  auto done = job->done.emplace().get_future();
  if (!inbox_.push(std::move(job))) {
    return refuse(faults::RequestLimitExceeded, "Request limit exceeded.");
  }
  return done.get();
}

bool Core::post(std::string what, Command command) {
  auto job = std::make_unique<Job>();
  job->command = std::move(command);
  job->what = std::move(what);
  return inbox_.push(std::move(job));
}

void Core::loop() {
  while (auto job = inbox_.pop()) {
    auto result = commit((*job)->command);
    if ((*job)->done) {
      (*job)->done->set_value(std::move(result));
    } else if (!result) {
      log::warn("command failed", {{"command", (*job)->what},
                                   {"code", result.error().fault().code},
                                   {"error", result.error().message()}});
    }
  }
}

Result<std::uint64_t> Core::commit(const Command& command) {
  // A command, the store's library or memory may throw. Whatever did, nothing is published.
  try {
    return commit_or_throw(command);
  } catch (const std::exception& exception) {
    return thrown(exception.what());
  } catch (...) {
    return thrown("something that is no exception");
  }
}

Result<std::uint64_t> Core::commit_or_throw(const Command& command) {
  const auto base = world_.get();
  model::Transaction transaction(*base, clock_.now(), ids_);
  TRY(command(transaction));
  if (transaction.touched().empty()) {
    return base->revision();
  }
  // Everything that could still fail stands before the commit: what is durable gets published.
  auto next = std::make_shared<const model::World>(transaction.world());
  const std::uint64_t revision = next->revision();
  TRY(store_.commit(revision, store::changes_of(transaction)));
  world_.set(std::move(next));
  return revision;
}

}  // namespace postern::core
