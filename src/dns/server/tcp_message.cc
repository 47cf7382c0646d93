// SPDX-License-Identifier: Apache-2.0
#include "dns/server/tcp_message.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "sockets/asio.h"

namespace postern::dns {

using boost::asio::awaitable;
using boost::asio::buffer;
using sockets::kAwait;

awaitable<std::optional<Bytes>> read_tcp_message(boost::asio::ip::tcp::socket& socket) {
  std::array<std::uint8_t, 2> length{};
  const auto [ended, read] = co_await boost::asio::async_read(socket, buffer(length), kAwait);
  if (ended) {
    co_return std::nullopt;
  }
  Bytes message(static_cast<std::size_t>(length[0]) << 8 | length[1]);
  const auto [cut, got] = co_await boost::asio::async_read(socket, buffer(message), kAwait);
  if (cut) {
    co_return std::nullopt;
  }
  co_return message;
}

awaitable<bool> write_tcp_message(boost::asio::ip::tcp::socket& socket, Bytes message) {
  const std::array<std::uint8_t, 2> length = {static_cast<std::uint8_t>(message.size() >> 8),
                                              static_cast<std::uint8_t>(message.size())};
  const std::array<boost::asio::const_buffer, 2> parts = {buffer(length), buffer(message)};
  const auto [error, written] = co_await boost::asio::async_write(socket, parts, kAwait);
  co_return !error;
}

}  // namespace postern::dns
