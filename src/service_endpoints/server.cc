// SPDX-License-Identifier: Apache-2.0
#include "service_endpoints/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "service_endpoints/listener.h"
#include "service_endpoints/place.h"
#include "sockets/asio.h"
#include "sockets/each_vpc.h"

namespace postern::service_endpoints {
namespace {

// How often the loop looks for a newer World, and for namespaces that were not there yet.
constexpr auto kFollowEvery = std::chrono::milliseconds(50);

}  // namespace

class Server::Loop {
 public:
  explicit Loop(ServerParts parts) : parts_(std::move(parts)) {
    boost::asio::co_spawn(io_, follow(), boost::asio::detached);
  }

  void run() { io_.run(); }
  void stop() { io_.stop(); }

 private:
  boost::asio::awaitable<void> follow() {
    std::shared_ptr<const model::World> seen;
    boost::asio::steady_timer timer(io_);
    for (;;) {
      const auto newest = parts_.world.get();
      if (newest != seen || listeners_.waits()) {
        listeners_.follow(places(*newest),
                          [this](const Place& place) { return Listener::open(shared_, place); });
        seen = newest;
      }
      timer.expires_after(kFollowEvery);
      co_await timer.async_wait(sockets::kAwait);
    }
  }

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
