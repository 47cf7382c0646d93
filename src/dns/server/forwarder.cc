// SPDX-License-Identifier: Apache-2.0
#include "dns/server/forwarder.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>

#include "dns/server/tcp_message.h"
#include "sockets/asio.h"

namespace postern::dns {
namespace {

using boost::asio::awaitable;
using boost::asio::buffer;
using boost::asio::ip::tcp;
using boost::asio::ip::udp;
using sockets::Deadline;
using sockets::kAwait;

}  // namespace

awaitable<Bytes> Forwarder::ask(Query query, ReplyForm form) {
  for (const Upstream& upstream : settings_.upstreams) {
    MaybeBytes reply;
    if (form.transport == Transport::Udp) {
      reply = co_await ask_udp(upstream, query, form);
    } else {
      reply = co_await ask_tcp(upstream, query, form);
    }
    if (reply) {
      co_return std::move(*reply);
    }
  }
  co_return write_reply(query, {.rcode = Rcode::ServerFailure}, form.bytes_max);
}

awaitable<Forwarder::MaybeBytes> Forwarder::ask_udp(Upstream upstream, const Query& query,
                                                    ReplyForm form) {
  const auto socket = std::make_shared<udp::socket>(io_);
  const udp::endpoint peer(sockets::to_asio(upstream.address), upstream.port);
  boost::system::error_code refused;
  socket->connect(peer, refused);  // from a port of the kernel's choice, which is random
  if (refused) {
    co_return std::nullopt;
  }
  const Deadline deadline(socket, settings_.upstream_timeout);
  const auto id = static_cast<std::uint16_t>(ids_.next());
  const Bytes question = write_upstream_query(query, id);
  const auto [not_sent, sent] = co_await socket->async_send(buffer(question), kAwait);
  if (not_sent) {
    co_return std::nullopt;
  }
  Bytes message(kTcpReplyBytesMax);
  // What does not answer the question may be forged: the true reply may still come.
  for (;;) {
    const auto [error, size] = co_await socket->async_receive(buffer(message), kAwait);
    if (error) {
      co_return std::nullopt;
    }
    if (auto reply = relay_reply(query, id, std::span(message).first(size), form.bytes_max)) {
      co_return reply;
    }
  }
}

awaitable<Forwarder::MaybeBytes> Forwarder::ask_tcp(Upstream upstream, const Query& query,
                                                    ReplyForm form) {
  const auto socket = std::make_shared<tcp::socket>(io_);
  const Deadline deadline(socket, settings_.upstream_timeout);
  const tcp::endpoint peer(sockets::to_asio(upstream.address), upstream.port);
  const auto [not_connected] = co_await socket->async_connect(peer, kAwait);
  if (not_connected) {
    co_return std::nullopt;
  }
  const auto id = static_cast<std::uint16_t>(ids_.next());
  if (!co_await write_tcp_message(*socket, write_upstream_query(query, id))) {
    co_return std::nullopt;
  }
  const MaybeBytes message = co_await read_tcp_message(*socket);
  if (!message) {
    co_return std::nullopt;
  }
  co_return relay_reply(query, id, *message, form.bytes_max);
}

}  // namespace postern::dns
