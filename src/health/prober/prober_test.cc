// SPDX-License-Identifier: Apache-2.0
// The prober over real sockets on loopback: nodes and targets are addresses in 127.0.0.0/8.
// Intervals of no length let checks follow one another at once.
#include "health/prober/prober.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>

namespace postern::health {
namespace {

using model::HealthVerdict;
using model::Id;
using model::World;
using model::WorldBuilder;
using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;

constexpr auto kPatience = std::chrono::seconds(10);  // of a test that is about to fail

IpAddress ip(const char* text) {
  return *IpAddress::parse(text);
}
const IpAddress kTargetAddress = ip("127.103.0.5");

// Opens what is asked for; what lies on loopback needs no namespace.
class LoopbackSockets final : public sockets::VpcSockets {
 public:
  Result<Fd> open(std::string_view vpc, const sockets::Request& request) override {
    EXPECT_EQ(vpc, "vpc-1");
    if (refusing) {
      ++refused;
      return unavailable("no such namespace yet");
    }
    return sockets::open_here(request);
  }

  std::atomic<bool> refusing = false;
  std::atomic<int> refused = 0;
};

// Something that listens at the target's address. What it says to a connection is `answer`; with
// none it reads and stays silent.
class Listening {
 public:
  explicit Listening(std::uint16_t port = 0, std::optional<std::string> answer = std::nullopt)
      : answer_(std::move(answer)), wake_(eventfd(0, EFD_CLOEXEC)) {
    auto fd = sockets::open_here({sockets::Kind::TcpListener, kTargetAddress, port});
    EXPECT_TRUE(fd);
    fd_ = std::move(*fd);
    sockaddr_in address{};
    socklen_t size = sizeof address;
    getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Listening() {
    eventfd_write(wake_.get(), 1);
    thread_.join();
  }

  std::uint16_t port() const { return port_; }

  // Who connected so far.
  std::set<std::string> peers() {
    std::lock_guard lock(mutex_);
    return peers_;
  }
  std::string last_request() {
    std::lock_guard lock(mutex_);
    return last_request_;
  }
  int connections() const { return connections_; }

  // Returns when everything that has connected before has been accepted.
  void accept_all_before() {
    const char* marker = "127.103.9.9";
    const auto fd = sockets::open_here({sockets::Kind::TcpClient, ip(marker)});
    const sockaddr_in address{.sin_family = AF_INET,
                              .sin_port = htons(port_),
                              .sin_addr = {.s_addr = htonl(kTargetAddress.v4_value())}};
    connect(fd->get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    while (!peers().contains(marker)) {
      std::this_thread::yield();
    }
  }

 private:
  void serve() {
    std::array<pollfd, 2> waiting = {
        {{.fd = fd_.get(), .events = POLLIN}, {.fd = wake_.get(), .events = POLLIN}}};
    std::deque<Fd> silent;
    while (poll(waiting.data(), waiting.size(), -1) > 0 && waiting[1].revents == 0) {
      sockaddr_in peer{};
      socklen_t size = sizeof peer;
      Fd fd(accept4(fd_.get(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC));
      note(IpAddress::v4(ntohl(peer.sin_addr.s_addr)).text());
      if (answer_) {
        say(fd.get());
      } else {
        silent.push_back(std::move(fd));
        if (silent.size() > 100) {
          silent.pop_front();
        }
      }
    }
  }
  void note(const std::string& peer) {
    std::lock_guard lock(mutex_);
    peers_.insert(peer);
    ++connections_;
  }
  void say(int fd) {
    std::string request(1000, '\0');
    const ssize_t size = recv(fd, request.data(), request.size(), 0);
    send(fd, answer_->data(), answer_->size(), MSG_NOSIGNAL);
    std::lock_guard lock(mutex_);
    last_request_ = request.substr(0, size < 0 ? 0 : static_cast<std::size_t>(size));
  }

  const std::optional<std::string> answer_;
  Fd wake_;
  Fd fd_;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  std::set<std::string> peers_;
  std::string last_request_;
  std::thread thread_;
};

// A port that nobody listens at.
std::uint16_t closed_port() {
  return Listening().port();
}

// An NLB with two nodes and one running target, a prober, and a core in small that writes its
// reports into the World.
class ProberTest : public testing::Test {
 protected:
  void SetUp() override {
    group.health_check = {.interval_seconds = 0,
                          .timeout_seconds = 5,
                          .healthy_threshold = 3,
                          .unhealthy_threshold = 2};
    put_node("eni-a", "127.103.0.20");
    put_node("eni-c", "127.103.1.20");
    builder.put(nlb).put(listener).put(instance).put(group);
    builder.put(group);
  }

  void put_node(const char* id, const char* address) {
    builder.put(model::NetworkInterface{.id = Id<model::NetworkInterface>(id),
                                        .vpc = Id<model::Vpc>("vpc-1"),
                                        .address = ip(address),
                                        .type = model::InterfaceType::NetworkLoadBalancer});
  }

  // Registers the target at `port`, as registration `number`.
  model::Target registered(std::uint16_t port, std::uint32_t number = 1,
                           HealthVerdict verdict = HealthVerdict::None) const {
    return {.id = model::target_key(group.id, "i-1", port),
            .target_group = group.id,
            .target_id = "i-1",
            .port = port,
            .verdict = verdict,
            .number = number};
  }

  template <class... Records>
  void put(const Records&... records) {
    std::lock_guard lock(mutex);
    (builder.put(records), ...);
    publish();
  }
  void publish() {
    WorldBuilder copy = builder;
    published.set(std::make_shared<const World>(copy.build()));
  }

  void start() {
    prober = std::make_unique<Prober>(published, sockets, [this](const Observation& seen) {
      std::lock_guard lock(mutex);
      observations.push_back(seen);
      if (!losing_reports) {
        write(seen);
      }
      changed.notify_all();
    });
  }
  void write(const Observation& seen) {
    model::Transaction tx(*published.get(), TimePoint{}, ids);
    ASSERT_TRUE(record(tx, seen));
    if (const model::Target* target = tx.world().find(seen.target)) {
      builder.put(*target);
      publish();
    }
  }

  HealthVerdict verdict_of(const model::Target& target) const {
    const model::Target* found = published.get()->find(target.id);
    return found == nullptr ? HealthVerdict::None : found->verdict;
  }

  template <class Condition>
  [[nodiscard]] bool wait_for(Condition condition) {
    std::unique_lock lock(mutex);
    const auto give_up = std::chrono::steady_clock::now() + kPatience;
    while (!condition()) {
      // Not everything that is waited for is announced.
      changed.wait_for(lock, std::chrono::milliseconds(5));
      if (std::chrono::steady_clock::now() > give_up) {
        return false;
      }
    }
    return true;
  }
  std::vector<Observation> seen() {
    std::lock_guard lock(mutex);
    return observations;
  }
  [[nodiscard]] bool becomes(const model::Target& target, HealthVerdict verdict) {
    return wait_for([&] { return verdict_of(target) == verdict; });
  }

  model::LoadBalancer nlb{
      .id = Id<model::LoadBalancer>("nlb"),
      .vpc = Id<model::Vpc>("vpc-1"),
      .zones = {{.zone = "a", .network_interface = Id<model::NetworkInterface>("eni-a")},
                {.zone = "c", .network_interface = Id<model::NetworkInterface>("eni-c")}},
      .state = model::LoadBalancerState::Active};
  model::TargetGroup group{.id = Id<model::TargetGroup>("tg"), .vpc = Id<model::Vpc>("vpc-1")};
  model::Listener listener{.id = Id<model::Listener>("li"),
                           .load_balancer = Id<model::LoadBalancer>("nlb"),
                           .port = 443,
                           .default_action = model::forward_to(Id<model::TargetGroup>("tg"))};
  model::Instance instance{.id = Id<model::Instance>("i-1"),
                           .zone = "a",
                           .address = kTargetAddress,
                           .state = model::InstanceState::Running};

  std::mutex mutex;
  std::condition_variable changed;
  WorldBuilder builder;
  Published<World> published{std::make_shared<const World>()};
  std::vector<Observation> observations;
  std::atomic<bool> losing_reports = false;
  SeededIds ids{1};
  LoopbackSockets sockets;
  std::unique_ptr<Prober> prober;
};

// [NLB guide, "Health checks": every node checks; the node's private address is the source]
TEST_F(ProberTest, A_target_that_listens_is_healthy_and_checked_from_every_node) {
  Listening target;
  put(registered(target.port()));
  start();
  EXPECT_TRUE(becomes(registered(target.port()), HealthVerdict::Healthy));
  EXPECT_TRUE(wait_for([&] { return target.peers().size() == 2; }));
  EXPECT_THAT(target.peers(), IsSupersetOf({"127.103.0.20", "127.103.1.20"}));
}

TEST_F(ProberTest, A_target_that_does_not_listen_is_unhealthy) {
  const std::uint16_t port = closed_port();
  put(registered(port));
  start();
  EXPECT_TRUE(becomes(registered(port), HealthVerdict::Unhealthy));
}

TEST_F(ProberTest, A_target_fails_and_recovers) {
  auto target = std::make_unique<Listening>();
  const std::uint16_t port = target->port();
  put(registered(port));
  start();
  EXPECT_TRUE(becomes(registered(port), HealthVerdict::Healthy));
  target.reset();
  EXPECT_TRUE(becomes(registered(port), HealthVerdict::Unhealthy));
  target = std::make_unique<Listening>(port);
  EXPECT_TRUE(becomes(registered(port), HealthVerdict::Healthy));
}

TEST_F(ProberTest, A_target_that_is_registered_while_it_runs_is_checked_at_once) {
  group.health_check.interval_seconds = 300;
  put(group);
  start();
  Listening target;
  put(registered(target.port()));
  EXPECT_TRUE(becomes(registered(target.port()), HealthVerdict::Healthy));
}

TEST_F(ProberTest, HTTP_checks_ask_for_the_path_and_look_at_the_code) {
  struct Case {
    const char* answer;
    HealthVerdict verdict;
  };
  group.health_check.protocol = "HTTP";
  group.health_check.path = "/ready?x=1";
  group.health_check.matcher = "200-299";
  put(group);
  start();
  for (const Case& c : {
           Case{"HTTP/1.1 204 No Content\r\n\r\n", HealthVerdict::Healthy},
           Case{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", HealthVerdict::Healthy},
           Case{"HTTP/1.1 302 Found\r\n\r\n", HealthVerdict::Unhealthy},
           Case{"nonsense\r\n\r\n", HealthVerdict::Unhealthy},
           Case{"", HealthVerdict::Unhealthy},
       }) {
    SCOPED_TRACE(c.answer);
    Listening target(0, c.answer);
    put(registered(target.port()));
    EXPECT_TRUE(becomes(registered(target.port()), c.verdict));
    EXPECT_TRUE(wait_for([&] { return !target.last_request().empty(); }));
    EXPECT_THAT(target.last_request(), HasSubstr("GET /ready?x=1 HTTP/1.1\r\n"));
    // The node's address and its listener's port, not the target's. [NLB guide]
    EXPECT_THAT(target.last_request(),
                testing::ContainsRegex("Host: 127\\.103\\.[01]\\.20:443\r\n"));
  }
}

// [NLB guide, "Proxy protocol": health checks carry the header, without a client]
TEST_F(ProberTest, A_group_that_wants_the_proxy_header_gets_it_in_checks_too) {
  group.health_check.protocol = "HTTP";
  group.health_check.path = "/";
  group.health_check.matcher = "200";
  group.attributes["proxy_protocol_v2.enabled"] = "true";
  put(group);
  start();
  Listening target(0, "HTTP/1.1 200 OK\r\n\r\n");
  put(registered(target.port()));
  EXPECT_TRUE(becomes(registered(target.port()), HealthVerdict::Healthy));
  EXPECT_TRUE(wait_for([&] { return target.last_request().size() > 16; }));
  using namespace std::string_literals;
  EXPECT_EQ(target.last_request().substr(0, 20), "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0GET "s);
}

TEST_F(ProberTest, A_target_that_says_nothing_in_time_is_unhealthy) {
  group.health_check.protocol = "HTTP";
  group.health_check.path = "/";
  group.health_check.matcher = "200";
  group.health_check.timeout_seconds = 1;
  put(group);
  Listening silent;
  put(registered(silent.port()));
  start();
  EXPECT_TRUE(becomes(registered(silent.port()), HealthVerdict::Unhealthy));
}

TEST_F(ProberTest, A_check_that_could_not_be_made_says_nothing_about_the_target) {
  sockets.refusing = true;
  Listening target;
  put(registered(target.port(), 1, HealthVerdict::Healthy));
  start();
  EXPECT_TRUE(wait_for([&] { return sockets.refused > 6; }));
  EXPECT_TRUE(seen().empty());
  EXPECT_EQ(target.connections(), 0);
  sockets.refusing = false;
  EXPECT_TRUE(wait_for([&] { return target.connections() > 0; }));
}

// [API reference, TargetHealth: Elb.InternalError] It takes a hundred tries.
TEST_F(ProberTest, A_target_that_could_never_be_checked_is_unavailable_until_it_is) {
  sockets.refusing = true;
  Listening target;
  put(registered(target.port()));
  start();
  EXPECT_TRUE(wait_for([&] { return sockets.refused > 150; }));
  EXPECT_TRUE(becomes(registered(target.port()), HealthVerdict::Unavailable));
  sockets.refusing = false;
  EXPECT_TRUE(becomes(registered(target.port()), HealthVerdict::Healthy));
}

TEST_F(ProberTest, After_a_restart_the_stored_verdict_is_gone_on_from) {
  Listening target;
  put(registered(target.port(), 1, HealthVerdict::Unhealthy));
  start();
  EXPECT_TRUE(becomes(registered(target.port()), HealthVerdict::Healthy));
  prober.reset();
  target.accept_all_before();
  // One success is enough from None only: from Unhealthy each node needs three.
  EXPECT_GE(target.connections(), 6 + 1);
  EXPECT_THAT(seen(),
              testing::Each(Observation{registered(target.port()).id, 1, HealthVerdict::Healthy}));
}

TEST_F(ProberTest, A_target_that_is_registered_again_starts_anew) {
  const std::uint16_t port = closed_port();
  put(registered(port, 1));
  start();
  EXPECT_TRUE(becomes(registered(port), HealthVerdict::Unhealthy));
  Listening target(port);
  put(registered(port, 2));
  EXPECT_TRUE(becomes(registered(port), HealthVerdict::Healthy));
  EXPECT_EQ(published.get()->find(registered(port).id)->number, 2U);
  EXPECT_THAT(seen(), Contains(Observation{registered(port).id, 2, HealthVerdict::Healthy}));
}

TEST_F(ProberTest, A_target_that_is_no_longer_used_is_not_checked_and_loses_its_verdict) {
  Listening first;
  Listening second;
  put(registered(first.port()), registered(second.port(), 2));
  start();
  EXPECT_TRUE(becomes(registered(first.port()), HealthVerdict::Healthy));
  EXPECT_TRUE(becomes(registered(second.port()), HealthVerdict::Healthy));
  model::Target draining = registered(first.port(), 1, HealthVerdict::Healthy);
  draining.draining_until = TimePoint{} + std::chrono::hours(1);
  // In the same World a third target comes: once it is healthy, the World has been taken in.
  Listening third;
  put(draining, registered(third.port(), 3));
  EXPECT_TRUE(becomes(registered(third.port()), HealthVerdict::Healthy));
  first.accept_all_before();
  const int stopped_at = first.connections();
  const int second_at = second.connections();
  EXPECT_TRUE(wait_for([&] { return second.connections() >= second_at + 200; }));
  EXPECT_EQ(first.connections(), stopped_at);

  instance.state = model::InstanceState::Stopped;
  put(instance);
  EXPECT_TRUE(becomes(registered(second.port()), HealthVerdict::None));
  EXPECT_EQ(verdict_of(draining), HealthVerdict::Healthy) << "it may be registered again";
}

TEST_F(ProberTest, A_report_that_was_lost_comes_again) {
  losing_reports = true;
  Listening target;
  put(registered(target.port()));
  start();
  EXPECT_TRUE(wait_for([&] { return observations.size() >= 3; }));
  losing_reports = false;
  EXPECT_TRUE(becomes(registered(target.port()), HealthVerdict::Healthy));
}

TEST_F(ProberTest, Changed_settings_are_tried_at_once) {
  group.health_check.interval_seconds = 300;
  const std::uint16_t port = closed_port();
  put(group, registered(port));
  start();
  Listening elsewhere;
  group.health_check.port = std::to_string(elsewhere.port());
  put(group);
  EXPECT_TRUE(becomes(registered(port), HealthVerdict::Healthy));
}

}  // namespace
}  // namespace postern::health
