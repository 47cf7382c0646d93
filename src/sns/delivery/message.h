// SPDX-License-Identifier: Apache-2.0
// A delivery as the HTTP request that a subscriber gets. Pure.
// [SNS guide, "Parsing Amazon SNS message formats"; "HTTP/HTTPS headers"]
#pragma once

#include <string>

#include "api/wire/http.h"
#include "model/topic.h"

namespace postern::sns {

// The links that a subscriber may follow.
struct Links {
  std::string subscribe;
  std::string unsubscribe;
};

// POST with its headers and body; the target and Host are whoever sends it's to set. It is not
// signed: nobody could check that it is of AWS.
api::wire::HttpRequest request_of(const model::TopicDelivery& delivery,
                                  const model::TopicSubscription& subscription, const Links& links);

// What an answer's status means. [SNS guide, "Message delivery retries": a client's error but 429
// is for good]
bool is_taken(int status);
bool is_refused(int status);

}  // namespace postern::sns
