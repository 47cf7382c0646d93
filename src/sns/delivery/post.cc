// SPDX-License-Identifier: Apache-2.0
#include "sns/delivery/post.h"

#include <algorithm>
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
#include <iterator>

#include "sockets/asio.h"

namespace postern::sns {
namespace {

namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using api::wire::Url;
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
  // What SSL_set_tlsext_host_name() is a macro for, without its cast.
  SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           const_cast<char*>(url.host.c_str()));
  const auto [no_handshake] = co_await stream.async_handshake(ssl::stream_base::client, kAwait);
  if (no_handshake) {
    co_return failed("TLS", no_handshake);
  }
  co_return co_await exchange(stream, request);
}

std::chrono::milliseconds left_until(std::chrono::steady_clock::time_point end) {
  return std::max(std::chrono::milliseconds(0),
                  std::chrono::duration_cast<std::chrono::milliseconds>(
                      end - std::chrono::steady_clock::now()));
}

// What a name stands for; at least one address. The system's look-up cannot be called off, so it
// is left behind when the time is over, and whoever waits goes on.
awaitable<std::expected<std::vector<tcp::endpoint>, std::string>> look_up(
    boost::asio::io_context& io, const Url& url, std::chrono::steady_clock::time_point end) {
  struct State {
    explicit State(boost::asio::io_context& context) : resolver(context), over(context) {}
    tcp::resolver resolver;
    boost::asio::steady_timer over;
    boost::system::error_code error = boost::asio::error::timed_out;
    std::vector<tcp::endpoint> found;
  };
  const auto state = std::make_shared<State>(io);
  state->over.expires_at(end);
  state->resolver.async_resolve(
      url.host, url.port, tcp::resolver::numeric_service,
      [state](const boost::system::error_code& error, const tcp::resolver::results_type& results) {
        state->error = error;
        for (const auto& result : results) {
          state->found.push_back(result.endpoint());
        }
        state->over.cancel();
      });
  co_await state->over.async_wait(kAwait);
  if (state->error || state->found.empty()) {
    co_return failed("looking up " + url.host, state->error);
  }
  co_return state->found;
}

}  // namespace

awaitable<Outcome> post(boost::asio::io_context& io, Url url, api::wire::HttpRequest request,
                        std::vector<Cidr> networks, std::chrono::milliseconds timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  const auto found = co_await look_up(io, url, end);
  if (!found) {
    co_return std::unexpected(found.error());
  }
  std::vector<tcp::endpoint> places;
  std::ranges::copy_if(*found, std::back_inserter(places), [&](const tcp::endpoint& place) {
    return std::ranges::any_of(networks, [&](const Cidr& network) {
      return network.contains(sockets::from_asio(place.address()));
    });
  });
  if (places.empty()) {
    co_return std::unexpected(fmt::format("{} is {}, which is in no network of subscribers",
                                          url.host, found->front().address().to_string()));
  }
  const auto socket = std::make_shared<tcp::socket>(io);
  const sockets::Deadline deadline(socket, left_until(end));
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
