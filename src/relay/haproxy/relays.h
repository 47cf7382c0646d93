// SPDX-License-Identifier: Apache-2.0
// Relays: the relay of each VPC that has TLS listeners, kept as the newest World says. A relay that
// ends by itself is started again.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "base/inbox.h"
#include "model/world.h"
#include "relay/haproxy/haproxy.h"

namespace postern::relay {

struct RelaysParts {
  const Published<model::World>& world;
  // A folder for each VPC is made in it, by its number: paths of sockets are short.
  std::string folder;
  // Waits for a World's nodes to have their addresses; not for ever.
  std::function<void(std::uint64_t revision)> wait_programmed;
  // Runs something in a VPC's services namespace.
  std::function<Result<>(const std::string& vpc, const std::function<void()>&)> in_vpc;
};

class Relays {
 public:
  // Starts its thread. `parts` refer to what outlives this.
  explicit Relays(RelaysParts parts);
  // The relays stay.
  ~Relays();
  Relays(const Relays&) = delete;
  Relays& operator=(const Relays&) = delete;

  // Whether the VPC's listeners are served, as it was seen last. Any thread.
  bool serves(const model::Id<model::Vpc>& vpc) const;

  // Waits until the relays do what the World of `revision` or a newer one says, or could not be
  // made to. False after `timeout`. Any thread.
  bool wait_kept(std::uint64_t revision, std::chrono::milliseconds timeout) const;

 private:
  void loop();
  bool keep(const model::World& world);
  bool keep_one(const std::string& vpc, const Relay& relay);
  void note(const std::string& vpc, bool serves);
  void end_others(const std::map<model::Id<model::Vpc>, Relay>& wanted, const model::World& world);
  std::string folder_of(const std::string& number) const { return parts_.folder + "/" + number; }

  RelaysParts parts_;
  std::set<std::string> known_;                  // numbers of VPCs whose relay may run
  std::set<std::string> serving_;                // VPC ids; under the mutex
  std::map<std::string, std::string> running_;   // by VPC id: the generation that it was seen to be
  std::map<std::string, std::string> failures_;  // by VPC id: what was logged last
  std::uint64_t kept_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

// Ends all relays of a folder, and every connection through them.
void end_all_relays(const std::string& folder);

}  // namespace postern::relay
