// SPDX-License-Identifier: Apache-2.0
// Table: what lies, or shall lie, in one of the kernel's maps, as bytes sorted by key. Two of them
// are compared in one walk.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "dataplane/layout/layout.h"

namespace postern::dataplane {

// The maps that the daemon fills, in the order in which they point at one another: an entry refers
// only to entries of maps before its own.
enum class MapId {
  Vpcs,
  VpcBlocks,
  Ports,
  Targets,
  Choices,
  Splits,
  Nodes,
  Acls,
  Groups,
  Addresses,
  Listeners,
  Endpoints,
  Generations,
};
inline constexpr std::size_t kMapCount = 13;

struct MapInfo {
  MapId id;
  const char* name;  // as the programs and the pins call it
  std::uint32_t key_size;
  std::uint32_t value_size;
  // An array has all its keys always: no entry is a value of zeros.
  bool is_array;
};

inline constexpr std::array<MapInfo, kMapCount> kMaps = {{
    {MapId::Vpcs, "pn_vpcs", sizeof(__u32), sizeof(pn_vpc), false},
    {MapId::VpcBlocks, "pn_vpc_blocks", sizeof(__u32), sizeof(pn_vpc_blocks), false},
    {MapId::Ports, "pn_ports", sizeof(__u32), sizeof(pn_port), true},
    {MapId::Targets, "pn_targets", sizeof(__u32), sizeof(pn_target), false},
    {MapId::Choices, "pn_choices", sizeof(pn_choice_key), sizeof(pn_choice), false},
    {MapId::Splits, "pn_splits", sizeof(__u32), sizeof(pn_split), false},
    {MapId::Nodes, "pn_nodes", sizeof(__u32), sizeof(pn_node), false},
    {MapId::Acls, "pn_acls", sizeof(pn_acl_key), sizeof(pn_acl), false},
    {MapId::Groups, "pn_groups", sizeof(pn_group_key), sizeof(pn_group), false},
    {MapId::Addresses, "pn_addrs", sizeof(pn_addr_key), sizeof(pn_addr_info), false},
    {MapId::Listeners, "pn_listeners", sizeof(pn_listener_key), sizeof(pn_listener), false},
    {MapId::Endpoints, "pn_endpoints", sizeof(__u32), sizeof(pn_endpoint), false},
    {MapId::Generations, "pn_generations", sizeof(__u32), sizeof(__u64), true},
}};

constexpr const MapInfo& info(MapId map) {
  return kMaps[static_cast<std::size_t>(map)];
}

using Bytes = std::span<const std::byte>;

// The bytes of a key or value of layout.h. Valid as long as the object.
template <class T>
Bytes bytes_of(const T& object) {
  return std::as_bytes(std::span(&object, 1));
}

// A key or value of layout.h from its bytes.
template <class T>
T from_bytes(Bytes bytes) {
  T object{};
  std::memcpy(&object, bytes.data(), sizeof object);
  return object;
}

class Table {
 public:
  explicit Table(MapId map) : map_(map) {}

  MapId map() const { return map_; }
  std::size_t size() const { return rows_.size() / row_size(); }
  bool empty() const { return rows_.empty(); }
  Bytes key(std::size_t at) const { return row(at).first(info(map_).key_size); }
  Bytes value(std::size_t at) const { return row(at).subspan(info(map_).key_size); }

  // Adds a row behind the others. Its key is in no other row.
  void append(Bytes key, Bytes value);
  template <class Key, class Value>
  void add(const Key& key, const Value& value) {
    append(bytes_of(key), bytes_of(value));
  }

  // Adds another table's rows behind its own.
  void append(const Table& other);

  // Puts the rows in the order of their keys, as find() and difference() need them.
  void sort();

  // The value at `key`. The table is sorted.
  std::optional<Bytes> find(Bytes key) const;
  template <class Value, class Key>
  std::optional<Value> get(const Key& key) const {
    const auto found = find(bytes_of(key));
    return found ? std::optional(from_bytes<Value>(*found)) : std::nullopt;
  }

  bool operator==(const Table&) const = default;

 private:
  std::size_t row_size() const { return info(map_).key_size + info(map_).value_size; }
  Bytes row(std::size_t at) const { return std::span(rows_).subspan(at * row_size(), row_size()); }

  MapId map_;
  std::vector<std::byte> rows_;
};

// A key that two tables of a map hold differently. At least one of the values is there.
struct Difference {
  Bytes key;
  std::optional<Bytes> actual;
  std::optional<Bytes> desired;
};

// Where `actual` and `desired` differ, by key. Valid as long as both tables, which are sorted.
std::vector<Difference> difference(const Table& actual, const Table& desired);

// One table for each map.
class Tables {
 public:
  Tables();
  Table& operator[](MapId map) { return tables_[static_cast<std::size_t>(map)]; }
  const Table& operator[](MapId map) const { return tables_[static_cast<std::size_t>(map)]; }
  void append(const Tables& others);
  void sort();
  bool operator==(const Tables&) const = default;

 private:
  std::vector<Table> tables_;
};

}  // namespace postern::dataplane
