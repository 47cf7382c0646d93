// SPDX-License-Identifier: Apache-2.0
// Inbox: a bounded queue, many threads in, one out. Published: one thread in, many out, newest only.
// The only two places in which threads meet.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace postern {

template <class T>
class Inbox {
 public:
  explicit Inbox(std::size_t limit) : limit_(limit) {}

  // False when full or closed; the item is not taken then.
  [[nodiscard]] bool push(T item) {
    {
      std::lock_guard lock(mutex_);
      if (closed_ || items_.size() >= limit_) {
        return false;
      }
      items_.push_back(std::move(item));
    }
    arrived_.notify_one();
    return true;
  }

  // The oldest item; waits for one. nullopt once closed and empty.
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return closed_ || !items_.empty(); });
    if (items_.empty()) {
      return std::nullopt;
    }
    T item = std::move(items_.front());
    items_.pop_front();
    return item;
  }

  // Nothing more goes in; what is in comes out.
  void close() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    arrived_.notify_all();
  }

 private:
  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<T> items_;
  bool closed_ = false;
};

// The newest value of something that has a number which only grows.
template <class T>
class Published {
 public:
  explicit Published(std::shared_ptr<const T> first) : value_(std::move(first)) {}

  std::shared_ptr<const T> get() const {
    std::lock_guard lock(mutex_);
    return value_;
  }

  void set(std::shared_ptr<const T> value) {
    {
      std::lock_guard lock(mutex_);
      value_ = std::move(value);
    }
    changed_.notify_all();
  }

  // The newest value, once it is not `seen` any more, `timeout` has passed or `stop` is set.
  std::shared_ptr<const T> wait_newer(const std::shared_ptr<const T>& seen,
                                      std::chrono::milliseconds timeout,
                                      const std::atomic<bool>& stop) const {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, timeout, [&] { return value_ != seen || stop.load(); });
    return value_;
  }

  // Lets waiters look at their `stop` again. Call it after setting one.
  void wake() const {
    { std::lock_guard lock(mutex_); }
    changed_.notify_all();
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::shared_ptr<const T> value_;
};

}  // namespace postern
