// SPDX-License-Identifier: Apache-2.0
// An endpoint's sockets on loopback: what clients send comes to who answers, by HTTP and HTTPS.
#include "service_endpoints/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <condition_variable>
#include <map>
#include <mutex>

#include "base/scratch_directory.h"
#include "service_endpoints/place.h"

namespace postern::service_endpoints {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using model::EndpointState;
using model::Id;
using testing::ElementsAre;

constexpr auto kPatience = std::chrono::seconds(10);  // of a test that is about to fail

// Opens what is asked for on loopback, at any free port.
class LoopbackSockets final : public sockets::VpcSockets {
 public:
  Result<Fd> open(std::string_view vpc, const sockets::Request& request) override {
    EXPECT_EQ(vpc, "vpc-1");
    EXPECT_EQ(request.address.text(), "10.0.1.100");
    auto fd = sockets::open_here({request.kind, *IpAddress::parse("127.0.0.1"), 0});
    if (fd) {
      sockaddr_in address{};
      socklen_t size = sizeof address;
      EXPECT_EQ(getsockname(fd->get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
      std::lock_guard lock(mutex_);
      ports_[request.port] = ntohs(address.sin_port);
      changed_.notify_all();
    }
    return fd;
  }

  // Where the endpoint's port is.
  std::uint16_t port(std::uint16_t of) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return ports_.contains(of); }));
    return ports_[of];
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint16_t, std::uint16_t> ports_;
};

model::World world_with(const char* service, EndpointState state = EndpointState::Available) {
  model::WorldBuilder builder;
  builder
      .put(model::VpcEndpoint{
          .id = Id<model::VpcEndpoint>("vpce-1"),
          .region = "ap-northeast-1",
          .type = "Interface",
          .vpc = Id<model::Vpc>("vpc-1"),
          .service = Id<model::EndpointService>(service),
          .subnets = {{.network_interface = Id<model::NetworkInterface>("eni-1")}},
          .state = state})
      .put(model::NetworkInterface{.id = Id<model::NetworkInterface>("eni-1"),
                                   .vpc = Id<model::Vpc>("vpc-1"),
                                   .address = *IpAddress::parse("10.0.1.100")});
  return builder.build();
}

TEST(Places, Are_those_of_endpoints_to_services_that_are_served) {
  const auto found = places(world_with("ec2"));
  ASSERT_EQ(found.size(), 1U);
  const Place& place = *found.begin()->second;
  EXPECT_EQ(place.endpoint.value, "vpce-1");
  EXPECT_EQ(place.vpc.value, "vpc-1");
  EXPECT_EQ(place.address.text(), "10.0.1.100");
  EXPECT_THAT(place.names, ElementsAre("*.ec2.ap-northeast-1.vpce.amazonaws.com",
                                       "ec2.ap-northeast-1.amazonaws.com"));
  EXPECT_TRUE(places(world_with("kms")).empty());
  EXPECT_TRUE(places(world_with("vpce-svc-0123456789abcdef0")).empty());
  EXPECT_TRUE(places(world_with("ec2", EndpointState::Deleting)).empty());
}

class ServiceEndpointsTest : public ::testing::Test {
 protected:
  // Who answers: says whence the client came and what it said, and ends.
  static void answer(Fd socket, const Id<model::VpcEndpoint>& endpoint,
                     const std::string& address) {
    std::thread([fd = std::move(socket), from = endpoint.value + " " + address] {
      pollable(fd.get());
      char said[64];
      const ssize_t got = recv(fd.get(), said, sizeof said, 0);
      const std::string all = from + " " + std::string(said, got > 0 ? got : 0);
      send(fd.get(), all.data(), all.size(), MSG_NOSIGNAL);
    }).detach();
  }
  // The socket comes nonblocking.
  static void pollable(int fd) {
    const timeval patience{.tv_sec = kPatience.count()};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  }

  tcp::endpoint at(std::uint16_t port) {
    return {asio::ip::address_v4::loopback(), sockets_.port(port)};
  }

  const ScratchDirectory folder_;
  SystemClock clock_;
  LoopbackSockets sockets_;
  Published<model::World> world_{std::make_shared<const model::World>(world_with("ec2"))};
  Authority authority_ = *Authority::open(folder_.path() / "authority.pem", clock_.now());
  asio::io_context io_;
  Server server_{{.world = world_,
                  .sockets = sockets_,
                  .clock = clock_,
                  .authority = authority_,
                  .hand = answer}};
};

// All that comes until the other side ends.
template <class Stream>
std::string exchange(Stream& stream, const std::string& words) {
  asio::write(stream, asio::buffer(words));
  std::string all;
  boost::system::error_code end;
  asio::read(stream, asio::dynamic_buffer(all), end);
  return all;
}

TEST_F(ServiceEndpointsTest, HTTP_comes_to_who_answers) {
  tcp::socket client(io_);
  client.connect(at(80));
  EXPECT_EQ(exchange(client, "hello"), "vpce-1 127.0.0.1 hello");
}

TEST_F(ServiceEndpointsTest, HTTPS_comes_to_who_answers_under_the_services_names) {
  for (const char* name :
       {"ec2.ap-northeast-1.amazonaws.com", "vpce-1-abcd.ec2.ap-northeast-1.vpce.amazonaws.com"}) {
    asio::ssl::context trust(asio::ssl::context::tls_client);
    trust.add_certificate_authority(asio::buffer(authority_.certificate()));
    asio::ssl::stream<tcp::socket> client(io_, trust);
    client.set_verify_mode(asio::ssl::verify_peer);
    client.set_verify_callback(asio::ssl::host_name_verification(name));
    client.next_layer().connect(at(443));
    boost::system::error_code refused;
    client.handshake(asio::ssl::stream_base::client, refused);
    ASSERT_FALSE(refused) << refused.message();
    EXPECT_EQ(exchange(client, "hello"), "vpce-1 127.0.0.1 hello");
  }
}

TEST_F(ServiceEndpointsTest, Old_TLS_is_refused) {
  asio::ssl::context old(asio::ssl::context::tls_client);
  SSL_CTX_set_security_level(old.native_handle(), 0);
  SSL_CTX_set_max_proto_version(old.native_handle(), TLS1_1_VERSION);
  asio::ssl::stream<tcp::socket> client(io_, old);
  client.next_layer().connect(at(443));
  boost::system::error_code refused;
  client.handshake(asio::ssl::stream_base::client, refused);
  EXPECT_TRUE(refused);
}

TEST_F(ServiceEndpointsTest, A_deleted_endpoint_takes_nobody_any_more) {
  const tcp::endpoint http = at(80);
  world_.set(std::make_shared<const model::World>(world_with("ec2", EndpointState::Deleting)));
  const auto until = std::chrono::steady_clock::now() + kPatience;
  boost::system::error_code refused;
  while (!refused && std::chrono::steady_clock::now() < until) {
    tcp::socket client(io_);
    client.connect(http, refused);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_TRUE(refused);
}

}  // namespace
}  // namespace postern::service_endpoints
