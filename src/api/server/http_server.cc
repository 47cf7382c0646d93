// SPDX-License-Identifier: Apache-2.0
#include "api/server/http_server.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <charconv>
#include <optional>
#include <thread>

#include "api/server/http_session.h"
#include "base/log.h"

namespace postern::api::server {
namespace {

using asio::ip::tcp;
using asio::local::stream_protocol;

// After accept() fails: file descriptors are short, say. Sessions that end give some back.
constexpr std::chrono::milliseconds kAcceptPause{100};

std::string text(const ListenAddress& at) {
  return with_port(at.address, at.port);
}

tcp::endpoint endpoint_of(const ListenAddress& at) {
  if (at.address.is_v4()) {
    return {asio::ip::address_v4(at.address.v4_value()), at.port};
  }
  return {asio::ip::address_v6(at.address.bytes()), at.port};
}

std::string reason(const boost::system::error_code& error) {
  if (error == asio::error::address_in_use) {
    return "another program listens there";
  }
  return error.message();
}

// Whether somebody answers at the unix socket.
bool is_alive(const stream_protocol::endpoint& endpoint) {
  asio::io_context io;
  stream_protocol::socket socket(io);
  boost::system::error_code error;
  return !socket.connect(endpoint, error);
}

// Only a socket is ever removed: --socket may name anything.
void remove_left_over(const std::string& path) {
  struct stat found{};
  if (lstat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode)) {
    unlink(path.c_str());
  }
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const std::size_t colon = std::min(text.rfind(':'), text.size());
  std::string_view host = text.substr(0, colon);
  const std::string_view port = colon < text.size() ? text.substr(colon + 1) : "";
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) {
    host = host.substr(1, host.size() - 2);
  }
  ListenAddress out;
  const auto address = IpAddress::parse(host);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (!address || address->is_v4() == bracketed || error != std::errc{} ||
      end != port.data() + port.size()) {
    return unavailable("'{}' is not an address to listen on, such as 127.0.0.1:4566", text);
  }
  out.address = *address;
  return out;
}

// All sockets belong to one thread; the answers are made on others.
class HttpServer::Engine {
 public:
  Engine(HttpHandler handler, const Clock& clock, const HttpLimits& limits)
      : workers_(static_cast<std::size_t>(limits.workers)),
        shared_{.handler = std::move(handler),
                .clock = clock,
                .limits = limits,
                .workers = workers_.get_executor()},
        room_(io_),
        deadline_(io_) {}

  ~Engine() {
    if (thread_.joinable()) {
      asio::post(io_, [this] { stop(); });
      thread_.join();
    }
    workers_.join();
    if (!path_.empty()) {
      unlink(path_.c_str());
    }
  }

