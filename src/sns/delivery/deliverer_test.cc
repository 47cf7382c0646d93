// SPDX-License-Identifier: Apache-2.0
// The outbox against a subscriber on loopback that answers as a test wants.
#include "sns/delivery/deliverer.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "base/fd.h"
#include "model/chosen.h"

namespace postern::sns {
namespace {

using model::DeliveryOutcome;
using model::Id;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kPatience = std::chrono::seconds(10);  // of a test that is about to fail

// Takes requests one after another; each gets the next of the answers.
class Subscriber {
 public:
  explicit Subscriber(std::deque<std::string> answers) : answers_(std::move(answers)) {
    const sockaddr_in any{.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    EXPECT_EQ(bind(fd_.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
    EXPECT_EQ(listen(fd_.get(), 16), 0);
    sockaddr_in at{};
    socklen_t size = sizeof at;
    EXPECT_EQ(getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&at), &size), 0);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Subscriber() {
    shutdown(fd_.get(), SHUT_RDWR);
    thread_.join();
  }

  std::string url() const { return fmt::format("http://127.0.0.1:{}/sns?x=y", port_); }
  std::vector<std::string> requests() {
    std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    while (true) {
      const Fd peer(accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!peer) {
        return;
      }
      std::string request;
      char buffer[4096];
      while (request.find("\r\n\r\n") == std::string::npos ||
             request.size() < request.find("\r\n\r\n") + 4 + length(request)) {
        const ssize_t n = recv(peer.get(), buffer, sizeof buffer, 0);
        if (n <= 0) {
          break;
        }
        request.append(buffer, static_cast<std::size_t>(n));
      }
      std::string answer = "200 OK";
      {
        std::lock_guard lock(mutex_);
        requests_.push_back(request);
        if (!answers_.empty()) {
          answer = answers_.front();
          answers_.pop_front();
        }
      }
      answer = "HTTP/1.1 " + answer + "\r\nContent-Length: 0\r\n\r\n";
      (void)!send(peer.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }
  static std::size_t length(const std::string& request) {
    const std::size_t at = request.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::stoul(request.substr(at + 16));
  }

  Fd fd_{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::deque<std::string> answers_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

class DelivererTest : public testing::Test {
 protected:
  // A World in which the message waits for a subscriber at `url`.
  void post(const std::string& url, const std::string& text) {
    model::Transaction tx(*world_.get(), clock_.now(), ids_);
    const model::Topic topic{.id = Id<model::Topic>("arn:aws:sns:r:1:t")};
    model::set_subscriber_networks(tx, networks_);
    tx.put(topic);
    tx.put(model::TopicSubscription{.id = Id<model::TopicSubscription>("arn:aws:sns:r:1:t:s"),
                                    .topic = topic.id,
                                    .protocol = "http",
                                    .endpoint = url,
                                    .confirmed = true});
    model::publish(tx, topic, {.text = text});
    world_.set(std::make_shared<const model::World>(tx.world()));
  }

  void start(std::chrono::milliseconds timeout = kPatience) {
    deliverer_.emplace(
        DelivererParts{.world = world_,
                       .clock = clock_,
                       .links = [](const auto&) { return Links{"http://us/s", "http://us/u"}; },
                       .report =
                           [this](const auto& id, DeliveryOutcome outcome) {
                             model::Transaction tx(*world_.get(), clock_.now(), ids_);
                             model::end_attempt(tx, id, outcome);
                             world_.set(std::make_shared<const model::World>(tx.world()));
                             std::lock_guard lock(mutex_);
                             outcomes_.push_back(outcome);
                             changed_.notify_all();
                           },
                       .timeout = timeout});
  }
  std::vector<DeliveryOutcome> outcomes(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return outcomes_.size() >= count; }));
    return outcomes_;
  }

  std::vector<Cidr> networks_{*Cidr::parse("127.0.0.1/32")};
  SystemClock clock_;
  SeededIds ids_{1};
  Published<model::World> world_{std::make_shared<const model::World>()};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<DeliveryOutcome> outcomes_;
  std::optional<Deliverer> deliverer_;
};

TEST_F(DelivererTest, Sends_what_waits_in_its_order_and_once) {
  Subscriber subscriber({});
  post(subscriber.url(), "first");
  post(subscriber.url(), "second");
  start();
  EXPECT_THAT(outcomes(2), ElementsAre(DeliveryOutcome::Taken, DeliveryOutcome::Taken));
  const auto requests = subscriber.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_THAT(requests[0], HasSubstr("\"Message\":\"first\""));
  EXPECT_THAT(requests[1], HasSubstr("\"Message\":\"second\""));
  EXPECT_TRUE(requests[0].starts_with("POST /sns?x=y HTTP/1.1\r\n")) << requests[0];
  EXPECT_TRUE(world_.get()->all<model::TopicDelivery>().empty());
}

TEST_F(DelivererTest, A_failure_waits_for_its_next_try_and_a_refusal_has_none) {
  Subscriber subscriber({"503 Busy", "404 Not Found"});
  post(subscriber.url(), "first");
  post(subscriber.url(), "second");
  start();
  EXPECT_THAT(outcomes(2), ElementsAre(DeliveryOutcome::Failed, DeliveryOutcome::Refused));
  const auto left = world_.get();
  ASSERT_EQ(left->all<model::TopicDelivery>().size(), 1U);
  EXPECT_EQ(left->all<model::TopicDelivery>().begin()->second->attempts, 1);
}

TEST_F(DelivererTest, Nobody_there_and_nobody_who_answers_are_failures) {
  std::string gone;
  {
    Subscriber subscriber({});
    gone = subscriber.url();
  }
  post(gone, "m");
  start();
  EXPECT_THAT(outcomes(1), ElementsAre(DeliveryOutcome::Failed));
  deliverer_.reset();
  outcomes_.clear();
  // Listens, and never answers.
  const Fd silent(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in any{.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
  ASSERT_EQ(bind(silent.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
  ASSERT_EQ(listen(silent.get(), 4), 0);
  sockaddr_in at{};
  socklen_t size = sizeof at;
  ASSERT_EQ(getsockname(silent.get(), reinterpret_cast<sockaddr*>(&at), &size), 0);
  post(fmt::format("http://127.0.0.1:{}/", ntohs(at.sin_port)), "m");
  start(std::chrono::milliseconds(200));
  EXPECT_THAT(outcomes(1), ElementsAre(DeliveryOutcome::Failed));
}

TEST_F(DelivererTest, Calls_nobody_outside_the_operator_s_networks_by_address_or_by_name) {
  Subscriber subscriber({});
  const std::string by_address = subscriber.url();
  std::string by_name = by_address;
  by_name.replace(by_name.find("127.0.0.1"), 9, "localhost");
  networks_ = {*Cidr::parse("127.0.0.2/32"), *Cidr::parse("10.0.0.0/8")};
  for (const std::string& url : {by_address, by_name}) {
    SCOPED_TRACE(url);
    outcomes_.clear();
    post(url, "m");
    start();
    EXPECT_THAT(outcomes(1), ElementsAre(DeliveryOutcome::Failed));
    deliverer_.reset();
  }
  EXPECT_TRUE(subscriber.requests().empty());
}

}  // namespace
}  // namespace postern::sns
