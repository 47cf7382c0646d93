// SPDX-License-Identifier: Apache-2.0
#include "api/server/web_socket.h"

#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace postern::api::server {
namespace {

namespace websocket = beast::websocket;

using Socket = websocket::stream<Stream>;
using Descriptor = asio::posix::stream_descriptor;

// To the end of `from`, which ends the connection.
asio::awaitable<void> send_all(Socket& socket, Descriptor& from) {
  std::array<char, 16384> bytes{};
  for (;;) {
    auto [error, count] = co_await from.async_read_some(asio::buffer(bytes), kAsTuple);
    if (error) {
      break;
    }
    auto [failed, sent] = co_await socket.async_write(asio::buffer(bytes.data(), count), kAsTuple);
    if (failed) {
      co_return;
    }
  }
  co_await socket.async_close(websocket::close_code::normal, kAsTuple);
}

// To the end of the connection, which ends `to`.
asio::awaitable<void> receive_all(Socket& socket, Descriptor& to, const WebSocketPeer& peer) {
  beast::flat_buffer message;
  for (;;) {
    auto [error, count] = co_await socket.async_read(message, kAsTuple);
    if (error) {
      break;
    }
    if (socket.got_text()) {
      peer.said(to.native_handle(), beast::buffers_to_string(message.data()));
    } else {
      auto [failed, written] = co_await asio::async_write(to, message.data(), kAsTuple);
      if (failed) {
        break;
      }
    }
    message.clear();
  }
  boost::system::error_code ignored;
  to.close(ignored);
}

}  // namespace

asio::awaitable<void> join(Stream stream,
                           const beast::http::request<beast::http::buffer_body>& request,
                           WebSocketPeer peer, Shared& shared) {
  using asio::experimental::awaitable_operators::operator&&;
  Descriptor descriptor(stream.get_executor(), peer.stream.release());
  Socket socket(std::move(stream));
  socket.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
  socket.read_message_max(shared.limits.message_bytes);
  socket.binary(true);
  auto [error] = co_await socket.async_accept(request, kAsTuple);
  if (error || shared.stopping) {
    co_return;
  }
  const auto at = shared.idle.insert(shared.idle.end(), [&socket, &descriptor] {
    boost::system::error_code ignored;
    descriptor.close(ignored);
    beast::get_lowest_layer(socket).close();
  });
  co_await (send_all(socket, descriptor) && receive_all(socket, descriptor, peer));
  shared.idle.erase(at);
}

}  // namespace postern::api::server
