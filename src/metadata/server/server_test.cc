// SPDX-License-Identifier: Apache-2.0
// The service over real sockets on loopback: two VPCs that both have an instance at 127.0.0.1.
#include "metadata/server/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <condition_variable>
#include <map>
#include <mutex>

namespace postern::metadata {
namespace {

using model::Id;
using model::Instance;
using testing::HasSubstr;
using testing::StartsWith;

constexpr auto kPatience = std::chrono::seconds(10);  // of a test that is about to fail

// Opens what is asked for on loopback, at any free port.
class LoopbackSockets final : public sockets::VpcSockets {
 public:
  Result<Fd> open(std::string_view vpc, const sockets::Request& request) override {
    EXPECT_EQ(request.port, 80);
    EXPECT_EQ(request.address.text(), "169.254.169.254");
    auto fd = sockets::open_here({request.kind, *IpAddress::parse("127.0.0.1"), 0});
    if (fd) {
      sockaddr_in address{};
      socklen_t size = sizeof address;
      EXPECT_EQ(getsockname(fd->get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
      std::lock_guard lock(mutex_);
      ports_[std::string(vpc)] = ntohs(address.sin_port);
      changed_.notify_all();
    }
    return fd;
  }

  std::uint16_t port(const std::string& vpc) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return ports_.contains(vpc); }));
    return ports_[vpc];
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::uint16_t> ports_;
};

class MetadataServerTest : public testing::Test {
 protected:
  static model::World world() {
    model::WorldBuilder builder;
    for (const char* n : {"1", "2"}) {
      const Id<model::Vpc> vpc(std::string("vpc-") + n);
      builder.put(model::Vpc{.id = vpc, .cidr = *Cidr::parse("127.0.0.0/16")})
          .put(Instance{.id = Id<Instance>(std::string("i-") + n),
                        .vpc = vpc,
                        .address = *IpAddress::parse("127.0.0.1"),
                        .metadata = {.http_tokens = n[0] == '2' ? "required" : "optional"},
                        .metadata_secret = n})
          .put(model::NetworkInterface{
              .id = Id<model::NetworkInterface>(std::string("eni-") + n),
              .vpc = vpc,
              .address = *IpAddress::parse("127.0.0.1"),
              .attachment = model::Attachment{.instance_id = std::string("i-") + n}});
    }
    return builder.build();
  }

  // Sends the bytes and gives all that comes back until the other side closes.
  std::string exchange(const std::string& vpc, const std::string& bytes) {
    const Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const timeval patience{.tv_sec = kPatience.count()};
    EXPECT_EQ(setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    const sockaddr_in at{.sin_family = AF_INET,
                         .sin_port = htons(sockets_.port(vpc)),
                         .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    EXPECT_EQ(connect(fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    EXPECT_EQ(send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
    std::string all;
    char buffer[4096];
    for (ssize_t n; (n = recv(fd.get(), buffer, sizeof buffer, 0)) > 0;) {
      all.append(buffer, static_cast<std::size_t>(n));
    }
    return all;
  }
  static std::string request(const std::string& line, const std::string& headers = "") {
    return line + " HTTP/1.1\r\nHost: 169.254.169.254\r\nConnection: close\r\n" + headers + "\r\n";
  }

  LoopbackSockets sockets_;
  SystemClock clock_;
  Published<model::World> world_{std::make_shared<const model::World>(world())};
  Server server_{
      {.world = world_, .sockets = sockets_, .clock = clock_, .renew_keys = [this](const auto&) {
         return world_.get();
       }}};
};

TEST_F(MetadataServerTest, Instances_at_one_address_in_two_VPCs_are_told_apart) {
  const std::string one = exchange("vpc-1", request("GET /latest/meta-data/instance-id"));
  EXPECT_THAT(one, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(one.ends_with("\r\n\r\ni-1")) << one;
  EXPECT_THAT(exchange("vpc-2", request("GET /latest/meta-data/instance-id")),
              StartsWith("HTTP/1.1 401 Unauthorized\r\n"));
  const std::string given = exchange(
      "vpc-2", request("PUT /latest/api/token", "X-aws-ec2-metadata-token-ttl-seconds: 60\r\n"));
  const std::string token = given.substr(given.rfind('\n') + 1);
  const std::string with = "X-aws-ec2-metadata-token: " + token + "\r\n";
  EXPECT_TRUE(exchange("vpc-2", request("GET /latest/meta-data/instance-id", with))
                  .ends_with("\r\n\r\ni-2"));
  EXPECT_THAT(exchange("vpc-1", request("GET /latest/meta-data/instance-id", with)),
              StartsWith("HTTP/1.1 401 Unauthorized\r\n"));
}

// Whoever waited finds the port open: what boots asks at once.
TEST_F(MetadataServerTest, An_open_VPC_can_be_waited_for) {
  EXPECT_TRUE(server_.wait_open(Id<model::Vpc>("vpc-1"), kPatience));
  EXPECT_FALSE(server_.wait_open(Id<model::Vpc>("vpc-3"), std::chrono::milliseconds(1)));
}

TEST_F(MetadataServerTest, Requests_follow_each_other_on_a_connection_and_HEAD_has_no_body) {
  const std::string both =
      exchange("vpc-1", "HEAD /latest/meta-data/instance-id HTTP/1.1\r\nHost: a\r\n\r\n" +
                            request("GET /latest/meta-data/local-ipv4"));
  EXPECT_THAT(both, HasSubstr("Content-Length: 3\r\n"));
  EXPECT_THAT(both, testing::Not(HasSubstr("i-1")));
}

TEST_F(MetadataServerTest, What_is_no_request_is_answered_once) {
  EXPECT_THAT(exchange("vpc-1", "colour\r\n\r\n"), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_THAT(exchange("vpc-1", request("GET /", "X: " + std::string(9000, 'x') + "\r\n")),
              StartsWith("HTTP/1.1 400 Bad Request\r\n"));
}

}  // namespace
}  // namespace postern::metadata
