// SPDX-License-Identifier: Apache-2.0
#include "health/prober/check.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include "base/log.h"
#include "health/state/matcher.h"
#include "sockets/asio.h"

namespace postern::health {
namespace {

namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using boost::asio::awaitable;
using boost::asio::ip::tcp;
using sockets::Deadline;
using sockets::kAwait;
using Socket = std::shared_ptr<tcp::socket>;

// A socket bound to the node's address; null when there is none to be had.
Socket open_socket(boost::asio::io_context& io, sockets::VpcSockets& sockets, const Probe& probe) {
  auto fd = sockets.open(probe.vpc.value, {sockets::Kind::TcpClient, probe.source, 0});
  if (!fd) {
    log::debug("check not made", {{"target", probe.target}, {"error", fd.error().message()}});
    return nullptr;
  }
  auto socket = std::make_shared<tcp::socket>(io);
  boost::system::error_code error;
  socket->assign(probe.address.is_v4() ? tcp::v4() : tcp::v6(), fd->get(), error);
  if (error) {
    return nullptr;
  }
  fd->release();
  return socket;
}

http::request<http::empty_body> make_request(const Probe& probe) {
  http::request<http::empty_body> request(http::verb::get, probe.path, 11);
  request.set(http::field::host, probe.host);
  request.set(http::field::user_agent, "ELB-HealthChecker/2.0");
  request.set(http::field::connection, "close");
  return request;
}

// Version 2 of the PROXY protocol's header with the command LOCAL: a connection of the proxy's own.
// ("The PROXY protocol", 2.2)
awaitable<bool> send_proxy_header(Socket socket) {
  static constexpr std::array<unsigned char, 16> kLocal = {
      0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, 0x20, 0x00, 0, 0};
  const auto [not_sent, sent] =
      co_await boost::asio::async_write(*socket, boost::asio::buffer(kLocal), kAwait);
  co_return !not_sent;
}

// Whether the answer's code matches; only its header is read. `stream` is a socket, or TLS on it.
template <class Stream>
awaitable<bool> check_http(Stream& stream, const Probe& probe) {
  const auto request = make_request(probe);
  const auto [not_sent, sent] = co_await http::async_write(stream, request, kAwait);
  if (not_sent) {
    co_return false;
  }
  boost::beast::flat_buffer buffer;
  http::response_parser<http::empty_body> answer;
  const auto [not_read, read] = co_await http::async_read_header(stream, buffer, answer, kAwait);
  co_return !not_read && matches(probe.matcher, answer.get().result_int());
}

// Whatever a target may have been set up with is good enough to say that it lives: old protocols,
// short keys, certificates of nobody and for anybody. TLS 1.3 is left out as AWS leaves it out.
ssl::context& client_tls() {
  static ssl::context tls = [] {
    ssl::context made(ssl::context::tls_client);
    made.set_verify_mode(ssl::verify_none);
    SSL_CTX_set_security_level(made.native_handle(), 0);
    SSL_CTX_set_min_proto_version(made.native_handle(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(made.native_handle(), TLS1_2_VERSION);
    return made;
  }();
  return tls;
}

awaitable<bool> check_https(Socket socket, const Probe& probe) {
  ssl::stream<tcp::socket&> stream(*socket, client_tls());
  const auto [no_handshake] = co_await stream.async_handshake(ssl::stream_base::client, kAwait);
  if (no_handshake) {
    co_return false;
  }
  co_return co_await check_http(stream, probe);
}

}  // namespace

awaitable<CheckResult> check(boost::asio::io_context& io, sockets::VpcSockets& sockets,
                             Probe probe) {
  const Socket socket = open_socket(io, sockets, probe);
  if (socket == nullptr) {
    co_return CheckResult::NotMade;
  }
  const Deadline deadline(socket, probe.timeout);
  const tcp::endpoint peer(sockets::to_asio(probe.address), probe.port);
  const auto [not_connected] = co_await socket->async_connect(peer, kAwait);
  if (not_connected) {
    co_return CheckResult::Failed;
  }
  bool passed = true;
  if (probe.proxy_header) {
    passed = co_await send_proxy_header(socket);
  }
  if (passed && probe.protocol == CheckProtocol::Http) {
    passed = co_await check_http(*socket, probe);
  } else if (passed && probe.protocol == CheckProtocol::Https) {
    passed = co_await check_https(socket, probe);
  }
  co_return passed ? CheckResult::Passed : CheckResult::Failed;
}

}  // namespace postern::health
