// SPDX-License-Identifier: Apache-2.0
// Deliverer: sends what is in the outbox of topics to their subscribers, from the host's own
// network and only into the networks that the operator has named. A row goes when its subscriber
// has taken it, so whatever happens to the daemon in between, it is sent at least once.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include "base/inbox.h"
#include "base/time.h"
#include "model/topics.h"
#include "sns/delivery/message.h"

namespace postern::sns {

// References outlive the deliverer.
struct DelivererParts {
  const Published<model::World>& world;
  const Clock& clock;
  // The links of a subscription.
  std::function<Links(const model::TopicSubscription&)> links;
  // Notes what came of an attempt, in the World too when it returns; what could not be noted is
  // sent again. Called on the deliverer's thread.
  std::function<void(const model::Id<model::TopicDelivery>&, model::DeliveryOutcome)> report;
  // [SNS guide, "Message delivery retries": a subscriber that takes 15 seconds has failed]
  std::chrono::milliseconds timeout = std::chrono::seconds(15);
};

class Deliverer {
 public:
  // Starts its thread.
  explicit Deliverer(DelivererParts parts);
  // What is being sent is sent again at the next start.
  ~Deliverer();
  Deliverer(const Deliverer&) = delete;
  Deliverer& operator=(const Deliverer&) = delete;

 private:
  class Loop;

  std::unique_ptr<Loop> loop_;
  std::thread thread_;
};

}  // namespace postern::sns
