// SPDX-License-Identifier: Apache-2.0
// RequestCounters: how often each action was asked for, and which asked-for actions are not served.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace postern::api::server {

// Names are "ec2:CreateVpc".
using Counts = std::map<std::string, std::uint64_t, std::less<>>;

// Thread safety: every call may come from any thread.
class RequestCounters {
 public:
  void count_served(std::string_view name) { served_.add(name); }
  void count_unknown(std::string_view name) { unknown_.add(name); }

  Counts served() const { return served_.copy(); }
  // What a client asked for in vain: the list of what it misses here.
  Counts unknown() const { return unknown_.copy(); }

 private:
  class Locked {
   public:
    void add(std::string_view name) {
      std::lock_guard lock(mutex_);
      auto at = counts_.find(name);
      if (at == counts_.end()) {
        // Names come from outside.
        at = counts_.try_emplace(counts_.size() < kNamesMax ? std::string(name) : "other").first;
      }
      ++at->second;
    }
    Counts copy() const {
      std::lock_guard lock(mutex_);
      return counts_;
    }

   private:
    static constexpr std::size_t kNamesMax = 1000;
    mutable std::mutex mutex_;
    Counts counts_;
  };

  Locked served_;
  Locked unknown_;
};

}  // namespace postern::api::server
