// SPDX-License-Identifier: Apache-2.0
// Transaction: a World being changed. What AWS's rules write goes through here; the core commits
// it as one revision, or drops it when the rules refuse.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "base/ids.h"
#include "model/world.h"

namespace postern::model {

class Transaction {
 public:
  // A transaction over `base` at `now`. `ids` outlives it.
  Transaction(World base, TimePoint now, IdSource& ids)
      : world_(std::move(base)), now_(now), ids_(&ids) {
    ++world_.revision_;
  }

  // The World as this transaction has it so far.
  const World& world() const { return world_; }
  TimePoint now() const { return now_; }
  IdSource& ids() { return *ids_; }

  // Adds `record`, or replaces the one of its id.
  template <class T>
  void put(T record) {
    touched_.insert({T::kTable, record.id.value});
    world_.put(std::move(record));
  }

  // Removes the record of `id`, if there is one.
  template <class T>
  void erase(const Id<T>& id) {
    touched_.insert({T::kTable, id.value});
    world_.erase(id);
  }

  // A number that no record has had before, as the data plane names things.
  std::uint32_t next_number();

  // The smallest ifindex that no instance interface and no VPC's services link uses.
  std::uint32_t free_port() const;

  // (table, id) of every record put or erased.
  const std::set<std::pair<std::string, std::string>>& touched() const { return touched_; }

 private:
  World world_;
  TimePoint now_;
  IdSource* ids_;
  std::set<std::pair<std::string, std::string>> touched_;
};

}  // namespace postern::model
