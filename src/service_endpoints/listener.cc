// SPDX-License-Identifier: Apache-2.0
#include "service_endpoints/listener.h"

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include "service_endpoints/pump.h"
#include "sockets/asio.h"

namespace postern::service_endpoints {
namespace {

using boost::asio::awaitable;
using boost::asio::ip::tcp;
using boost::asio::local::stream_protocol;
using sockets::kAwait;

constexpr std::uint16_t kHttp = 80;
constexpr std::uint16_t kHttps = 443;
constexpr std::chrono::seconds kHandshake{10};

// Two ends of one stream: ours, and the one to hand over.
Result<std::pair<Fd, Fd>> pair_of_ends() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) {
    return unavailable_errno("making a pair of sockets");
  }
  return std::pair(Fd(ends[0]), Fd(ends[1]));
}

}  // namespace

Result<std::shared_ptr<Listener>> Listener::open(Shared& shared, const Place& place) {
  auto listener = std::make_shared<Listener>(shared, place);
  TRY_ASSIGN(const Identity identity,
             shared.parts.authority.issue(place.names, shared.parts.clock.now()));
  TRY(listener->show(identity));
  TRY(listener->listen(listener->http_, kHttp));
  TRY(listener->listen(listener->https_, kHttps));
  for (Acceptor* acceptor : {&listener->http_, &listener->https_}) {
    boost::asio::co_spawn(shared.io, listener->accept_all(listener, *acceptor),
                          boost::asio::detached);
  }
  return listener;
}

// AWS's services take TLS 1.2 and newer. [AWS General Reference, "AWS APIs": TLS]
Result<> Listener::show(const Identity& identity) {
  using boost::asio::ssl::context;
  boost::system::error_code error;
  tls_.set_options(context::default_workarounds | context::no_tlsv1 | context::no_tlsv1_1, error);
  if (!error) {
    tls_.use_certificate(boost::asio::buffer(identity.certificate), context::pem, error);
  }
  if (!error) {
    tls_.use_private_key(boost::asio::buffer(identity.key), context::pem, error);
  }
  return error ? unavailable("showing a certificate: {}", error.message()) : Result<>();
}

Result<> Listener::listen(Acceptor& acceptor, std::uint16_t port) {
  TRY_ASSIGN(Fd fd, shared_.parts.sockets.open(place_.vpc.value,
                                               {sockets::Kind::TcpListener, place_.address, port}));
  return sockets::hand_over(std::move(fd), tcp::v4(), acceptor);
}

void Listener::close() {
  boost::system::error_code ignored;
  http_.close(ignored);
  https_.close(ignored);
}

awaitable<void> Listener::accept_all(Self self, Acceptor& acceptor) {
  while (acceptor.is_open()) {
    auto [error, socket] = co_await acceptor.async_accept(kAwait);
    if (error) {
      co_await sockets::pause(shared_.io);
    } else if (connections_ < kConnectionsMax) {
      boost::asio::co_spawn(shared_.io, serve(self, std::move(socket), &acceptor == &https_),
                            boost::asio::detached);
    }
  }
}

awaitable<void> Listener::serve([[maybe_unused]] Self self, tcp::socket socket, bool tls) {
  const sockets::Counted counted(connections_);
  boost::system::error_code gone;
  const auto peer = socket.remote_endpoint(gone);
  if (gone) {
    co_return;
  }
  const auto client = std::make_shared<Client>(std::move(socket), tls_);
  if (tls) {
    const sockets::Deadline deadline(socket_of(client), kHandshake);
    const auto [error] = co_await client->async_handshake(Client::server, kAwait);
    if (error) {
      co_return;
    }
  }
  auto ends = pair_of_ends();
  stream_protocol::socket local(shared_.io);
  if (!ends || !sockets::hand_over(std::move(ends->first), stream_protocol(), local)) {
    co_return;
  }
  shared_.parts.hand(std::move(ends->second), place_.endpoint,
                     sockets::from_asio(peer.address()).text());
  co_await carry(client, std::move(local), tls);
}

}  // namespace postern::service_endpoints
