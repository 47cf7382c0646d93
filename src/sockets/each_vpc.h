// SPDX-License-Identifier: Apache-2.0
// EachVpc: something that Postern is in every VPC, such as its resolver: opened when the VPC comes,
// closed when it goes. What cannot be opened yet, since its namespace is still being made, is tried
// again.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/result.h"

namespace postern::sockets {

// T has close(). Used on one thread.
template <class T>
class EachVpc {
 public:
  explicit EachVpc(std::string what) : what_(std::move(what)) {}

  // Whether something could not be opened so far.
  bool waits() const { return !failed_tries_.empty(); }

  // `vpcs` is a map by their ids; `open` makes the T of one of its values.
  template <class Vpcs, class Open>
  void follow(const Vpcs& vpcs, Open open) {
    const auto is_gone = [&](const std::string& id) {
      return !vpcs.contains(typename Vpcs::key_type(id));
    };
    std::erase_if(open_, [&](const auto& row) {
      if (is_gone(row.first)) {
        row.second->close();
        return true;
      }
      return false;
    });
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
      open_.emplace(id, std::move(*opened));
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
  std::map<std::string, std::shared_ptr<T>> open_;
  std::map<std::string, unsigned> failed_tries_;
};

}  // namespace postern::sockets
