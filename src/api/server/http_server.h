// SPDX-License-Identifier: Apache-2.0
// HttpServer: HTTP/1.1 over TCP or a unix socket. Knows nothing of what it serves.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "api/wire/http.h"
#include "base/fd.h"
#include "base/net.h"
#include "base/result.h"
#include "base/time.h"

namespace postern::api::server {

// What a client may cost us. The defaults are for AWS clients, which send small forms and keep
// their connections.
struct HttpLimits {
  int connections = 512;  // more wait to be accepted
  int workers = 16;       // requests being answered at one time
  std::size_t header_bytes = 32 << 10;
  std::size_t body_bytes = 1 << 20;
  // Of requests that may have more, few are read at one time; others wait for their turn.
  std::size_t large_body_bytes = 16 << 20;
  int large_bodies = 8;
  // How much of a larger body is read and thrown away, so that a client that sends before it
  // listens gets its answer and keeps its connection. Beyond it the connection ends.
  std::size_t discarded_bytes = 64 << 20;
  std::chrono::milliseconds idle = std::chrono::seconds(75);    // between two requests
  std::chrono::milliseconds header = std::chrono::seconds(10);  // from its first byte to its last
  std::chrono::milliseconds body = std::chrono::seconds(30);
  std::chrono::milliseconds answer = std::chrono::seconds(30);  // to take the answer
  std::chrono::milliseconds stop = std::chrono::seconds(5);     // for requests begun, at the end
  std::size_t message_bytes = 64 << 10;                         // of a WebSocket
};

// The other end of a WebSocket: what comes out of `stream` is sent as binary messages, and binary
// messages go in. Either side's end ends both.
struct WebSocketPeer {
  Fd stream;
  // A text message that came. Called on the socket thread: it must not wait.
  std::function<void(int stream, const std::string& message)> said;
};

// What becomes of a request for a WebSocket: somebody to talk to, or the answer that refuses.
using Upgrade = std::variant<wire::HttpResponse, WebSocketPeer>;

// An answer without an end: what comes out of `stream` is sent as it comes. Either side's end ends
// both.
struct EventStream {
  std::vector<wire::HttpHeader> headers;
  Fd stream;
};

// What becomes of a request for events: a stream of them, or the answer that refuses.
using Subscription = std::variant<wire::HttpResponse, EventStream>;

// All are called on worker threads, several at a time, and may wait.
struct HttpHandler {
  std::function<wire::HttpResponse(const wire::HttpRequest&)> answer;
  // For a request with a larger body than it may have; it comes without its body.
  std::function<wire::HttpResponse(const wire::HttpRequest&)> refuse_large;
  // Whether a request with that head may have a body of HttpLimits::large_body_bytes. Called on the
  // socket thread: it must not wait. Without it none may.
  std::function<bool(const wire::HttpRequest&)> takes_large = nullptr;
  // For a request for a WebSocket. Without it there are none: such a request is one like any other.
  std::function<Upgrade(const wire::HttpRequest&)> upgrade = nullptr;
  // For a GET that accepts text/event-stream and nothing else. Without it such a request is one
  // like any other.
  std::function<Subscription(const wire::HttpRequest&)> subscribe = nullptr;
};

struct ListenAddress {
  IpAddress address;
  std::uint16_t port = 0;  // 0: any free one
};

// From "127.0.0.1:4566" or "[::1]:4566". The error is one sentence for people.
Result<ListenAddress> parse_listen_address(std::string_view text);

// How the clients of a connection came that somebody else has accepted: see wire::HttpRequest.
struct Origin {
  std::string endpoint;
  std::string client;
};

class HttpServer {
 public:
  // Listens and serves until it is destroyed. An error is one sentence for people: the port is
  // taken, the address is not this host's. `clock` outlives the server.
  static Result<std::unique_ptr<HttpServer>> listen(const ListenAddress& address,
                                                    HttpHandler handler, const Clock& clock,
                                                    const HttpLimits& limits = {});
  // At a unix socket that only its owner may use. What a killed daemon has left there is replaced;
  // the socket of one that lives is an error.
  static Result<std::unique_ptr<HttpServer>> listen(const std::string& path, HttpHandler handler,
                                                    const Clock& clock,
                                                    const HttpLimits& limits = {});

  // Listens nowhere: serves what it is handed.
  static std::unique_ptr<HttpServer> serve_handed(HttpHandler handler, const Clock& clock,
                                                  const HttpLimits& limits = {});
  // Serves a connection, a stream socket, whose every request came as `origin` says. More than
  // HttpLimits::connections are closed. Any thread.
  void hand(Fd socket, Origin origin);

  // Takes no more requests, lets those begun end, for a while, and closes everything.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // The TCP port; 0 for a unix socket.
  std::uint16_t port() const;

 private:
  class Engine;
  explicit HttpServer(std::unique_ptr<Engine> engine);

  std::unique_ptr<Engine> engine_;
};

}  // namespace postern::api::server
