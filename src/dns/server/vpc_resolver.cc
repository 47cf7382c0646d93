// SPDX-License-Identifier: Apache-2.0
#include "dns/server/vpc_resolver.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "dns/server/tcp_message.h"
#include "sockets/asio.h"

namespace postern::dns {
namespace {

using boost::asio::awaitable;
using boost::asio::buffer;
using boost::asio::co_spawn;
using boost::asio::detached;
using boost::asio::ip::tcp;
using boost::asio::ip::udp;
using sockets::Counted;
using sockets::Deadline;
using sockets::hand_over;
using sockets::kAwait;
using sockets::pause;

constexpr std::uint16_t kPort = 53;
// Queries are small; what is longer than this is none.
constexpr std::size_t kUdpQueryBytesMax = 4096;
// [RFC 7766 6.2.3: a few seconds are enough for a client that has nothing to ask any more]
constexpr auto kTcpIdle = std::chrono::seconds(10);

// [VPC guide, "Amazon DNS server": the same address in every VPC]
IpAddress link_local_address() {
  return IpAddress::v4(0xa9fea9fd);
}

}  // namespace

Result<std::shared_ptr<VpcResolver>> VpcResolver::open(Shared& shared, sockets::VpcSockets& sockets,
                                                       const model::Vpc& vpc) {
  auto resolver = std::make_shared<VpcResolver>(shared, vpc.id);
  TRY(resolver->open_at(sockets, model::resolver_address(vpc)));
  TRY(resolver->open_at(sockets, link_local_address()));
  resolver->start();
  return resolver;
}

Result<> VpcResolver::open_at(sockets::VpcSockets& sockets, const IpAddress& address) {
  using sockets::Kind;
  TRY_ASSIGN(Fd datagrams, sockets.open(vpc_.value, {Kind::Udp, address, kPort}));
  TRY_ASSIGN(Fd connections, sockets.open(vpc_.value, {Kind::TcpListener, address, kPort}));
  udp_.push_back(std::make_shared<udp::socket>(shared_.io));
  tcp_.push_back(std::make_shared<tcp::acceptor>(shared_.io));
  TRY(hand_over(std::move(datagrams), udp::v4(), *udp_.back()));
  return hand_over(std::move(connections), tcp::v4(), *tcp_.back());
}

void VpcResolver::start() {
  for (const UdpSocket& socket : udp_) {
    co_spawn(shared_.io, serve_udp(shared_from_this(), socket), detached);
  }
  for (const TcpListener& listener : tcp_) {
    co_spawn(shared_.io, serve_tcp(shared_from_this(), listener), detached);
  }
}

void VpcResolver::close() {
  boost::system::error_code ignored;
  for (const UdpSocket& socket : udp_) {
    socket->close(ignored);
  }
  for (const TcpListener& listener : tcp_) {
    listener->close(ignored);
  }
}

awaitable<void> VpcResolver::serve_udp([[maybe_unused]] Self self, UdpSocket socket) {
  Bytes message(kUdpQueryBytesMax);
  while (socket->is_open()) {
    UdpPeer peer;
    const auto [error, size] = co_await socket->async_receive_from(buffer(message), peer, kAwait);
    if (error) {
      co_await pause(shared_.io);
    } else {
      take_udp(socket, peer, std::span(message).first(size));
    }
  }
}

Decision VpcResolver::decide_on(const Query& query, const boost::asio::ip::address& client) {
  // Clients that ask for IPv6 addresses too do so in turns: such a question must not turn the
  // order.
  if (query.question && query.question->type == kTypeA) {
    ++shared_.rotation;
  }
  Asking asking{.rotation = shared_.rotation};
  if (client.is_v4()) {
    asking.client = sockets::from_asio(client);
  }
  return decide(*shared_.world.get(), vpc_, query,
                {.has_upstreams = shared_.forwarder.has_upstreams(), .asking = asking});
}

void VpcResolver::take_udp(const UdpSocket& socket, const UdpPeer& peer,
                           std::span<const std::uint8_t> message) {
  const auto query = read_query(message);
  if (!query) {
    return;
  }
  const Decision decision = decide_on(*query, peer.address());
  if (const auto* answer = std::get_if<Answer>(&decision)) {
    // A reply that does not fit into the socket's buffer is lost, as datagrams may be.
    boost::system::error_code ignored;
    socket->send_to(buffer(write_reply(*query, *answer, udp_limit(*query))), peer, 0, ignored);
  } else if (std::holds_alternative<AskUpstream>(decision)) {
    co_spawn(shared_.io, forward_udp(shared_from_this(), socket, peer, *query), detached);
  }
}

awaitable<void> VpcResolver::forward_udp([[maybe_unused]] Self self, UdpSocket socket, UdpPeer peer,
                                         Query query) {
  const Bytes reply = co_await forward(query, {Transport::Udp, udp_limit(query)});
  boost::system::error_code ignored;
  socket->send_to(buffer(reply), peer, 0, ignored);
}

awaitable<void> VpcResolver::serve_tcp(Self self, TcpListener listener) {
  while (listener->is_open()) {
    auto [error, socket] = co_await listener->async_accept(kAwait);
    if (error) {
      co_await pause(shared_.io);
    } else if (tcp_sessions_ < kTcpSessionsMax) {
      co_spawn(shared_.io, run_session(self, std::make_shared<tcp::socket>(std::move(socket))),
               detached);
    }
  }
}

awaitable<void> VpcResolver::run_session([[maybe_unused]] Self self, TcpSocket socket) {
  const Counted counted(tcp_sessions_);
  boost::system::error_code gone;
  const auto peer = socket->remote_endpoint(gone);
  while (!gone) {
    const Deadline deadline(socket, kTcpIdle);
    auto message = co_await read_tcp_message(*socket);
    if (!message) {
      co_return;
    }
    auto reply = co_await reply_tcp(std::move(*message), peer.address());
    if (!reply || !co_await write_tcp_message(*socket, std::move(*reply))) {
      co_return;
    }
  }
}

awaitable<std::optional<Bytes>> VpcResolver::reply_tcp(Bytes message,
                                                       boost::asio::ip::address client) {
  const auto query = read_query(message);
  if (!query) {
    co_return std::nullopt;
  }
  const Decision decision = decide_on(*query, client);
  if (const auto* answer = std::get_if<Answer>(&decision)) {
    co_return write_reply(*query, *answer, kTcpReplyBytesMax);
  }
  if (std::holds_alternative<AskUpstream>(decision)) {
    co_return co_await forward(*query, {Transport::Tcp, kTcpReplyBytesMax});
  }
  co_return std::nullopt;
}

awaitable<Bytes> VpcResolver::forward(Query query, ReplyForm form) {
  if (upstream_queries_ >= kUpstreamQueriesMax) {
    co_return write_reply(query, {.rcode = Rcode::ServerFailure}, form.bytes_max);
  }
  const Counted counted(upstream_queries_);
  co_return co_await shared_.forwarder.ask(std::move(query), form);
}

}  // namespace postern::dns
