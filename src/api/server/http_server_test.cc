// SPDX-License-Identifier: Apache-2.0
// The server over loopback: what well-behaved, slow, greedy and broken clients get from it.
#include "api/server/http_server.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <latch>
#include <thread>
#include <vector>

#include "api/server/loopback_client.h"
#include "api/server/operator_door.h"
#include "base/scratch_directory.h"

namespace postern::api::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class FixedClock final : public Clock {
 public:
  TimePoint now() const override {
    return std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::hours(16);
  }
  SteadyPoint steady_now() const override { return {}; }
};

const FixedClock kClock;
constexpr std::size_t kTenMegabytes = 10'000'000;

// Answers with what was asked: "POST /path 12".
HttpHandler echo() {
  return {.answer =
              [](const wire::HttpRequest& request) {
                return wire::HttpResponse{.body = fmt::format("{} {} {}", request.method,
                                                              request.target, request.body.size())};
              },
          .refuse_large =
              [](const wire::HttpRequest& head) {
                return wire::HttpResponse{.status = 413, .body = "too large: " + head.target};
              }};
}

std::unique_ptr<HttpServer> serve(HttpHandler handler, const HttpLimits& limits = {}) {
  auto server = HttpServer::listen({.address = IpAddress::v4(INADDR_LOOPBACK)}, std::move(handler),
                                   kClock, limits);
  EXPECT_TRUE(server) << server.error().message();
  return std::move(*server);
}

std::string get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
}

std::string post(const std::string& path, const std::string& body) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n{}", path,
                     body.size(), body);
}

TEST(HttpServer, A_connection_is_kept_for_further_requests) {
  const auto server = serve(echo());
  LoopbackClient client(server->port());
  const auto first = client.exchange(post("/a", "12345"));
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, "POST /a 5");
  EXPECT_EQ(header_of(first, "Date"), "Mon, 23 Nov 2026 16:00:00 GMT");
  EXPECT_EQ(client.exchange(get("/b?c=d")).body, "GET /b?c=d 0");
}

TEST(HttpServer, Requests_sent_at_once_are_answered_in_their_order) {
  const auto server = serve(echo());
  LoopbackClient client(server->port());
  ASSERT_TRUE(client.send(post("/1", "a") + get("/2") + post("/3", "")));
  EXPECT_EQ(client.receive().body, "POST /1 1");
  EXPECT_EQ(client.receive().body, "GET /2 0");
  EXPECT_EQ(client.receive().body, "POST /3 0");
}

