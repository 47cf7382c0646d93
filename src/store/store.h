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

// Thread safety: one thread at a time.
class Store {
 public:
  virtual ~Store() = default;

  // The World as last committed; the empty one for a new store. A record that cannot be read is an
  // error that names it: part of a World is no World.
  virtual Result<model::World> load() = 0;

  // Makes `changes` durable as `revision`, all or none. `revision` is the store's own plus one;
  // anything else means that somebody else has written, and is an error.
  //
  // After an error load() shows nothing of it, and the next commit takes its place. Only when the
  // disk failed in the act and the process ends before another commit may it still come back, and
  // then whole.
  virtual Result<> commit(std::uint64_t revision, const std::vector<Change>& changes) = 0;
};

}  // namespace postern::store
