// SPDX-License-Identifier: Apache-2.0
// Listener: the two sockets of one endpoint's interface, and the connections to them.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "service_endpoints/place.h"
#include "service_endpoints/server.h"

namespace postern::service_endpoints {

// What all listeners share. Used on the server's thread only.
struct Shared {
  boost::asio::io_context& io;
  const ServerParts& parts;
};

class Listener : public std::enable_shared_from_this<Listener> {
 public:
  // Of one interface, so that none can use up what all need.
  static constexpr std::size_t kConnectionsMax = 64;

  // Opens the sockets and begins to answer. `shared` outlives the listener.
  static Result<std::shared_ptr<Listener>> open(Shared& shared, const Place& place);

  Listener(Shared& shared, Place place)
      : shared_(shared),
        place_(std::move(place)),
        tls_(boost::asio::ssl::context::tls_server),
        http_(shared.io),
        https_(shared.io) {}

  // Takes no more connections. Those that are there end by themselves.
  void close();

 private:
  using Self = std::shared_ptr<Listener>;  // every coroutine holds its listener
  using Acceptor = boost::asio::ip::tcp::acceptor;

  Result<> show(const Identity& identity);
  Result<> listen(Acceptor& acceptor, std::uint16_t port);
  boost::asio::awaitable<void> accept_all(Self self, Acceptor& acceptor);
  boost::asio::awaitable<void> serve(Self self, boost::asio::ip::tcp::socket socket, bool tls);

  Shared& shared_;
  const Place place_;
  boost::asio::ssl::context tls_;
  Acceptor http_;
  Acceptor https_;
  std::size_t connections_ = 0;
};

}  // namespace postern::service_endpoints
