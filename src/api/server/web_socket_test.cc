// SPDX-License-Identifier: Apache-2.0
// WebSockets over loopback, byte by byte: what each side sends, and that either side's end ends
// both.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <optional>

#include "api/server/http_server.h"
#include "api/server/loopback_client.h"

namespace postern::api::server {
namespace {

constexpr const char* kAsk =
    "GET /terminal HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

// A client's frame, whose mask is zero. [RFC 6455, 5.2]
std::string frame(char kind, const std::string& payload) {
  return std::string{
             static_cast<char>(0x80 | kind), static_cast<char>(0x80 | payload.size()), 0, 0, 0, 0} +
         payload;
}
constexpr char kText = 1;
constexpr char kBinary = 2;
constexpr char kClose = 8;

class WebSocketTest : public testing::Test {
 protected:
  void SetUp() override {
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    ours_.reset(ends[0]);
    theirs_.reset(ends[1]);
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    setsockopt(ours_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    HttpHandler handler{
        .answer = [](const wire::HttpRequest&) { return wire::HttpResponse{.body = "plain"}; },
        .refuse_large = [](const wire::HttpRequest&) { return wire::HttpResponse{.status = 413}; },
        .upgrade = [this](const wire::HttpRequest& request) -> Upgrade {
          if (request.path() != "/terminal") {
            return wire::HttpResponse{.status = 404};
          }
          return WebSocketPeer{.stream = std::move(theirs_),
                               .said = [](int stream, const std::string& message) {
                                 const std::string told = "<" + message + ">";
                                 (void)!::write(stream, told.data(), told.size());
                               }};
        }};
    auto server = HttpServer::listen({.address = IpAddress::v4(INADDR_LOOPBACK)}, handler, clock_);
    ASSERT_TRUE(server) << server.error().message();
    server_ = std::move(*server);
  }

  std::string read_peer() {
    char bytes[256];
    const ssize_t n = ::read(ours_.get(), bytes, sizeof bytes);
    return n > 0 ? std::string(bytes, static_cast<std::size_t>(n)) : "";
  }

  SystemClock clock_;
  Fd ours_;
  Fd theirs_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(WebSocketTest, Messages_are_carried_both_ways) {
  std::optional<LoopbackClient> client(std::in_place, server_->port());
  client->send(kAsk);
  const auto accepted = client->receive(false);
  EXPECT_EQ(accepted.status, 101);
  EXPECT_EQ(header_of(accepted, "Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  client->send(frame(kBinary, "ls\r"));
  EXPECT_EQ(read_peer(), "ls\r");
  client->send(frame(kText, "size"));
  EXPECT_EQ(read_peer(), "<size>");
  client->send(frame(kClose, ""));
  client.reset();
  EXPECT_EQ(read_peer(), "") << "the client's end is the peer's";
}

TEST_F(WebSocketTest, The_peers_end_ends_the_connection) {
  LoopbackClient client(server_->port());
  client.send(kAsk);
  EXPECT_EQ(client.receive(false).status, 101);
  ours_.reset();
  EXPECT_FALSE(client.is_ended()) << "first comes a close frame";
  client.send(frame(kClose, ""));
}

TEST_F(WebSocketTest, A_refusal_is_an_answer_and_the_connection_goes_on) {
  LoopbackClient client(server_->port());
  std::string ask = kAsk;
  ask.replace(ask.find("/terminal"), 9, "/nowhere!");
  EXPECT_EQ(client.exchange(ask).status, 404);
  EXPECT_EQ(client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").body, "plain");
}

TEST_F(WebSocketTest, An_ending_server_waits_for_no_terminal) {
  LoopbackClient client(server_->port());
  client.send(kAsk);
  EXPECT_EQ(client.receive(false).status, 101);
  const auto began = std::chrono::steady_clock::now();
  server_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(3));
  EXPECT_EQ(read_peer(), "");
}

}  // namespace
}  // namespace postern::api::server
