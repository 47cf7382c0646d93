// SPDX-License-Identifier: Apache-2.0
// Streams of events over loopback: sent as they come, and either side's end ends both.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <optional>

#include "api/server/http_server.h"
#include "api/server/loopback_client.h"

namespace postern::api::server {
namespace {

constexpr const char* kAsk =
    "GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n";

class EventStreamTest : public testing::Test {
 protected:
  void SetUp() override {
    signal(SIGPIPE, SIG_IGN);
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    theirs_.reset(ends[0]);
    ours_.reset(ends[1]);
    HttpHandler handler{
        .answer = [](const wire::HttpRequest&) { return wire::HttpResponse{.body = "plain"}; },
        .refuse_large = [](const wire::HttpRequest&) { return wire::HttpResponse{.status = 413}; },
        .subscribe = [this](const wire::HttpRequest& request) -> Subscription {
          if (request.path() != "/live") {
            return wire::HttpResponse{.status = 404};
          }
          return EventStream{.headers = {{"X-Kind", "live"}}, .stream = std::move(theirs_)};
        }};
    auto server = HttpServer::listen({.address = IpAddress::v4(INADDR_LOOPBACK)}, handler, clock_);
    ASSERT_TRUE(server) << server.error().message();
    server_ = std::move(*server);
  }

  void say(std::string_view text) {
    EXPECT_EQ(::write(ours_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  // Whether the other end of our pipe is closed within ten seconds.
  bool is_given_up() const {
    pollfd end{.fd = ours_.get(), .events = 0, .revents = 0};
    return poll(&end, 1, 10'000) == 1 && (end.revents & POLLERR) != 0;
  }

  SystemClock clock_;
  Fd ours_;
  Fd theirs_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(EventStreamTest, Events_are_sent_as_they_come_and_their_end_is_the_answers) {
  LoopbackClient client(server_->port());
  client.send(kAsk);
  const auto head = client.receive(false);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(header_of(head, "Content-Type"), "text/event-stream");
  EXPECT_EQ(header_of(head, "Cache-Control"), "no-store");
  EXPECT_EQ(header_of(head, "X-Kind"), "live");
  EXPECT_EQ(header_of(head, "Transfer-Encoding"), "chunked");
  say("data: 1\n\n");
  EXPECT_EQ(client.receive_bytes(14), "9\r\ndata: 1\n\n\r\n");
  ours_.reset();
  EXPECT_EQ(client.receive_bytes(5), "0\r\n\r\n");
  EXPECT_TRUE(client.is_ended());
}

TEST_F(EventStreamTest, The_clients_end_is_that_of_the_stream) {
  std::optional<LoopbackClient> client(std::in_place, server_->port());
  client->send(kAsk);
  EXPECT_EQ(client->receive(false).status, 200);
  client.reset();
  EXPECT_TRUE(is_given_up()) << "without anything being said";
}

TEST_F(EventStreamTest, A_refusal_is_an_answer_and_the_connection_goes_on) {
  LoopbackClient client(server_->port());
  std::string ask = kAsk;
  ask.replace(ask.find("/live"), 5, "/gone");
  EXPECT_EQ(client.exchange(ask).status, 404);
  EXPECT_EQ(client.exchange("GET /live HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n").body, "plain");
}

TEST_F(EventStreamTest, An_ending_server_waits_for_no_events) {
  LoopbackClient client(server_->port());
  client.send(kAsk);
  EXPECT_EQ(client.receive(false).status, 200);
  const auto began = std::chrono::steady_clock::now();
  server_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(3));
  EXPECT_TRUE(is_given_up());
}

}  // namespace
}  // namespace postern::api::server
