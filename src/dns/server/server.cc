// SPDX-License-Identifier: Apache-2.0
#include "dns/server/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "dns/server/vpc_resolver.h"
#include "sockets/follow.h"

namespace postern::dns {
namespace {

using model::Vpc;
using model::World;

}  // namespace

class Server::Loop {
 public:
  Loop(const Published<World>& world, sockets::VpcSockets& sockets, IdSource& ids,
       Settings settings)
      : sockets_(sockets),
        forwarder_(io_, ids, std::move(settings)),
        shared_{.io = io_, .world = world, .forwarder = forwarder_} {
    boost::asio::co_spawn(
        io_,
        sockets::keep_following(
            io_, world, resolvers_, [](const World& newest) { return newest.all<Vpc>(); },
            [this](const Vpc& vpc) { return VpcResolver::open(shared_, sockets_, vpc); }),
        boost::asio::detached);
  }

  void run() { io_.run(); }
  void stop() { io_.stop(); }
  bool wait_open(const model::Id<model::Vpc>& vpc, std::chrono::milliseconds timeout) const {
    return resolvers_.wait_open(vpc.value, timeout);
  }

 private:
  boost::asio::io_context io_{1};
  sockets::VpcSockets& sockets_;
  Forwarder forwarder_;
  Shared shared_;
  sockets::EachVpc<VpcResolver> resolvers_{"resolver"};
};

Server::Server(const Published<World>& world, sockets::VpcSockets& sockets, IdSource& ids,
               Settings settings)
    : loop_(std::make_unique<Loop>(world, sockets, ids, std::move(settings))),
      thread_([this] { loop_->run(); }) {}

Server::~Server() {
  loop_->stop();
  thread_.join();
}

bool Server::wait_open(const model::Id<model::Vpc>& vpc, std::chrono::milliseconds timeout) const {
  return loop_->wait_open(vpc, timeout);
}

}  // namespace postern::dns
