// SPDX-License-Identifier: Apache-2.0
// Table: the records of one type by id, as a value. A copy costs as little as a pointer's and never
// changes; a write to a table of N records that has copies makes anew what is on its way, some N/64
// pointers and 64 entries, and shares the rest.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "model/id.h"

namespace postern::model {

template <class T>
class Table {
 public:
  using key_type = Id<T>;
  using value_type = std::pair<Id<T>, std::shared_ptr<const T>>;

 private:
  static constexpr std::size_t kChunkMax = 64;
  using Chunk = std::vector<value_type>;  // by id; never empty
  struct Root {
    std::vector<std::shared_ptr<Chunk>> chunks;  // by id
    std::size_t size = 0;
  };

 public:
  // Holds what it goes through: a write to the table meanwhile changes nothing for it.
  class const_iterator {
   public:
    using value_type = Table::value_type;
    using difference_type = std::ptrdiff_t;
    using reference = const value_type&;
    using pointer = const value_type*;
    using iterator_category = std::forward_iterator_tag;

    const_iterator() = default;
    reference operator*() const { return (*root_->chunks[chunk_])[entry_]; }
    pointer operator->() const { return &**this; }
    const_iterator& operator++() {
      if (++entry_ == root_->chunks[chunk_]->size()) {
        ++chunk_;
        entry_ = 0;
      }
      return *this;
    }
    const_iterator operator++(int) {
      const_iterator before = *this;
      ++*this;
      return before;
    }
    // Of iterators over one table only.
    bool operator==(const const_iterator& other) const {
      return chunk_ == other.chunk_ && entry_ == other.entry_;
    }

   private:
    friend class Table;
    template <class U, class Take>
    friend void for_each_change(const Table<U>& before, const Table<U>& after, Take take);
    const_iterator(std::shared_ptr<const Root> root, std::size_t chunk, std::size_t entry)
        : root_(std::move(root)), chunk_(chunk), entry_(entry) {}

    std::shared_ptr<const Root> root_;
    std::size_t chunk_ = 0;
    std::size_t entry_ = 0;
  };
  using iterator = const_iterator;

  std::size_t size() const { return root_ ? root_->size : 0; }
  bool empty() const { return size() == 0; }
  const_iterator begin() const { return {root_, 0, 0}; }
  const_iterator end() const { return {nullptr, root_ ? root_->chunks.size() : 0, 0}; }

  // The first entry whose id is not less than `id`.
  const_iterator lower_bound(const Id<T>& id) const {
    if (!root_) {
      return end();
    }
    const auto chunk = chunk_of(*root_, id);
    if (chunk == root_->chunks.end()) {
      return begin();
    }
    const auto entry = entry_of(**chunk, id);
    const bool beyond = entry == (*chunk)->end();
    return {root_, static_cast<std::size_t>(chunk - root_->chunks.begin()) + (beyond ? 1 : 0),
            beyond ? 0 : static_cast<std::size_t>(entry - (*chunk)->begin())};
  }

  // The record, or null.
  const T* find(const Id<T>& id) const {
    if (!root_) {
      return nullptr;
    }
    const auto chunk = chunk_of(*root_, id);
    if (chunk == root_->chunks.end()) {
      return nullptr;
    }
    const auto entry = entry_of(**chunk, id);
    return entry != (*chunk)->end() && entry->first == id ? entry->second.get() : nullptr;
  }

  bool contains(const Id<T>& id) const { return find(id) != nullptr; }

