// SPDX-License-Identifier: Apache-2.0
#include "service_endpoints/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "service_endpoints/listener.h"
#include "service_endpoints/place.h"
#include "sockets/follow.h"

namespace postern::service_endpoints {

class Server::Loop {
 public:
  explicit Loop(ServerParts parts) : parts_(std::move(parts)) {
    boost::asio::co_spawn(io_,
                          sockets::keep_following(io_, parts_.world, listeners_, places,
                                                  [this](const Place& place) {
                                                    return Listener::open(shared_, place);
                                                  }),
                          boost::asio::detached);
  }

  void run() { io_.run(); }
  void stop() { io_.stop(); }

 private:
  ServerParts parts_;
  boost::asio::io_context io_{1};
  Shared shared_{.io = io_, .parts = parts_};
  sockets::EachVpc<Listener> listeners_{"a service of AWS's"};
};

Server::Server(ServerParts parts)
    : loop_(std::make_unique<Loop>(std::move(parts))), thread_([this] { loop_->run(); }) {}

Server::~Server() {
  loop_->stop();
  thread_.join();
}

}  // namespace postern::service_endpoints
