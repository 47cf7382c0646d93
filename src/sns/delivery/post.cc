// SPDX-License-Identifier: Apache-2.0
#include "sns/delivery/post.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "sockets/asio.h"

namespace postern::sns {
namespace {

namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using boost::asio::awaitable;
using boost::asio::ip::tcp;
using sockets::kAwait;
using Outcome = std::expected<int, std::string>;
using Socket = std::shared_ptr<tcp::socket>;

http::request<http::string_body> message_of(const Url& url, const api::wire::HttpRequest& request) {
  http::request<http::string_body> out(http::verb::post, url.target, 11);
  for (const auto& header : request.headers) {
    out.insert(header.name, header.value);
  }
  out.set(http::field::host, url.authority);
  out.set(http::field::connection, "close");
  out.body() = request.body;
  out.prepare_payload();
  return out;
}

std::unexpected<std::string> failed(std::string_view doing, const boost::system::error_code& why) {
  return std::unexpected(std::string(doing) + ": " + why.message());
}

// Only the header of the answer is read. `stream` is a socket, or TLS on it.
template <class Stream>
awaitable<Outcome> exchange(Stream& stream, const http::request<http::string_body>& request) {
  const auto [not_sent, sent] = co_await http::async_write(stream, request, kAwait);
  if (not_sent) {
    co_return failed("sending", not_sent);
  }
  boost::beast::flat_buffer buffer;
  http::response_parser<http::empty_body> answer;
  const auto [not_read, read] = co_await http::async_read_header(stream, buffer, answer, kAwait);
  if (not_read) {
    co_return failed("reading the answer", not_read);
  }
  co_return static_cast<int>(answer.get().result_int());
}

ssl::context& client_tls() {
  static ssl::context tls = [] {
    ssl::context made(ssl::context::tls_client);
    made.set_default_verify_paths();
    made.set_verify_mode(ssl::verify_peer);
    return made;
  }();
  return tls;
}

// [SNS guide: a subscriber's certificate has to be of a known authority and of its name]
awaitable<Outcome> exchange_by_tls(Socket socket, const Url& url,
                                   const http::request<http::string_body>& request) {
  ssl::stream<tcp::socket&> stream(*socket, client_tls());
  stream.set_verify_callback(ssl::host_name_verification(url.host));
  SSL_set_tlsext_host_name(stream.native_handle(), url.host.c_str());
  const auto [no_handshake] = co_await stream.async_handshake(ssl::stream_base::client, kAwait);
  if (no_handshake) {
    co_return failed("TLS", no_handshake);
  }
  co_return co_await exchange(stream, request);
}

}  // namespace

awaitable<Outcome> post(boost::asio::io_context& io, Url url, api::wire::HttpRequest request,
                        std::chrono::milliseconds timeout) {
  tcp::resolver resolver(io);
  const auto [unknown, places] =
      co_await resolver.async_resolve(url.host, url.port, tcp::resolver::numeric_service, kAwait);
  if (unknown) {
    co_return failed("looking up " + url.host, unknown);
  }
  const auto socket = std::make_shared<tcp::socket>(io);
  const sockets::Deadline deadline(socket, timeout);
  const auto [not_connected, place] = co_await boost::asio::async_connect(*socket, places, kAwait);
  if (not_connected) {
    co_return failed("connecting", not_connected);
  }
  const auto message = message_of(url, request);
  if (url.tls) {
    co_return co_await exchange_by_tls(socket, url, message);
  }
  co_return co_await exchange(*socket, message);
}

}  // namespace postern::sns
