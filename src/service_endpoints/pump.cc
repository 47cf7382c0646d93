// SPDX-License-Identifier: Apache-2.0
#include "service_endpoints/pump.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>

#include "sockets/asio.h"

namespace postern::service_endpoints {
namespace {

using boost::asio::awaitable;
using boost::asio::ip::tcp;
using boost::asio::local::stream_protocol;
using sockets::kAwait;

using Local = std::shared_ptr<stream_protocol::socket>;
using Bytes = std::array<char, 16384>;

// For a client to take what it is sent, and to say goodbye.
constexpr std::chrono::seconds kTaking{30};
constexpr std::chrono::seconds kGoodbye{2};

// What the client sends goes to who answers, until the client has no more.
template <class Stream>
awaitable<void> towards_answer([[maybe_unused]] std::shared_ptr<Client> client, Stream& stream,
                               Local local) {
  Bytes bytes;
  for (;;) {
    const auto [error, count] = co_await stream.async_read_some(boost::asio::buffer(bytes), kAwait);
    if (error) {
      break;
    }
    const auto [not_sent, sent] =
        co_await boost::asio::async_write(*local, boost::asio::buffer(bytes, count), kAwait);
    if (not_sent) {
      break;
    }
  }
  boost::system::error_code ignored;
  local->shutdown(stream_protocol::socket::shutdown_send, ignored);
}

template <class Stream>
awaitable<void> towards_client(const std::shared_ptr<Client>& client, Stream& stream,
                               const Local& local) {
  Bytes bytes;
  for (;;) {
    const auto [error, count] = co_await local->async_read_some(boost::asio::buffer(bytes), kAwait);
    if (error) {
      co_return;
    }
    const sockets::Deadline deadline(socket_of(client), kTaking);
    const auto [not_sent, sent] =
        co_await boost::asio::async_write(stream, boost::asio::buffer(bytes, count), kAwait);
    if (not_sent) {
      co_return;
    }
  }
}

template <class Stream>
awaitable<void> both_ways(std::shared_ptr<Client> client, Stream& stream, Local local) {
  boost::asio::co_spawn(client->get_executor(), towards_answer(client, stream, local),
                        boost::asio::detached);
  co_await towards_client(client, stream, local);
}

}  // namespace

awaitable<void> carry(std::shared_ptr<Client> client, stream_protocol::socket local, bool tls) {
  const auto shared = std::make_shared<stream_protocol::socket>(std::move(local));
  if (tls) {
    co_await both_ways(client, *client, shared);
    const sockets::Deadline deadline(socket_of(client), kGoodbye);
    co_await client->async_shutdown(kAwait);
  } else {
    co_await both_ways(client, client->next_layer(), shared);
  }
  // Ends the other direction too.
  boost::system::error_code ignored;
  client->next_layer().shutdown(tcp::socket::shutdown_both, ignored);
  client->next_layer().close(ignored);
  shared->close(ignored);
}

}  // namespace postern::service_endpoints
