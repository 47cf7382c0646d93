// SPDX-License-Identifier: Apache-2.0
#include "sns/delivery/deliverer.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <set>
#include <vector>

#include "base/log.h"
#include "model/chosen.h"
#include "sns/delivery/post.h"
#include "sockets/asio.h"

namespace postern::sns {
namespace {

using boost::asio::awaitable;
using model::DeliveryOutcome;
using model::Id;
using model::TopicDelivery;
using model::TopicSubscription;

// How often the loop looks for what is due.
constexpr auto kLookEvery = std::chrono::milliseconds(100);
// Of all subscribers together.
constexpr std::size_t kAtOnceMax = 32;

}  // namespace

// To each subscriber one after another: a slow one holds up nobody else.
class Deliverer::Loop {
 public:
  explicit Loop(DelivererParts parts) : parts_(std::move(parts)) {
    boost::asio::co_spawn(io_, follow(), boost::asio::detached);
  }

  void run() { io_.run(); }
  void stop() { io_.stop(); }

 private:
  awaitable<void> follow() {
    boost::asio::steady_timer timer(io_);
    for (;;) {
      begin_due();
      timer.expires_after(kLookEvery);
      co_await timer.async_wait(sockets::kAwait);
    }
  }

  void begin_due() {
    const auto world = parts_.world.get();
    const TimePoint now = parts_.clock.now();
    // In the order in which they were published.
    std::map<std::pair<TimePoint, std::uint32_t>, std::vector<const TopicDelivery*>> due;
    for (const auto& [id, delivery] : world->all<TopicDelivery>()) {
      if (delivery->due_at <= now) {
        due[{delivery->message.published_at, delivery->message.number}].push_back(delivery.get());
      }
    }
    for (const auto& [when, deliveries] : due) {
      for (const TopicDelivery* delivery : deliveries) {
        const TopicSubscription* subscription = world->find(delivery->subscription);
        if (subscription != nullptr && busy_.size() < kAtOnceMax &&
            busy_.insert(subscription->id).second) {
          boost::asio::co_spawn(io_, deliver(*delivery, *subscription), boost::asio::detached);
        }
      }
    }
  }

  awaitable<void> deliver(TopicDelivery delivery, TopicSubscription subscription) {
    const DeliveryOutcome outcome = co_await attempt(delivery, subscription);
    parts_.report(delivery.id, outcome);
    busy_.erase(subscription.id);
  }

  awaitable<DeliveryOutcome> attempt(const TopicDelivery& delivery,
                                     const TopicSubscription& subscription) {
    const auto url = api::wire::parse_url(subscription.endpoint);
    if (!url) {
      say_failed(delivery, subscription, "its address cannot be read", true);
      co_return DeliveryOutcome::Refused;
    }
    const auto status =
        co_await post(io_, *url, request_of(delivery, subscription, parts_.links(subscription)),
                      model::settings_of(*parts_.world.get()).subscriber_networks, parts_.timeout);
    if (!status) {
      say_failed(delivery, subscription, status.error(), model::is_last_attempt(delivery));
      co_return DeliveryOutcome::Failed;
    }
    if (is_taken(*status)) {
      log::debug("message delivered",
                 {{"subscription", subscription.id}, {"message", delivery.message.id}});
      co_return DeliveryOutcome::Taken;
    }
    const bool refused = is_refused(*status);
    say_failed(delivery, subscription, fmt::format("it answers {}", *status),
               refused || model::is_last_attempt(delivery));
    co_return refused ? DeliveryOutcome::Refused : DeliveryOutcome::Failed;
  }

  static void say_failed(const TopicDelivery& delivery, const TopicSubscription& subscription,
                         const std::string& why, bool lost) {
    log::warn(lost ? "message given up" : "message not delivered; trying again",
              {{"subscription", subscription.id},
               {"endpoint", subscription.endpoint},
               {"message", delivery.message.id},
               {"why", why}});
  }

  DelivererParts parts_;
  boost::asio::io_context io_{1};
  std::set<Id<TopicSubscription>> busy_;
};

Deliverer::Deliverer(DelivererParts parts)
    : loop_(std::make_unique<Loop>(std::move(parts))), thread_([this] { loop_->run(); }) {}

Deliverer::~Deliverer() {
  loop_->stop();
  thread_.join();
}

}  // namespace postern::sns
