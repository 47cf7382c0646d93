// SPDX-License-Identifier: Apache-2.0
#include "store/memory_store.h"

#include "store/record_codec.h"

namespace postern::store {

Result<model::World> MemoryStore::load() {
  model::WorldBuilder world;
  for (const auto& [key, record] : rows_) {
    TRY(read_row(key.first, key.second, record, world));
  }
  return world.revision(revision_).build();
}

Result<> MemoryStore::commit(std::uint64_t revision, const std::vector<Change>& changes) {
  if (revision != revision_ + 1) {
    return unavailable("revision {} does not follow the store's {}", revision, revision_);
  }
  for (const Change& change : changes) {
    if (change.record) {
      rows_.insert_or_assign({change.table, change.id}, *change.record);
    } else {
      rows_.erase({change.table, change.id});
    }
  }
  revision_ = revision;
  return {};
}

}  // namespace postern::store
