// SPDX-License-Identifier: Apache-2.0
// Listener: the metadata service's socket in one VPC, and the connections to it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "metadata/answers/answer.h"
#include "metadata/server/server.h"

namespace postern::metadata {

// What the listeners of all VPCs share. Used on the server's thread only.
struct Shared {
  boost::asio::io_context& io;
  const ServerParts& parts;
};

class Listener : public std::enable_shared_from_this<Listener> {
 public:
  // Of one VPC, so that none can use up what all need.
  static constexpr std::size_t kConnectionsMax = 64;

  // Opens the socket and begins to answer. `shared` outlives the listener.
  static Result<std::shared_ptr<Listener>> open(Shared& shared, const model::Vpc& vpc);

  Listener(Shared& shared, model::Id<model::Vpc> vpc)
      : shared_(shared), vpc_(std::move(vpc)), acceptor_(shared.io) {}

  // Takes no more connections. Those that are there end by themselves.
  void close();

 private:
  using Self = std::shared_ptr<Listener>;  // every coroutine holds its listener
  using Socket = std::shared_ptr<boost::asio::ip::tcp::socket>;

  boost::asio::awaitable<void> accept_all(Self self);
  boost::asio::awaitable<void> serve(Self self, Socket socket);
  Said say(const IpAddress& peer, const api::wire::HttpRequest& request);

  Shared& shared_;
  const model::Id<model::Vpc> vpc_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::size_t connections_ = 0;
};

}  // namespace postern::metadata
