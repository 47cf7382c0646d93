// SPDX-License-Identifier: Apache-2.0
// What is at which path, over loopback, for AWS clients, people and pages of other sites.
#include "api/server/front_door.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "api/server/loopback_client.h"
#include "api/server/test_service.h"

namespace postern::api::server {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using wire::HttpRequest;
using wire::HttpResponse;

constexpr std::size_t kTenMegabytes = 10'000'000;

std::string bytes_of(const HttpRequest& request) {
  std::string out = fmt::format("{} {} HTTP/1.1\r\n", request.method, request.target);
  for (const wire::HttpHeader& header : request.headers) {
    out += fmt::format("{}: {}\r\n", header.name, header.value);
  }
  return out + fmt::format("Content-Length: {}\r\n\r\n{}", request.body.size(), request.body);
}

class FrontDoorTest : public testing::Test {
 protected:
  void SetUp() override { open(false); }

  void open(bool allow_reset) {
    FrontDoorParts parts{.dispatcher = dispatcher_,
                         .is_ready = [this] { return ready_.load(); },
                         .version = "1.2.3",
                         .region = "eu-west-1",
                         .operator_socket = "/run/p/postern.sock",
                         .link = [](const HttpRequest& asked) -> std::optional<HttpResponse> {
                           return asked.query() == "link"
                                      ? std::optional(HttpResponse{.body = "followed"})
                                      : std::nullopt;
                         },
                         .console =
                             [](const HttpRequest& asked) {
                               return HttpResponse{.body = "console " + asked.target};
                             },
                         .host_names = {"lab.example"}};
    if (allow_reset) {
      parts.reset = [this]() -> Result<> {
        ++resets_;
        if (!ready_) {
          return unavailable("the store is closed");
        }
        return {};
      };
    }
    auto server =
        HttpServer::listen({.address = IpAddress::v4(INADDR_LOOPBACK)}, front_door(parts), clock_);
    ASSERT_TRUE(server) << server.error().message();
    server_ = std::move(*server);
  }

  HttpRequest request(std::string method, std::string target, std::string body = "") {
    return {std::move(method),
            std::move(target),
            {{"Host", fmt::format("127.0.0.1:{}", server_->port())}},
            std::move(body)};
  }
  HttpRequest with(HttpRequest request, std::string name, std::string value) {
    request.headers.push_back({std::move(name), std::move(value)});
    return request;
  }
  HttpResponse send(const HttpRequest& request) {
    LoopbackClient client(server_->port());
    client.send(bytes_of(request));
    return client.receive(request.method != "HEAD");
  }

