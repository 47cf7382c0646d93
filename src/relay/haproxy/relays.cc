// SPDX-License-Identifier: Apache-2.0
#include "relay/haproxy/relays.h"

#include <filesystem>

#include "base/log.h"

namespace postern::relay {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

// How often it is looked whether they still run, and how soon what failed is tried again.
constexpr milliseconds kLook{2000};
constexpr milliseconds kRetry{100};

std::set<std::string> folders_in(const std::string& path) {
  std::set<std::string> names;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(path, none)) {
    names.insert(entry.path().filename());
  }
  return names;
}

}  // namespace

Relays::Relays(RelaysParts parts) : parts_(std::move(parts)), known_(folders_in(parts_.folder)) {
  thread_ = std::thread([this] { loop(); });
}

Relays::~Relays() {
  stopping_ = true;
  parts_.world.wake();
  thread_.join();
}

bool Relays::wait_kept(std::uint64_t revision, milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] { return kept_ >= revision; });
}

bool Relays::serves(const model::Id<model::Vpc>& vpc) const {
  std::lock_guard lock(mutex_);
  return serving_.contains(vpc.value);
}

void Relays::note(const std::string& vpc, bool serves) {
  std::lock_guard lock(mutex_);
  if (serves) {
    serving_.insert(vpc);
  } else {
    serving_.erase(vpc);
  }
}

void Relays::loop() {
  auto world = parts_.world.get();
  while (!stopping_) {
    const bool done = keep(*world);
    {
      std::lock_guard lock(mutex_);
      kept_ = world->revision();
    }
    changed_.notify_all();
    const auto newest = parts_.world.wait_newer(world, done ? kLook : kRetry, stopping_);
    if (newest == world) {
      running_.clear();
    }
    world = newest;
  }
}

bool Relays::keep(const model::World& world) {
  const auto wanted = relays_of(world);
  if (!wanted.empty()) {
    parts_.wait_programmed(world.revision());
  }
  bool done = true;
  for (const auto& [vpc, relay] : wanted) {
    done = keep_one(vpc.value, relay) && done;
  }
  end_others(wanted, world);
  return done;
}

bool Relays::keep_one(const std::string& vpc, const Relay& relay) {
  const std::string number = std::to_string(relay.vpc);
  known_.insert(number);
  const std::string generation = generation_of(relay);
  if (running_[vpc] == generation) {
    return true;
  }
  const auto kept =
      Haproxy(folder_of(number)).keep(relay, [&](const std::function<void()>& action) {
        return parts_.in_vpc(vpc, action);
      });
  note(vpc, kept.has_value());
  if (kept) {
    running_[vpc] = generation;
    failures_.erase(vpc);
    return true;
  }
  std::string& logged = failures_[vpc];
  if (logged != kept.error().message()) {
    logged = kept.error().message();
    log::error("the TLS listeners of a VPC are not served; trying on",
               {{"vpc", vpc}, {"error", logged}});
  }
  return false;
}

// A VPC that goes takes its connections with it; listeners that go leave theirs to their clients.
void Relays::end_others(const std::map<model::Id<model::Vpc>, Relay>& wanted,
                        const model::World& world) {
  std::set<std::string> stay;
  std::set<std::string> there;
  for (const auto& [id, relay] : wanted) {
    stay.insert(std::to_string(relay.vpc));
  }
  if (known_ == stay) {
    return;
  }
  std::erase_if(running_, [&](const auto& row) {
    return !wanted.contains(model::Id<model::Vpc>(row.first));
  });
  for (const auto& [id, vpc] : world.all<model::Vpc>()) {
    there.insert(std::to_string(vpc->number));
  }
  for (const std::string& number : known_) {
    if (!stay.contains(number)) {
      const Haproxy haproxy(folder_of(number));
      there.contains(number) ? haproxy.end_gently() : haproxy.end_now();
      std::error_code ignored;
      fs::remove_all(folder_of(number), ignored);
    }
  }
  known_ = stay;
}

void end_all_relays(const std::string& folder) {
  for (const std::string& number : folders_in(folder)) {
    Haproxy(folder + "/" + number).end_now();
  }
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

}  // namespace postern::relay
