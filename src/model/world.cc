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
[[gnu::noinline, gnu::used]] void World::put(T record) {
  std::get<Table<T>>(tables_).put(std::make_shared<const T>(std::move(record)));
}

template <class T>
[[gnu::noinline, gnu::used]] void World::erase(const Id<T>& id) {
  std::get<Table<T>>(tables_).erase(id);
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
