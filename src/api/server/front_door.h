// SPDX-License-Identifier: Apache-2.0
// FrontDoor: what is at which path of the API's port: AWS's services, Postern's own two paths, and
// the console, which is also what a person finds who opens the port in a browser.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "api/server/dispatcher.h"
#include "api/server/http_server.h"

namespace postern::api::server {

// All functions are called on several threads at a time.
struct FrontDoorParts {
  Dispatcher& dispatcher;
  std::function<bool()> is_ready;
  std::string version;
  std::string region;
  // Where the operator's API is; the health page names it, for clients that know only our URL.
  std::string operator_socket;
  // Wipes all resources. Empty without --allow-reset: then nobody is told that there is such a
  // path.
  std::function<Result<>()> reset;
  // What is asked for without a signature, by a link that somebody was sent; nullopt for all else.
  std::function<std::optional<wire::HttpResponse>(const wire::HttpRequest&)> link;
  // All of /console/.
  std::function<wire::HttpResponse(const wire::HttpRequest&)> console;
  std::function<Upgrade(const wire::HttpRequest&)> console_upgrade;
  std::function<Subscription(const wire::HttpRequest&)> console_events;
  // By which a browser may call this host, beside its addresses and localhost.
  std::vector<std::string> host_names;
};

// What HttpServer serves at the API's port. `body_bytes_max` is that of its HttpLimits; the
// dispatcher outlives the handler.
HttpHandler front_door(FrontDoorParts parts, std::size_t body_bytes_max = HttpLimits().body_bytes);

// What it serves to those who come through VPC endpoints: AWS's services, by signed requests, and
// nothing of Postern's own.
HttpHandler endpoint_door(Dispatcher& dispatcher,
                          std::size_t body_bytes_max = HttpLimits().body_bytes);

}  // namespace postern::api::server
