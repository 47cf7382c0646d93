// SPDX-License-Identifier: Apache-2.0
#include "metadata/server/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "metadata/server/listener.h"
#include "sockets/follow.h"

namespace postern::metadata {

class Server::Loop {
 public:
  explicit Loop(ServerParts parts) : parts_(std::move(parts)) {
    boost::asio::co_spawn(
        io_,
        sockets::keep_following(
            io_, parts_.world, listeners_,
            [](const model::World& world) { return world.all<model::Vpc>(); },
            [this](const model::Vpc& vpc) { return Listener::open(shared_, vpc); }),
        boost::asio::detached);
  }

  void run() { io_.run(); }
  void stop() { io_.stop(); }
  bool wait_open(const model::Id<model::Vpc>& vpc, std::chrono::milliseconds timeout) const {
    return listeners_.wait_open(vpc.value, timeout);
  }

 private:
  ServerParts parts_;
  boost::asio::io_context io_{1};
  Shared shared_{.io = io_, .parts = parts_};
  sockets::EachVpc<Listener> listeners_{"instance metadata"};
};

Server::Server(ServerParts parts)
    : loop_(std::make_unique<Loop>(std::move(parts))), thread_([this] { loop_->run(); }) {}

Server::~Server() {
  loop_->stop();
  thread_.join();
}

bool Server::wait_open(const model::Id<model::Vpc>& vpc, std::chrono::milliseconds timeout) const {
  return loop_->wait_open(vpc, timeout);
}

}  // namespace postern::metadata
