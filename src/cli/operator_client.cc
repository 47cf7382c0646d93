// SPDX-License-Identifier: Apache-2.0
#include "cli/operator_client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace postern::cli {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;
using Local = boost::asio::local::stream_protocol;

std::unexpected<Error> no_daemon(const std::string& socket, const std::string& why) {
  return unavailable(
      "no posternd answers at {} ({}). Start one with `posternd --data-dir D`, and name its data "
      "directory with --data-dir or POSTERN_DATA.",
      socket, why);
}

Result<http::response<http::string_body>> exchange(const std::string& socket,
                                                   http::request<http::string_body> request) {
  boost::asio::io_context context;
  Local::socket stream(context);
  boost::system::error_code failed;
  if (stream.connect(Local::endpoint(socket), failed); failed) {
    return no_daemon(socket, failed.message());
  }
  http::response<http::string_body> answer;
  beast::flat_buffer buffer;
  if (http::write(stream, request, failed); !failed) {
    http::read(stream, buffer, answer, failed);
  }
  if (failed) {
    return unavailable("posternd went away: {}", failed.message());
  }
  return answer;
}

}  // namespace

Result<json::object> ask(const std::string& socket, const std::string& method,
                         const std::string& target, const json::object& body) {
  http::request<http::string_body> request(http::string_to_verb(method), target, 11);
  request.set(http::field::host, "postern");
  request.set(http::field::content_type, "application/json");
  if (!body.empty()) {
    request.body() = json::serialize(body);
  }
  request.prepare_payload();
  TRY_ASSIGN(const auto answer, exchange(socket, std::move(request)));
  boost::system::error_code failed;
  const json::value value = json::parse(answer.body(), failed);
  if (failed || !value.is_object()) {
    return unavailable("posternd's answer is not understood");
  }
  const json::object& object = value.get_object();
  if (const json::value* words = object.if_contains("error"); words && words->is_string()) {
    return unavailable("{}", std::string(words->get_string()));
  }
  return object;
}

}  // namespace postern::cli
