// SPDX-License-Identifier: Apache-2.0
#include "api/server/event_stream.h"

#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/write.hpp>

namespace postern::api::server {
namespace {

namespace http = beast::http;

using Descriptor = asio::posix::stream_descriptor;

void close(Descriptor& descriptor) {
  boost::system::error_code ignored;
  descriptor.close(ignored);
}

asio::awaitable<bool> send_head(Stream& stream, const std::vector<wire::HttpHeader>& headers,
                                const HttpLimits& limits) {
  http::response<http::empty_body> head(http::status::ok, 11);
  head.set(http::field::server, "Postern");
  head.set(http::field::content_type, "text/event-stream");
  head.set(http::field::cache_control, "no-store");
  for (const wire::HttpHeader& header : headers) {
    head.insert(header.name, header.value);
  }
  head.chunked(true);
  head.keep_alive(false);
  http::response_serializer<http::empty_body> serializer(head);
  stream.expires_after(limits.answer);
  auto [error, count] = co_await http::async_write_header(stream, serializer, kAsTuple);
  co_return !error;
}

// To the end of `from`, which ends the connection; so does a client that takes nothing for long.
asio::awaitable<void> send_all(Stream& stream, Descriptor& from, const HttpLimits& limits) {
  std::array<char, 16384> bytes{};
  for (;;) {
    auto [error, count] = co_await from.async_read_some(asio::buffer(bytes), kAsTuple);
    if (error) {
      break;
    }
    stream.expires_after(limits.answer);
    auto [failed, sent] = co_await asio::async_write(
        stream, http::make_chunk(asio::const_buffer(bytes.data(), count)), kAsTuple);
    if (failed) {
      break;
    }
  }
  if (stream.socket().is_open()) {
    stream.expires_after(limits.answer);
    co_await asio::async_write(stream, http::make_chunk_last(), kAsTuple);
  }
  stream.close();
}

// To the end of the connection, which ends `from`. A client that speaks has ended its request.
asio::awaitable<void> wait_for_end(Stream& stream, Descriptor& from) {
  std::array<char, 1> byte{};
  co_await stream.async_read_some(asio::buffer(byte), kAsTuple);
  close(from);
}

}  // namespace

asio::awaitable<void> pour(Stream& stream, EventStream events, Shared& shared) {
  using asio::experimental::awaitable_operators::operator&&;
  Descriptor from(stream.get_executor(), events.stream.release());
  if (!co_await send_head(stream, events.headers, shared.limits) || shared.stopping) {
    co_return;
  }
  const auto at = shared.idle.insert(shared.idle.end(), [&from] { close(from); });
  stream.expires_never();
  co_await (send_all(stream, from, shared.limits) && wait_for_end(stream, from));
  shared.idle.erase(at);
}

}  // namespace postern::api::server