  store::MemoryStore store_;
  SystemClock clock_;
  SeededIds ids_{1};
  RandomIds request_ids_;
  core::Core core_{store_, world_of_ada_and_bob(), clock_, ids_};
  Dispatcher dispatcher_{{.core = core_,
                          .clock = clock_,
                          .ids = request_ids_,
                          .services = test_services(),
                          .ensure_region = [](const model::Caller&) { return Result<>(); },
                          .wait_programmed = [](std::uint64_t) { return true; }}};
  std::atomic<bool> ready_ = true;
  std::atomic<int> resets_ = 0;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(FrontDoorTest, Health_is_200_when_ready_and_503_before) {
  const auto ready = send(request("GET", "/_postern/health"));
  EXPECT_EQ(ready.status, 200);
  EXPECT_THAT(ready.body,
              StartsWith(R"({"status":"ready","version":"1.2.3","region":"eu-west-1")"));
  EXPECT_EQ(header_of(ready, "Content-Type"), "application/json");
  ready_ = false;
  const auto starting = send(request("GET", "/_postern/health"));
  EXPECT_EQ(starting.status, 503);
  EXPECT_THAT(starting.body, HasSubstr(R"("status":"starting")"));
  EXPECT_EQ(send(request("POST", "/_postern/health")).status, 405);
}

TEST_F(FrontDoorTest, Reset_is_there_only_when_allowed) {
  EXPECT_EQ(send(request("POST", "/_postern/reset")).status, 404);
  open(true);
  EXPECT_EQ(send(request("GET", "/_postern/reset")).status, 405);
  EXPECT_EQ(resets_, 0);
  EXPECT_EQ(send(request("POST", "/_postern/reset")).status, 200);
  EXPECT_EQ(resets_, 1);
  ready_ = false;
  const auto failed = send(request("POST", "/_postern/reset"));
  EXPECT_EQ(failed.status, 500);
  EXPECT_THAT(failed.body, HasSubstr("the store is closed"));
}

TEST_F(FrontDoorTest, Pages_of_other_sites_may_do_nothing) {
  open(true);
  const HttpRequest reset = request("POST", "/_postern/reset");
  EXPECT_EQ(send(with(reset, "Origin", "http://evil.example")).status, 403);
  EXPECT_EQ(send(with(reset, "Origin", "null")).status, 403);
  EXPECT_EQ(send(with(reset, "Sec-Fetch-Site", "cross-site")).status, 403);
  EXPECT_EQ(resets_, 0);
  const std::string own = fmt::format("http://127.0.0.1:{}", server_->port());
  EXPECT_EQ(send(with(reset, "Origin", own)).status, 200);
}

TEST_F(FrontDoorTest, A_browser_comes_to_the_console) {
  const auto visit = send(with(request("GET", "/"), "Accept", "text/html,application/xml;q=0.9"));
  EXPECT_EQ(visit.status, 303);
  EXPECT_EQ(header_of(visit, "Location"), "/console/");
  EXPECT_EQ(send(request("GET", "/console")).status, 303);
  EXPECT_EQ(send(request("GET", "/console/vpc")).body, "console /console/vpc");
  const auto unsigned_get = send(request("GET", "/"));
  EXPECT_EQ(unsigned_get.status, 403);
  EXPECT_THAT(unsigned_get.body, HasSubstr("<Code>MissingAuthenticationToken</Code>"));
}

TEST_F(FrontDoorTest, A_name_that_is_not_ours_is_no_way_to_the_console) {
  const auto as = [&](HttpRequest asked, const std::string& host) {
    asked.headers[0].value = host;
    return send(asked);
  };
  const HttpRequest page = request("GET", "/console/");
  EXPECT_EQ(as(page, "lab.example:4566").status, 200);
  EXPECT_EQ(as(page, "localhost").status, 200);
  const auto refused = as(page, "evil.example");
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("--host-name"));
  HttpRequest call = request("POST", "/", "Action=ListVpcs");
  call.headers.push_back({"Origin", "http://evil.example"});
  EXPECT_THAT(as(call, "evil.example").body, HasSubstr("--host-name"));
  EXPECT_THAT(as(request("POST", "/"), "postern.internal").body, HasSubstr("MissingAuthentication"))
      << "programs may call us as they like";
}

TEST_F(FrontDoorTest, Other_methods_and_paths_are_refused_clearly) {
  for (const char* method : {"HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"}) {
    SCOPED_TRACE(method);
    const auto answer = send(request(method, "/"));
    EXPECT_EQ(answer.status, 405);
    EXPECT_EQ(header_of(answer, "Allow"), "GET, POST");
  }
  EXPECT_EQ(send(request("GET", "/favicon.ico")).status, 404);
  EXPECT_EQ(send(request("GET", "/_postern/")).status, 404);
  EXPECT_EQ(send(request("PUT", "/latest/api/token")).status, 404);
}

TEST_F(FrontDoorTest, A_link_that_somebody_was_sent_needs_no_signature) {
  EXPECT_EQ(send(request("GET", "/?link")).body, "followed");
  EXPECT_NE(send(request("GET", "/?links")).body, "followed");
  EXPECT_EQ(send(with(request("GET", "/?link"), "Sec-Fetch-Site", "cross-site")).status, 403);
}

TEST_F(FrontDoorTest, A_signed_request_over_the_wire_is_answered) {
  HttpRequest signed_request = request("POST", "/", "Action=ListVpcs&Version=2016-11-15");
  wire::sign_request(signed_request, kAda, {"eu-west-1", "ec2"}, clock_.now());
  const auto answer = send(signed_request);
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("<account>111111111111</account>"));
  EXPECT_FALSE(header_of(answer, "Date").empty());
  EXPECT_EQ(header_of(answer, "x-amzn-RequestId").size(), 36U);
  HttpRequest presigned = request("GET", "/?Action=ListVpcs&Version=2011-06-15");
  wire::presign_request(presigned, kBob, {"eu-west-1", "sts"}, clock_.now(),
                        std::chrono::seconds(60));
  EXPECT_THAT(send(presigned).body, HasSubstr("<account>222222222222</account>"));
}

TEST_F(FrontDoorTest, A_body_of_ten_megabytes_gets_an_AWS_error_on_a_connection_that_goes_on) {
  HttpRequest large = request("POST", "/", std::string(kTenMegabytes, 'x'));
  wire::sign_request(large, kAda, {"eu-west-1", "ec2"}, clock_.now());
  LoopbackClient client(server_->port());
  const auto answer = client.exchange(bytes_of(large));
  EXPECT_EQ(answer.status, 413);
  EXPECT_THAT(answer.body, HasSubstr("<Code>RequestEntityTooLarge</Code>"));
  EXPECT_EQ(client.exchange(bytes_of(request("GET", "/_postern/health"))).status, 200);
}

// docs/adr/0025: the API, and nothing that is Postern's own.
TEST_F(FrontDoorTest, Behind_an_endpoint_there_are_signed_requests_only) {
  const HttpHandler door = endpoint_door(dispatcher_);
  const auto through = [&](HttpRequest asked) {
    asked.endpoint = "vpce-1";
    asked.endpoint_client = "10.0.1.10";
    return door.answer(asked);
  };
  for (const char* path : {"/_postern/health", "/_postern/reset", "/console/", "/?link", "/"}) {
    const auto answer = through(request("GET", path));
    EXPECT_EQ(answer.status / 100, 4) << path;
    EXPECT_EQ(answer.body.find("ready"), std::string::npos) << path;
  }
  EXPECT_FALSE(door.upgrade);
  EXPECT_FALSE(door.subscribe);
  HttpRequest call = request("POST", "/", "Action=ListVpcs&Version=2016-11-15");
  wire::sign_request(call, kAda, {"eu-west-1", "ec2"}, clock_.now());
  EXPECT_THAT(through(call).body, HasSubstr("because no VPC endpoint policy allows"))
      << "there is no such endpoint";
  EXPECT_EQ(door.answer(call).status, 404) << "who came through none is let in by none";
  ASSERT_TRUE(core_.run([](model::Transaction& tx) -> Result<> {
    tx.put(model::VpcEndpoint{
        .id = model::Id<model::VpcEndpoint>("vpce-1"),
        .region = "eu-west-1",
        .type = "Interface",
        .service = model::Id<model::EndpointService>("ec2"),
        .policy_document =
            R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}})",
        .state = model::EndpointState::Available});
    return {};
  }));
  EXPECT_THAT(through(call).body, HasSubstr("<account>111111111111</account>"));
}

}  // namespace
}  // namespace postern::api::server
