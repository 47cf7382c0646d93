// SPDX-License-Identifier: Apache-2.0
// The links that subscribers are sent: SubscribeURL and UnsubscribeURL. Whoever has one may follow
// it; nobody signs.
#pragma once

#include <optional>
#include <string>

#include "api/action/action.h"
#include "api/wire/http.h"

namespace postern::api::sns {

std::string subscribe_url(const std::string& endpoint, const std::string& topic,
                          const std::string& token);
std::string unsubscribe_url(const std::string& endpoint, const std::string& subscription);

struct Link {
  std::string action;
  Write write;
};

// What a request without a signature asks for; nullopt when it is no such link.
std::optional<Link> read_link(const wire::HttpRequest& request);

}  // namespace postern::api::sns
