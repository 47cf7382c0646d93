// SPDX-License-Identifier: Apache-2.0
// One connection: its requests, one after another. Only for http_server.cc.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <functional>
#include <list>

#include "api/server/http_server.h"

namespace postern::api::server {

namespace asio = boost::asio;
namespace beast = boost::beast;

// Errors come back beside the value instead of being thrown.
inline constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

// TCP or unix.
using Stream = beast::basic_stream<asio::generic::stream_protocol>;

// What the sessions of a server share. All but `handler` is of the server's one socket thread.
struct Shared {
  HttpHandler handler;
  const Clock& clock;
  HttpLimits limits;
  asio::thread_pool::executor_type workers;
  bool stopping = false;
  int large_bodies = 0;  // being read or answered
  // Each ends what a session waits for without end: its next request, a WebSocket's messages, or
  // events.
  std::list<std::function<void()>> idle;
};

// Serves the connection until either side ends it.
asio::awaitable<void> serve(Stream stream, Shared& shared, Origin origin);

}  // namespace postern::api::server
