// SPDX-License-Identifier: Apache-2.0
// EachVpc: something that Postern is in every VPC, such as its resolver: opened when the VPC comes,
// closed when it goes. What cannot be opened yet, since its namespace is still being made, is tried
// again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/result.h"

namespace postern::sockets {

// T has close(). Used on one thread, but for wait_open().
template <class T>
class EachVpc {
 public:
  explicit EachVpc(std::string what) : what_(std::move(what)) {}

  // Whether something could not be opened so far.
  bool waits() const { return !failed_tries_.empty(); }

  // Waits until it is open in the VPC of that id. False when it is not by then. Any thread.
  bool wait_open(const std::string& id, std::chrono::milliseconds timeout) const {
    std::unique_lock lock(mutex_);
    return opened_.wait_for(lock, timeout, [&] { return open_.contains(id); });
  }

  // `vpcs` is a map by their ids; `open` makes the T of one of its values.
  template <class Vpcs, class Open>
  void follow(const Vpcs& vpcs, Open open) {
    const auto is_gone = [&](const std::string& id) {
      return !vpcs.contains(typename Vpcs::key_type(id));
    };
    {
      std::lock_guard lock(mutex_);
      std::erase_if(open_, [&](const auto& row) {
        if (is_gone(row.first)) {
          row.second->close();
          return true;
        }
        return false;
      });
    }
    std::erase_if(failed_tries_, [&](const auto& row) { return is_gone(row.first); });
    for (const auto& [id, vpc] : vpcs) {
      if (!open_.contains(id.value)) {
        take(id.value, open(*vpc));
      }
    }
  }

 private:
  void take(const std::string& id, Result<std::shared_ptr<T>> opened) {
    if (opened) {
      {
        std::lock_guard lock(mutex_);
        open_.emplace(id, std::move(*opened));
      }
      opened_.notify_all();
      failed_tries_.erase(id);
      log::debug("opened in a VPC", {{"what", what_}, {"vpc", id}});
    } else if (++failed_tries_[id] == kTriesBeforeWarning) {
      log::warn("cannot be opened in a VPC; trying on",
                {{"what", what_}, {"vpc", id}, {"error", opened.error().message()}});
    }
  }

  // A namespace is made within moments; after this many tries someone should know.
  static constexpr unsigned kTriesBeforeWarning = 100;

  std::string what_;
  mutable std::mutex mutex_;  // of changes of `open_`, and of others' looks at it
  mutable std::condition_variable opened_;
  std::map<std::string, std::shared_ptr<T>> open_;
  std::map<std::string, unsigned> failed_tries_;
};

}  // namespace postern::sockets
