// SPDX-License-Identifier: Apache-2.0
#include "core/reset.h"

#include <algorithm>

#include "model/instance_state.h"

namespace postern::core {
namespace {

using model::Account;
using model::Instance;
using model::InstanceState;
using model::World;
using std::chrono::steady_clock;

// Whether the instance's machine may still be there. Its runner says when it is not.
bool has_machine(const Instance& instance) {
  return instance.state != InstanceState::Terminated;
}

std::ptrdiff_t machines(const World& world) {
  const auto& all = world.all<Instance>();
  return std::count_if(all.begin(), all.end(),
                       [](const auto& row) { return has_machine(*row.second); });
}

template <class T>
void wipe_table(model::Transaction& tx);

// Groups would launch others in their place.
void terminate_all(model::Transaction& tx) {
  wipe_table<model::AutoScalingGroup>(tx);
  const auto instances = tx.world().all<Instance>();
  for (const auto& [id, instance] : instances) {
    if (has_machine(*instance)) {
      model::begin_termination(tx, id, model::ShutdownManner::Immediate);
    }
  }
}

template <class T>
void wipe_table(model::Transaction& tx) {
  const model::Table<T> records = tx.world().all<T>();
  for (const auto& [id, record] : records) {
    tx.erase(id);
  }
}

// The account, as one that has not been used.
template <>
void wipe_table<Account>(model::Transaction& tx) {
  const model::Table<Account> accounts = tx.world().all<Account>();
  for (const auto& [id, account] : accounts) {
    if (!account->regions.empty()) {
      Account unused = *account;
      unused.regions.clear();
      tx.put(std::move(unused));
    }
  }
}

template <>
void wipe_table<model::Counters>(model::Transaction&) {}

template <>
void wipe_table<model::Settings>(model::Transaction&) {}

template <class... Ts>
struct Tables {
  static void wipe(model::Transaction& tx) { (wipe_table<Ts>(tx), ...); }
};

}  // namespace

Result<std::uint64_t> reset(Core& core, std::chrono::milliseconds timeout,
                            const std::atomic<bool>& stop) {
  const auto deadline = steady_clock::now() + timeout;
  while (true) {
    const auto seen = core.snapshot();
    bool wiped = false;
    // Asked again after every change: clients may launch instances meanwhile.
    TRY_ASSIGN(const std::uint64_t revision, core.run([&](model::Transaction& tx) -> Result<> {
      terminate_all(tx);
      wiped = machines(tx.world()) == 0;
      if (wiped) {
        model::ForEachRecord<Tables>::wipe(tx);
      }
      return {};
    }));
    if (wiped) {
      return revision;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
    if (left.count() <= 0 || stop) {
      return unavailable("{} instances have not ended yet", machines(*core.snapshot()));
    }
    core.world().wait_newer(seen, left, stop);
  }
}

}  // namespace postern::core
