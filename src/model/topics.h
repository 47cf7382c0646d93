// SPDX-License-Identifier: Apache-2.0
// What happens to what is published: who gets it, how often it is tried, how long it is kept. Pure.
#pragma once

#include <string>
#include <string_view>

#include "model/transaction.h"

namespace postern::model {

// Its Policy, or the one that AWS gives every topic: its owner may everything.
std::string topic_policy(const Topic& topic);

// Whether the topic's policy lets a service of AWS's publish to it, on behalf of the resource.
bool service_may_publish(const Topic& topic, std::string_view service,
                         const std::string& source_arn, const Id<Account>& source_account);

// Whether the caller may, by its account's being the owner or by the topic's policy.
bool caller_may_publish(const World& world, const Topic& topic, const Caller& caller);

// Keeps the message and puts it into the outbox for each confirmed subscription. Gives its id.
// Its id, owner, region, topic, number and time are made here.
std::string publish(Transaction& tx, const Topic& topic, TopicMessage message);

// Puts the request for a confirmation into the outbox.
void ask_to_confirm(Transaction& tx, const TopicSubscription& subscription);

// What came of an attempt. One that failed for good is not tried again.
enum class DeliveryOutcome { Taken, Failed, Refused };
void end_attempt(Transaction& tx, const Id<TopicDelivery>& id, DeliveryOutcome outcome);

// Whether nobody will try again if this attempt fails too.
bool is_last_attempt(const TopicDelivery& delivery);

// With all that is to be sent to it.
void erase_subscription(Transaction& tx, const Id<TopicSubscription>& id);
// With its subscriptions and messages.
void erase_topic(Transaction& tx, const Id<Topic>& id);

}  // namespace postern::model
