// SPDX-License-Identifier: Apache-2.0
// Store: what keeps the World over the daemon's life. One transaction is one durable revision.
//
// Two implementations: sqlite_store.h, and memory_store.h, the reference. Both pass
// store_contract_test.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/transaction.h"

namespace postern::store {

// One record put (with its text) or erased (without).
struct Change {
  std::string table;
  std::string id;
  std::optional<std::string> record;  // JSON, see record_codec.h
};

class Store {
 public:
  virtual ~Store() = default;

  // The World as last committed; the empty one for a new store.
  virtual Result<model::World> load() = 0;

  // Makes `changes` durable as `revision`, all or none. After an error nothing of it is there.
  virtual Result<> commit(std::uint64_t revision, const std::vector<Change>& changes) = 0;
};

}  // namespace postern::store