  Result<> open(const ListenAddress& at) {
    auto& acceptor = tcp_.emplace(io_);
    const tcp::endpoint endpoint = endpoint_of(at);
    boost::system::error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) {
      acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    }
    if (!error) {
      acceptor.bind(endpoint, error);
    }
    if (!error) {
      acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
      return unavailable("Cannot listen on {}: {}", text(at), reason(error));
    }
    port_ = acceptor.local_endpoint(error).port();
    start(acceptor);
    return {};
  }

  Result<> open(const std::string& path) {
    if (path.size() >= sizeof(sockaddr_un::sun_path)) {
      return unavailable("Cannot listen on {}: a socket's path has at most {} characters", path,
                         sizeof(sockaddr_un::sun_path) - 1);
    }
    const stream_protocol::endpoint endpoint(path);
    if (is_alive(endpoint)) {
      return unavailable("Cannot listen on {}: another program listens there", path);
    }
    remove_left_over(path);
    auto& acceptor = unix_.emplace(io_);
    boost::system::error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) {
      acceptor.bind(endpoint, error);
    }
    // Nobody can connect before listen().
    if (!error && chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) {
      error.assign(errno, boost::system::system_category());
    }
    if (!error) {
      acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
      return unavailable("Cannot listen on {}: {}", path, reason(error));
    }
    path_ = path;
    start(acceptor);
    return {};
  }

  std::uint16_t port() const { return port_; }

  void serve_handed() {
    work_.emplace(io_.get_executor());
    thread_ = std::thread([this] { io_.run(); });
  }

  void hand(Fd fd, Origin origin) {
    asio::post(io_, [this, fd = std::make_shared<Fd>(std::move(fd)), origin = std::move(origin)] {
      if (shared_.stopping || sessions_ >= shared_.limits.connections) {
        return;
      }
      Stream::socket_type socket(io_);
      boost::system::error_code error;
      socket.assign(asio::generic::stream_protocol(AF_UNIX, 0), fd->get(), error);
      if (!error) {
        fd->release();
        spawn(std::move(socket), origin);
      }
    });
  }

 private:
  template <class Acceptor>
  void start(Acceptor& acceptor) {
    asio::co_spawn(io_, accept_all(acceptor), asio::detached);
    thread_ = std::thread([this] { io_.run(); });
  }

  template <class Acceptor>
  asio::awaitable<void> accept_all(Acceptor& acceptor) {
    while (!shared_.stopping) {
      if (sessions_ >= shared_.limits.connections) {
        room_.expires_at(asio::steady_timer::time_point::max());
        co_await room_.async_wait(kAsTuple);
        continue;
      }
      auto [error, socket] = co_await acceptor.async_accept(kAsTuple);
      if (!error) {
        if constexpr (std::is_same_v<Acceptor, tcp::acceptor>) {
          boost::system::error_code ignored;
          socket.set_option(tcp::no_delay(true), ignored);
        }
        spawn(std::move(socket));
      } else if (!shared_.stopping) {
        room_.expires_after(kAcceptPause);
        co_await room_.async_wait(kAsTuple);
      }
    }
  }

  void spawn(Stream::socket_type socket, const Origin& origin = {}) {
    ++sessions_;
    asio::co_spawn(io_, serve(Stream(std::move(socket)), shared_, origin),
                   [this](const std::exception_ptr& thrown) { ended(thrown); });
  }

  void ended(const std::exception_ptr& thrown) {
    --sessions_;
    room_.cancel();
    if (thrown) {
      log::error("a session ended by an exception");
    }
    if (shared_.stopping && sessions_ == 0) {
      deadline_.cancel();
    }
  }

  void stop() {
    shared_.stopping = true;
    work_.reset();
    boost::system::error_code ignored;
    if (tcp_) {
      tcp_->close(ignored);
    }
    if (unix_) {
      unix_->close(ignored);
    }
    room_.cancel();
    for (const auto& end : shared_.idle) {
      end();
    }
    if (sessions_ > 0) {
      deadline_.expires_after(shared_.limits.stop);
      deadline_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
          io_.stop();
        }
      });
    }
  }

  asio::thread_pool workers_;
  Shared shared_;
  asio::io_context io_{1};  // ends before what its sessions share
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;  // no listener
  int sessions_ = 0;
  asio::steady_timer room_;      // waited on while there are too many sessions
  asio::steady_timer deadline_;  // of stopping
  std::optional<tcp::acceptor> tcp_;
  std::optional<stream_protocol::acceptor> unix_;
  std::uint16_t port_ = 0;
  std::string path_;
  std::thread thread_;
};

HttpServer::HttpServer(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
HttpServer::~HttpServer() = default;

std::unique_ptr<HttpServer> HttpServer::serve_handed(HttpHandler handler, const Clock& clock,
                                                     const HttpLimits& limits) {
  auto engine = std::make_unique<Engine>(std::move(handler), clock, limits);
  engine->serve_handed();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(engine)));
}

void HttpServer::hand(Fd socket, Origin origin) {
  engine_->hand(std::move(socket), std::move(origin));
}

std::uint16_t HttpServer::port() const {
  return engine_->port();
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const ListenAddress& address,
                                                       HttpHandler handler, const Clock& clock,
                                                       const HttpLimits& limits) {
  auto engine = std::make_unique<Engine>(std::move(handler), clock, limits);
  TRY(engine->open(address));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(engine)));
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const std::string& path, HttpHandler handler,
                                                       const Clock& clock,
                                                       const HttpLimits& limits) {
  auto engine = std::make_unique<Engine>(std::move(handler), clock, limits);
  TRY(engine->open(path));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(engine)));
}

}  // namespace postern::api::server
