// SPDX-License-Identifier: Apache-2.0
// Topics as the operator's API has them, to read back what was published.
//
//   GET /topics -> {topics: all of them, notifications: connection notifications}
//
// A topic: {topic_arn, messages: the newest, oldest first, subscriptions}. A message: {message_id,
// subject, message, published_at}. A subscription: {subscription_arn, protocol, endpoint,
// confirmed, waiting: messages in the outbox}. A notification: {connection_notification_id,
// topic_arn, events, problem: why the last event was not published, or empty}.
#pragma once

#include <boost/json.hpp>

#include "model/world.h"

namespace postern::daemon {

boost::json::object topic_list(const model::World& world);

}  // namespace postern::daemon