TEST(HttpServer, A_connection_ends_when_the_client_says_so) {
  const auto server = serve(echo());
  LoopbackClient client(server->port());
  const auto answer = client.exchange("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(header_of(answer, "Connection"), "close");
  EXPECT_TRUE(client.is_ended());
  LoopbackClient old(server->port());
  EXPECT_EQ(old.exchange("GET / HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_TRUE(old.is_ended());
}

TEST(HttpServer, HEAD_gets_no_body) {
  const auto server = serve(echo());
  LoopbackClient client(server->port());
  ASSERT_TRUE(client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_EQ(client.receive(false).status, 200);
  EXPECT_EQ(client.exchange(get("/b")).body, "GET /b 0");
}

// As Python's and Go's clients do: everything is sent before the answer is looked at.
TEST(HttpServer, A_body_of_ten_megabytes_is_refused_and_the_connection_goes_on) {
  const auto server = serve(echo());
  LoopbackClient client(server->port());
  for (int i = 0; i < 3; ++i) {
    const auto refused = client.exchange(post("/big", std::string(kTenMegabytes, 'x')));
    EXPECT_EQ(refused.status, 413);
    EXPECT_EQ(refused.body, "too large: /big");
    EXPECT_EQ(client.exchange(post("/small", "x")).body, "POST /small 1");
  }
}

TEST(HttpServer, The_largest_body_is_taken_and_one_byte_more_is_not) {
  const auto server = serve(echo(), {.body_bytes = 100});
  LoopbackClient client(server->port());
  EXPECT_EQ(client.exchange(post("/", std::string(100, 'x'))).body, "POST / 100");
  EXPECT_EQ(client.exchange(post("/", std::string(101, 'x'))).status, 413);
}

TEST(HttpServer, Some_requests_may_have_a_large_body_and_wait_for_their_turn) {
  HttpHandler handler = echo();
  handler.takes_large = [](const wire::HttpRequest& head) { return head.target == "/large"; };
  const auto server =
      serve(std::move(handler), {.body_bytes = 100, .large_body_bytes = 1000, .large_bodies = 1});
  LoopbackClient client(server->port());
  EXPECT_EQ(client.exchange(post("/large", std::string(1000, 'x'))).body, "POST /large 1000");
  EXPECT_EQ(client.exchange(post("/large", std::string(1001, 'x'))).status, 413);
  EXPECT_EQ(client.exchange(post("/other", std::string(101, 'x'))).status, 413);
  // One that has begun holds the only place; what is small needs none.
  LoopbackClient first(server->port());
  first.send("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n");
  LoopbackClient second(server->port());
  second.send(post("/large", std::string(200, 'x')));
  EXPECT_EQ(client.exchange(post("/large", "x")).body, "POST /large 1");
  first.send(std::string(101, 'x'));
  EXPECT_EQ(first.receive().body, "POST /large 101");
  EXPECT_EQ(second.receive().body, "POST /large 200");
}

TEST(HttpServer, A_body_beyond_what_is_thrown_away_ends_the_connection_after_the_answer) {
  const auto server = serve(echo(), {.body_bytes = 1000, .discarded_bytes = 5000});
  LoopbackClient announced(server->port());
  EXPECT_EQ(announced.exchange(post("/", std::string(100'000, 'x'))).status, 413);
  EXPECT_TRUE(announced.is_ended());
  LoopbackClient chunked(server->port());
  std::string endless = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 100; ++i) {
    endless += "3e8\r\n" + std::string(1000, 'x') + "\r\n";
  }
  EXPECT_EQ(chunked.exchange(endless).status, 413);
  EXPECT_TRUE(chunked.is_ended());
}

TEST(HttpServer, Chunked_bodies_are_put_together) {
  const auto server = serve(echo());
  LoopbackClient client(server->port());
  const auto answer = client.exchange(
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
  EXPECT_EQ(answer.body, "POST / 7");
  EXPECT_EQ(client.exchange(get("/")).status, 200);
}

TEST(HttpServer, A_client_that_asks_before_its_body_is_told) {
  const auto server = serve(echo(), {.body_bytes = 100});
  const auto ask = [](int length) {
    return fmt::format(
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n", length);
  };
  LoopbackClient small(server->port());
  EXPECT_EQ(small.exchange(ask(3)).status, 100);
  EXPECT_EQ(small.exchange("abc").body, "POST / 3");
  LoopbackClient large(server->port());
  EXPECT_EQ(large.exchange(ask(101)).status, 413);
  EXPECT_TRUE(large.is_ended());
}

TEST(HttpServer, What_is_not_HTTP_gets_400_and_the_end) {
  const auto server = serve(echo());
  for (const char* bytes :
       {"hello\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 TLS\r\n\r\n"}) {
    SCOPED_TRACE(bytes);
    LoopbackClient client(server->port());
    EXPECT_EQ(client.exchange(bytes).status, 400);
    EXPECT_TRUE(client.is_ended());
  }
  LoopbackClient client(server->port());
  EXPECT_EQ(client.exchange(get("/")).status, 200);
}

TEST(HttpServer, A_header_that_is_too_large_gets_431) {
  const auto server = serve(echo());
  LoopbackClient client(server->port());
  EXPECT_EQ(client.exchange("GET / HTTP/1.1\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n").status,
            431);
  EXPECT_TRUE(client.is_ended());
}

TEST(HttpServer, A_broken_chunk_ends_the_connection) {
  const auto server = serve(echo());
  LoopbackClient client(server->port());
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc"));
  EXPECT_TRUE(client.is_ended());
}

TEST(HttpServer, Clients_that_dawdle_are_cut_off_and_others_do_not_notice) {
  const auto server =
      serve(echo(), {.header = milliseconds(200), .body = milliseconds(200), .stop = seconds(1)});
  std::vector<std::unique_ptr<LoopbackClient>> dawdlers;
  for (int i = 0; i < 50; ++i) {
    auto& client = dawdlers.emplace_back(std::make_unique<LoopbackClient>(server->port()));
    ASSERT_TRUE(client->send(i % 2 == 0 ? "GET / HTTP/1.1\r\nHost: "
                                        : "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"));
  }
  LoopbackClient brisk(server->port());
  EXPECT_EQ(brisk.exchange(get("/")).status, 200);
  for (const auto& client : dawdlers) {
    EXPECT_TRUE(client->is_ended());
  }
  EXPECT_EQ(brisk.exchange(get("/")).status, 200);
}

// The header's time is not begun anew by each byte.
TEST(HttpServer, A_client_that_sends_a_byte_now_and_then_is_cut_off_too) {
  const auto server = serve(echo(), {.header = milliseconds(200)});
  LoopbackClient client(server->port());
  const auto until = std::chrono::steady_clock::now() + seconds(5);
  while (client.send("G") && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_LT(std::chrono::steady_clock::now(), until);
}

TEST(HttpServer, An_idle_connection_ends) {
  const auto server = serve(echo(), {.idle = milliseconds(100)});
  LoopbackClient client(server->port());
  EXPECT_EQ(client.exchange(get("/")).status, 200);
  EXPECT_TRUE(client.is_ended());
}

TEST(HttpServer, Many_clients_are_served_at_a_time) {
  const auto server = serve(echo());
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&, t] {
      LoopbackClient client(server->port());
      for (int i = 0; i < 50; ++i) {
        const std::string path = fmt::format("/{}/{}", t, i);
        right += client.exchange(post(path, std::string(static_cast<std::size_t>(i), 'x'))).body ==
                 fmt::format("POST {} {}", path, i);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(right, 16 * 50);
}

TEST(HttpServer, An_answer_that_takes_long_does_not_hold_up_others) {
  std::latch go(1);
  HttpHandler handler = echo();
  handler.answer = [&](const wire::HttpRequest& request) {
    if (request.target == "/slow") {
      go.wait();
    }
    return wire::HttpResponse{.body = request.target};
  };
  const auto server = serve(std::move(handler));
  LoopbackClient slow(server->port());
  ASSERT_TRUE(slow.send(get("/slow")));
  LoopbackClient quick(server->port());
  EXPECT_EQ(quick.exchange(get("/quick")).body, "/quick");
  go.count_down();
  EXPECT_EQ(slow.receive().body, "/slow");
}

TEST(HttpServer, One_connection_too_many_waits_for_another_to_end) {
  const auto server = serve(echo(), {.connections = 2});
  auto first = std::make_unique<LoopbackClient>(server->port());
  LoopbackClient second(server->port());
  EXPECT_EQ(first->exchange(get("/1")).status, 200);
  EXPECT_EQ(second.exchange(get("/2")).status, 200);
  LoopbackClient third(server->port());
  ASSERT_TRUE(third.send(get("/3")));
  EXPECT_EQ(second.exchange(get("/2")).status, 200);
  first.reset();
  EXPECT_EQ(third.receive().body, "GET /3 0");
}

TEST(HttpServer, A_handler_that_throws_is_an_internal_error) {
  HttpHandler handler = echo();
  handler.answer = [](const wire::HttpRequest&) -> wire::HttpResponse {
    throw std::runtime_error("no");
  };
  const auto server = serve(std::move(handler));
  LoopbackClient client(server->port());
  EXPECT_EQ(client.exchange(get("/")).status, 500);
  EXPECT_EQ(client.exchange(get("/")).status, 500);
}

TEST(HttpServer, Stopping_lets_a_request_that_has_begun_end_and_closes_the_idle) {
  std::latch begun(1);
  std::latch go(1);
  HttpHandler handler = echo();
  handler.answer = [&](const wire::HttpRequest& request) {
    if (request.target == "/last") {
      begun.count_down();
      go.wait();
    }
    return wire::HttpResponse{.body = "done"};
  };
  auto server = serve(std::move(handler), {.stop = seconds(60)});
  LoopbackClient idle(server->port());
  EXPECT_EQ(idle.exchange(get("/")).status, 200);
  LoopbackClient busy(server->port());
  ASSERT_TRUE(busy.send(get("/last")));
  begun.wait();
  std::thread stopping([&] { server.reset(); });
  EXPECT_TRUE(idle.is_ended());
  go.count_down();
  const auto answer = busy.receive();
  EXPECT_EQ(answer.body, "done");
  EXPECT_EQ(header_of(answer, "Connection"), "close");
  stopping.join();
}

TEST(HttpServer, Stopping_does_not_wait_for_those_who_dawdle) {
  auto server = serve(echo(), {.header = seconds(60), .stop = milliseconds(100)});
  LoopbackClient dawdler(server->port());
  LoopbackClient other(server->port());
  ASSERT_TRUE(dawdler.send("GET / HT"));
  EXPECT_EQ(other.exchange(get("/")).status, 200);
  server.reset();
  EXPECT_TRUE(dawdler.is_ended());
}

TEST(HttpServer, A_handed_connections_requests_say_which_way_they_came) {
  const auto server = HttpServer::serve_handed(
      {.answer =
           [](const wire::HttpRequest& request) {
             return wire::HttpResponse{.body = request.endpoint + " " + request.endpoint_client};
           },
       .refuse_large = [](const wire::HttpRequest&) { return wire::HttpResponse{.status = 413}; }},
      kClock);
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  server->hand(Fd(ends[0]), {.endpoint = "vpce-1", .client = "10.0.1.10"});
  LoopbackClient client{Fd(ends[1])};
  // What the client says of itself counts for nothing.
  const std::string asked = "GET / HTTP/1.1\r\nHost: h\r\nendpoint: vpce-2\r\n\r\n";
  EXPECT_EQ(client.exchange(asked).body, "vpce-1 10.0.1.10");
  EXPECT_EQ(client.exchange(asked).body, "vpce-1 10.0.1.10");
}

TEST(HttpServer, A_taken_port_is_one_clear_sentence) {
  const auto server = serve(echo());
  const auto second = HttpServer::listen(
      {.address = IpAddress::v4(INADDR_LOOPBACK), .port = server->port()}, echo(), kClock);
  ASSERT_FALSE(second);
  EXPECT_EQ(
      second.error().message(),
      fmt::format("Cannot listen on 127.0.0.1:{}: another program listens there", server->port()));
  const auto foreign =
      HttpServer::listen({.address = *IpAddress::parse("192.0.2.1"), .port = 1}, echo(), kClock);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().message(),
            "Cannot listen on 192.0.2.1:1: Cannot assign requested address");
}

TEST(ListenAddress, Is_read_from_text) {
  EXPECT_EQ(parse_listen_address("127.0.0.1:4566")->address.text(), "127.0.0.1");
  EXPECT_EQ(parse_listen_address("127.0.0.1:4566")->port, 4566);
  EXPECT_EQ(parse_listen_address("[::1]:1")->address.text(), "::1");
  for (const char* text : {"", ":", "4566", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:80",
                           "[127.0.0.1]:80", "localhost:80", "127.0.0.1:80x", "127.0.0.1:-1"}) {
    SCOPED_TRACE(text);
    const auto parsed = parse_listen_address(text);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().message(),
              fmt::format("'{}' is not an address to listen on, such as 127.0.0.1:4566", text));
  }
}

class UnixSocketTest : public testing::Test {
 protected:
  Result<std::unique_ptr<HttpServer>> listen() const {
    return HttpServer::listen(
        path_, operator_door([](const OperatorRequest& request) {
          return OperatorAnswer{
              .status = 201,
              .json = fmt::format("[\"{} {} {}\"]", request.method, request.target, request.body)};
        }),
        kClock);
  }

  const ScratchDirectory folder_;
  const std::string path_ = folder_.path() / "operator";
};

TEST_F(UnixSocketTest, Carries_the_operator_s_requests_for_its_owner_alone) {
  auto server = listen();
  ASSERT_TRUE(server) << server.error().message();
  LoopbackClient client(path_);
  const auto answer = client.exchange(post("/accounts?x=y", "{}"));
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body, "[\"POST /accounts?x=y {}\"]");
  EXPECT_EQ(header_of(answer, "Content-Type"), "application/json");
  EXPECT_EQ(client.exchange(post("/", std::string(kTenMegabytes, 'x'))).status, 413);
  struct stat found{};
  ASSERT_EQ(stat(path_.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
  server->reset();
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(UnixSocketTest, The_socket_of_a_killed_daemon_is_replaced_and_that_of_a_live_one_is_not) {
  {
    const Fd dead(socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    path_.copy(at.sun_path, sizeof(at.sun_path) - 1);
    ASSERT_EQ(bind(dead.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  }
  const auto server = listen();
  ASSERT_TRUE(server) << server.error().message();
  const auto second = listen();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message(),
            fmt::format("Cannot listen on {}: another program listens there", path_));
  LoopbackClient client(path_);
  EXPECT_EQ(client.exchange(get("/")).status, 201);
}

TEST_F(UnixSocketTest, A_file_that_is_no_socket_is_left_alone) {
  std::ofstream(path_) << "precious";
  EXPECT_FALSE(listen());
  std::ifstream file(path_);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "precious");
}

}  // namespace
}  // namespace postern::api::server