  // Adds the record, or replaces the one of its id.
  void put(std::shared_ptr<const T> record) {
    Root& root = own_root();
    Id<T> id = record->id;
    if (root.chunks.empty()) {
      root.chunks.push_back(std::make_shared<Chunk>());
      root.chunks[0]->emplace_back(std::move(id), std::move(record));
      root.size = 1;
      return;
    }
    auto at = chunk_of(root, id);
    at = at == root.chunks.end() ? root.chunks.begin() : at;  // it comes before all there are
    Chunk& chunk = own(*at);
    const auto entry = entry_of(chunk, id);
    if (entry != chunk.end() && entry->first == id) {
      entry->second = std::move(record);
      return;
    }
    chunk.emplace(entry, std::move(id), std::move(record));
    ++root.size;
    if (chunk.size() > kChunkMax) {
      const auto middle = chunk.begin() + kChunkMax / 2;
      auto rest = std::make_shared<Chunk>(std::make_move_iterator(middle),
                                          std::make_move_iterator(chunk.end()));
      chunk.erase(middle, chunk.end());
      root.chunks.insert(at + 1, std::move(rest));
    }
  }

  // Removes the record, if there is one.
  void erase(const Id<T>& id) {
    if (find(id) == nullptr) {
      return;
    }
    Root& root = own_root();
    const auto at = chunk_of(root, id);
    Chunk& chunk = own(*at);
    chunk.erase(entry_of(chunk, id));
    --root.size;
    if (chunk.empty()) {
      root.chunks.erase(at);
    } else if (at + 1 != root.chunks.end() && chunk.size() + (*(at + 1))->size() <= kChunkMax / 2) {
      chunk.insert(chunk.end(), (*(at + 1))->begin(), (*(at + 1))->end());
      root.chunks.erase(at + 1);
    }
  }

 private:
  // The chunk that `id` is in if it is in the table: the last one that does not begin after it.
  // end() if all do.
  template <class SomeRoot>
  static auto chunk_of(SomeRoot& root, const Id<T>& id) {
    const auto after = std::upper_bound(
        root.chunks.begin(), root.chunks.end(), id,
        [](const Id<T>& wanted, const auto& chunk) { return wanted < chunk->front().first; });
    return after == root.chunks.begin() ? root.chunks.end() : after - 1;
  }
  // Where it is, or would be.
  template <class SomeChunk>
  static auto entry_of(SomeChunk& chunk, const Id<T>& id) {
    return std::lower_bound(
        chunk.begin(), chunk.end(), id,
        [](const value_type& entry, const Id<T>& wanted) { return entry.first < wanted; });
  }

  // What nobody else has, so that it may be written to: made anew if somebody has.
  template <class Shared>
  static Shared& own(std::shared_ptr<Shared>& shared) {
    if (shared.use_count() > 1) {
      shared = std::make_shared<Shared>(*shared);
    }
    // Whoever let go of it last, in another thread, has read what it read before.
    std::atomic_thread_fence(std::memory_order_acquire);
    return *shared;
  }
  Root& own_root() {
    if (!root_) {
      root_ = std::make_shared<Root>();
    }
    return own(root_);
  }

  std::shared_ptr<Root> root_;  // null: empty

  template <class U, class Take>
  friend void for_each_change(const Table<U>& before, const Table<U>& after, Take take);
};

// Calls `take(before, after)` with what is another record in the one table than in the other, in
// the order of the ids; one of the two pointers to shared pointers is null where a record came or
// went. What the tables share is passed over by the chunk.
template <class T, class Take>
void for_each_change(const Table<T>& before, const Table<T>& after, Take take) {
  if (before.root_ == after.root_) {
    return;
  }
  auto a = before.begin();
  auto b = after.begin();
  const auto end_a = before.end();
  const auto end_b = after.end();
  while (a != end_a || b != end_b) {
    if (a != end_a && b != end_b && a.entry_ == 0 && b.entry_ == 0 &&
        a.root_->chunks[a.chunk_] == b.root_->chunks[b.chunk_]) {
      ++a.chunk_;
      ++b.chunk_;
    } else if (b == end_b || (a != end_a && a->first < b->first)) {
      take(&a->second, nullptr);
      ++a;
    } else if (a == end_a || b->first < a->first) {
      take(nullptr, &b->second);
      ++b;
    } else {
      if (a->second != b->second) {
        take(&a->second, &b->second);
      }
      ++a;
      ++b;
    }
  }
}

}  // namespace postern::model
