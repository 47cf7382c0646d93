// SPDX-License-Identifier: Apache-2.0
// Every way in which there is no answer has a sentence of its own; so has the daemon's own refusal.
#include "cli/operator_client.h"

#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <thread>

#include "base/scratch_directory.h"

namespace postern::cli {
namespace {

namespace http = boost::beast::http;
namespace json = boost::json;
using Local = boost::asio::local::stream_protocol;
using Tcp = boost::asio::ip::tcp;

// Answers one request with `body`, or with nothing when that is empty.
template <class Protocol>
class OneAnswer {
 public:
  OneAnswer(const typename Protocol::endpoint& at, std::string body)
      : acceptor_(context_, at), thread_([this, body = std::move(body)] { serve(body); }) {}
  ~OneAnswer() { thread_.join(); }
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;

  typename Protocol::endpoint endpoint() const { return acceptor_.local_endpoint(); }
  const http::request<http::string_body>& request() {
    thread_.join();
    thread_ = std::thread([] {});
    return request_;
  }

 private:
  void serve(const std::string& body) {
    auto stream = acceptor_.accept();
    boost::beast::flat_buffer buffer;
    http::read(stream, buffer, request_);
    if (!body.empty()) {
      http::response<http::string_body> response(http::status::ok, 11, body);
      response.prepare_payload();
      http::write(stream, response);
    }
  }

  boost::asio::io_context context_;
  typename Protocol::acceptor acceptor_;
  http::request<http::string_body> request_;
  std::thread thread_;
};

class OperatorClient : public testing::Test {
 protected:
  std::string socket() const { return directory_.path() / "s"; }

  const ScratchDirectory directory_;
};

std::string error_of(const Result<json::object>& answer) {
  return answer ? "none" : answer.error().message();
}

TEST_F(OperatorClient, Asks_and_gives_the_daemons_JSON) {
  OneAnswer<Local> daemon(socket(), R"({"account_id": "1"})");
  const auto answer = ask(socket(), "POST", "/accounts", {{"name", "alice"}});
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->at("account_id").as_string(), "1");
  EXPECT_EQ(daemon.request().method_string(), "POST");
  EXPECT_EQ(daemon.request().target(), "/accounts");
  EXPECT_EQ(daemon.request().body(), R"({"name":"alice"})");
}

TEST_F(OperatorClient, The_daemons_refusal_is_told_in_its_words) {
  OneAnswer<Local> daemon(socket(), R"({"error": "the name is taken"})");
  EXPECT_EQ(error_of(ask(socket(), "GET", "/")), "the name is taken");
}

TEST_F(OperatorClient, Without_a_daemon_it_says_how_to_start_one) {
  const std::string words = error_of(ask(socket(), "GET", "/status"));
  EXPECT_TRUE(words.starts_with("no posternd answers at " + socket() +
                                " (No such file or directory). Start one with `posternd"))
      << words;
  {
    OneAnswer<Local> gone(socket(), "{}");
    ask(socket(), "GET", "/").value();
  }
  EXPECT_TRUE(error_of(ask(socket(), "GET", "/status"))
                  .starts_with("no posternd answers at " + socket() + " (Connection refused)"));
}

TEST_F(OperatorClient, A_daemon_that_ends_meanwhile_is_told_from_none) {
  OneAnswer<Local> daemon(socket(), "");
  EXPECT_TRUE(error_of(ask(socket(), "GET", "/")).starts_with("posternd went away: "));
}

TEST_F(OperatorClient, Somebody_else_at_the_socket_is_noticed) {
  OneAnswer<Local> daemon(socket(), "hello");
  EXPECT_EQ(error_of(ask(socket(), "GET", "/")), "what answers there is not posternd");
}

TEST_F(OperatorClient, A_path_that_no_socket_can_have_is_refused) {
  const std::string deep = "/tmp/" + std::string(110, 'd');
  EXPECT_EQ(error_of(ask(deep, "GET", "/")),
            "the data directory's path is too long for a socket: " + deep);
}

TEST_F(OperatorClient, An_endpoint_names_its_operators_socket) {
  OneAnswer<Tcp> api(Tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0),
                     R"({"status": "ready", "operator_socket": "/run/postern/postern.sock"})");
  const auto found =
      operator_socket_at("http://127.0.0.1:" + std::to_string(api.endpoint().port()) + "/");
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(*found, "/run/postern/postern.sock");
  EXPECT_EQ(api.request().target(), "/_postern/health");
}

TEST_F(OperatorClient, An_endpoint_that_does_not_is_refused) {
  OneAnswer<Tcp> api(Tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0), "{}");
  const auto found =
      operator_socket_at("http://127.0.0.1:" + std::to_string(api.endpoint().port()));
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().message().find("name its data directory with --data-dir"),
            std::string::npos);
}

TEST_F(OperatorClient, What_is_no_endpoint_is_refused_before_anything_is_asked) {
  for (const char* text : {"", "127.0.0.1:4566", "https://127.0.0.1:4566", "http://", "http://a:b",
                           "http://a/b", "http://[::1", "ftp://a"}) {
    SCOPED_TRACE(text);
    const auto found = operator_socket_at(text);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().message(),
              fmt::format("the endpoint {} is not of the form http://HOST:PORT", text));
  }
}

}  // namespace
}  // namespace postern::cli
