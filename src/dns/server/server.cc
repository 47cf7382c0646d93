// SPDX-License-Identifier: Apache-2.0
#include "dns/server/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <map>

#include "base/log.h"
#include "dns/server/vpc_resolver.h"
#include "sockets/asio.h"

namespace postern::dns {
namespace {

using model::Id;
using model::Vpc;
using model::World;

// How often the loop looks for a newer World, and for namespaces that were not there yet.
constexpr auto kFollowEvery = std::chrono::milliseconds(50);
// A VPC's namespace is made within moments; after this many tries someone should know.
constexpr unsigned kTriesBeforeWarning = 100;

}  // namespace

class Server::Loop {
 public:
  Loop(const Published<World>& world, sockets::VpcSockets& sockets, IdSource& ids,
       Settings settings)
      : sockets_(sockets),
        forwarder_(io_, ids, std::move(settings)),
        shared_{.io = io_, .world = world, .forwarder = forwarder_} {
    boost::asio::co_spawn(io_, follow(), boost::asio::detached);
  }

  void run() { io_.run(); }
  void stop() { io_.stop(); }

 private:
  boost::asio::awaitable<void> follow();
  void close_gone(const World& world);
  void open_new(const World& world);
  void open(const Vpc& vpc);

  boost::asio::io_context io_{1};
  sockets::VpcSockets& sockets_;
  Forwarder forwarder_;
  Shared shared_;
  std::map<Id<Vpc>, std::shared_ptr<VpcResolver>> resolvers_;
  std::map<Id<Vpc>, unsigned> failed_tries_;
};

boost::asio::awaitable<void> Server::Loop::follow() {
  std::shared_ptr<const World> seen;
  boost::asio::steady_timer timer(io_);
  for (;;) {
    const auto newest = shared_.world.get();
    if (newest != seen || !failed_tries_.empty()) {
      close_gone(*newest);
      open_new(*newest);
      seen = newest;
    }
    timer.expires_after(kFollowEvery);
    co_await timer.async_wait(sockets::kAwait);
  }
}

void Server::Loop::close_gone(const World& world) {
  std::erase_if(resolvers_, [&](const auto& row) {
    const bool gone = world.find(row.first) == nullptr;
    if (gone) {
      row.second->close();
    }
    return gone;
  });
  std::erase_if(failed_tries_, [&](const auto& row) { return world.find(row.first) == nullptr; });
}

void Server::Loop::open_new(const World& world) {
  for (const auto& [id, vpc] : world.all<Vpc>()) {
    if (!resolvers_.contains(id)) {
      open(*vpc);
    }
  }
}

void Server::Loop::open(const Vpc& vpc) {
  auto opened = VpcResolver::open(shared_, sockets_, vpc);
  if (opened) {
    resolvers_.emplace(vpc.id, std::move(*opened));
    failed_tries_.erase(vpc.id);
    log::debug("resolver opened", {{"vpc", vpc.id}});
    return;
  }
  if (++failed_tries_[vpc.id] == kTriesBeforeWarning) {
    log::warn("resolver cannot be opened; trying on",
              {{"vpc", vpc.id}, {"error", opened.error().message()}});
  }
}

Server::Server(const Published<World>& world, sockets::VpcSockets& sockets, IdSource& ids,
               Settings settings)
    : loop_(std::make_unique<Loop>(world, sockets, ids, std::move(settings))),
      thread_([this] { loop_->run(); }) {}

Server::~Server() {
  loop_->stop();
  thread_.join();
}

}  // namespace postern::dns
