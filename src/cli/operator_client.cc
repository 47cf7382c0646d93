// SPDX-License-Identifier: Apache-2.0
#include "cli/operator_client.h"

#include <sys/un.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <regex>

namespace postern::cli {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;
using Local = boost::asio::local::stream_protocol;
using Tcp = boost::asio::ip::tcp;

std::unexpected<Error> no_daemon(const std::string& socket, const std::string& why) {
  return unavailable(
      "no posternd answers at {} ({}). Start one with `posternd --data-dir D`, and name its data "
      "directory with --data-dir or POSTERN_DATA.",
      socket, why);
}

Result<> connect(Local::socket& stream, const std::string& socket) {
  if (socket.size() >= sizeof(sockaddr_un::sun_path)) {
    return unavailable("the data directory's path is too long for a socket: {}", socket);
  }
  boost::system::error_code failed;
  stream.connect(Local::endpoint(socket), failed);
  if (failed == boost::system::errc::permission_denied) {
    return unavailable("the operator's socket {} is not yours: run this as root", socket);
  }
  if (failed) {
    return no_daemon(socket, failed.message());
  }
  return {};
}

template <class Stream>
Result<json::object> exchange(Stream& stream, http::request<http::string_body> request) {
  request.prepare_payload();
  boost::system::error_code failed;
  beast::flat_buffer buffer;
  http::response<http::string_body> answer;
  if (http::write(stream, request, failed); !failed) {
    http::read(stream, buffer, answer, failed);
  }
  if (failed) {
    return unavailable("posternd went away: {}", failed.message());
  }
  const json::value value = json::parse(answer.body(), failed);
  if (failed || !value.is_object()) {
    return unavailable("what answers there is not posternd");
  }
  return value.get_object();
}

http::request<http::string_body> make_request(const std::string& host, const std::string& method,
                                              const std::string& target) {
  http::request<http::string_body> request(http::string_to_verb(method), target, 11);
  request.set(http::field::host, host);
  return request;
}

}  // namespace

Result<json::object> ask(const std::string& socket, const std::string& method,
                         const std::string& target, const json::object& body) {
  boost::asio::io_context context;
  Local::socket stream(context);
  TRY(connect(stream, socket));
  auto request = make_request("postern", method, target);
  if (!body.empty()) {
    request.set(http::field::content_type, "application/json");
    request.body() = json::serialize(body);
  }
  TRY_ASSIGN(const json::object answer, exchange(stream, std::move(request)));
  if (const json::value* words = answer.if_contains("error"); words && words->is_string()) {
    return unavailable("{}", std::string(words->get_string()));
  }
  return answer;
}

Result<std::string> operator_socket_at(const std::string& endpoint) {
  static const std::regex kUrl(R"(http://(\[[0-9a-fA-F:]+\]|[^/:\[\]]+)(?::(\d{1,5}))?/?)");
  std::smatch parts;
  if (!std::regex_match(endpoint, parts, kUrl)) {
    return unavailable("the endpoint {} is not of the form http://HOST:PORT", endpoint);
  }
  std::string host = parts[1];
  if (host.front() == '[') {
    host = host.substr(1, host.size() - 2);
  }
  boost::asio::io_context context;
  Tcp::socket stream(context);
  boost::system::error_code failed;
  const auto places =
      Tcp::resolver(context).resolve(host, parts[2].matched ? parts[2].str() : "80", failed);
  if (!failed) {
    boost::asio::connect(stream, places, failed);
  }
  if (failed) {
    return unavailable("no posternd answers at {} ({})", endpoint, failed.message());
  }
  TRY_ASSIGN(const json::object health,
             exchange(stream, make_request(host, "GET", "/_postern/health")));
  const json::value* socket = health.if_contains("operator_socket");
  if (socket == nullptr || !socket->is_string()) {
    return unavailable(
        "what answers at {} does not name its operator's socket: name its data directory with "
        "--data-dir",
        endpoint);
  }
  return std::string(socket->get_string());
}

}  // namespace postern::cli
