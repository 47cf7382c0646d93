// SPDX-License-Identifier: Apache-2.0
#include "model/world.h"

namespace postern::model {

World::World() = default;
World::World(const World& other) = default;
World::World(World&& other) noexcept = default;
World& World::operator=(const World& other) = default;
World& World::operator=(World&& other) noexcept = default;
World::~World() = default;

template <class T>
Table<T>& World::writable() {
  auto& shared = std::get<Shared<T>>(tables_);
  if (!shared) {
    shared = std::make_shared<Table<T>>();
  } else if (shared.use_count() > 1) {
    shared = std::make_shared<Table<T>>(*shared);
  }
  return const_cast<Table<T>&>(*shared);
}

template <class T>
[[gnu::noinline, gnu::used]] void World::put(T record) {
  auto shared = std::make_shared<const T>(std::move(record));
  writable<T>().insert_or_assign(shared->id, shared);
}

template <class T>
[[gnu::noinline, gnu::used]] void World::erase(const Id<T>& id) {
  writable<T>().erase(Id<T>(id));
}

// Calls the functions of every record type, which makes them.
template <class... Ts>
struct World::Writers {
  static void call(World& world) { ((world.put(Ts()), world.erase(Id<Ts>())), ...); }
};

void World::call_writers(World& world) {
  ForEachRecord<Writers>::call(world);
}

}  // namespace postern::model
