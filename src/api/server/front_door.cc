// SPDX-License-Identifier: Apache-2.0
#include "api/server/front_door.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <optional>

#include "api/server/host_names.h"
#include "base/log.h"

namespace postern::api::server {
namespace {

using wire::HttpRequest;
using wire::HttpResponse;

HttpResponse plain(int status, std::string words) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain;charset=UTF-8"}},
          .body = std::move(words)};
}

HttpResponse json(int status, const boost::json::object& value) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          .body = boost::json::serialize(value) + '\n'};
}

HttpResponse wrong_method(const HttpRequest& request, std::string allowed) {
  HttpResponse out =
      plain(405, fmt::format("{} is not served here; {} is.\n", request.method, allowed));
  out.headers.push_back({"Allow", std::move(allowed)});
  return out;
}

// Whether a browser sends this for a page of another site. Such a page cannot sign, but it could
// use a presigned link, or reset us. [Fetch standard: Origin, Sec-Fetch-Site]
bool is_of_another_site(const HttpRequest& request) {
  const std::string* site = request.header("Sec-Fetch-Site");
  const std::string* origin = request.header("Origin");
  const std::string* host = request.header("Host");
  if (site != nullptr && *site == "cross-site") {
    return true;
  }
  return origin != nullptr && (host == nullptr || !origin->ends_with("://" + *host));
}

// A person's browser that asks for no action.
bool is_visit(const HttpRequest& request) {
  const std::string* accept = request.header("Accept");
  return request.method == "GET" && request.target == "/" && accept != nullptr &&
         accept->find("text/html") != std::string::npos &&
         request.header("Authorization") == nullptr;
}

bool is_for_console(const HttpRequest& request) {
  return request.path().starts_with("/console/");
}

HttpResponse redirect(std::string where) {
  return {.status = 303, .headers = {{"Location", std::move(where)}}, .body = ""};
}

// Whether a browser sends this under a name that is not ours: see host_names.h. Programs may call
// us as they like; a signature is over the name.
bool is_under_another_name(const FrontDoorParts& parts, const HttpRequest& request) {
  const bool by_browser = is_for_console(request) || is_visit(request) ||
                          request.header("Origin") != nullptr ||
                          request.header("Sec-Fetch-Site") != nullptr;
  const std::string* host = request.header("Host");
  return by_browser && (host == nullptr || !is_own_host(*host, parts.host_names));
}

// Why a browser is sent away; nullopt when it is not.
std::optional<HttpResponse> refused(const FrontDoorParts& parts, const HttpRequest& request) {
  if (is_of_another_site(request)) {
    return plain(403, "Pages of other sites may not use this API.\n");
  }
  if (is_under_another_name(parts, request)) {
    return plain(403,
                 "This host is not known by that name: open it by its address, or start posternd "
                 "with --host-name.\n");
  }
  return std::nullopt;
}

HttpResponse health(const FrontDoorParts& parts) {
  const bool ready = parts.is_ready();
  return json(ready ? 200 : 503, {{"status", ready ? "ready" : "starting"},
                                  {"version", parts.version},
                                  {"region", parts.region},
                                  {"operator_socket", parts.operator_socket}});
}

HttpResponse reset(const FrontDoorParts& parts) {
  if (auto done = parts.reset(); !done) {
    log::error("reset failed", {{"why", done.error().message()}});
    return json(500, {{"status", "failed"}, {"message", done.error().message()}});
  }
  log::info("reset");
  return json(200, {{"status", "reset"}});
}

HttpResponse own_path(const FrontDoorParts& parts, const HttpRequest& request) {
  if (request.path() == "/_postern/health") {
    return request.method == "GET" || request.method == "HEAD" ? health(parts)
                                                               : wrong_method(request, "GET");
  }
  if (request.path() == "/_postern/reset" && parts.reset) {
    return request.method == "POST" ? reset(parts) : wrong_method(request, "POST");
  }
  return plain(404, "There is nothing at this path.\n");
}

HttpResponse answer(const FrontDoorParts& parts, const HttpRequest& request) {
  if (auto refusal = refused(parts, request)) {
    return std::move(*refusal);
  }
  const auto signature = wire::read_signature(request);
  if (parts.dispatcher.serves_http(signature)) {
    return parts.dispatcher.answer(request, signature);  // all paths are its own
  }
  if (request.path().starts_with("/_postern/")) {
    return own_path(parts, request);
  }
  if (is_for_console(request)) {
    return parts.console(request);
  }
  if (is_visit(request) || request.path() == "/console") {
    return redirect("/console/");
  }
  // Services with other methods than these are not served, and say so themselves once it is known
  // which they are.
  const bool is_root = request.path().empty() || request.path() == "/";
  if (is_root && request.method != "GET" && request.method != "POST") {
    return wrong_method(request, "GET, POST");
  }
  if (is_root && parts.link) {
    if (auto followed = parts.link(request)) {
      return std::move(*followed);
    }
  }
  if (!is_root && !signature) {
    return plain(404, "There is nothing at this path.\n");
  }
  return parts.dispatcher.answer(request, signature);
}

// What serves requests of a kind that only the console's own paths know; elsewhere they are
// requests like any other.
template <class Answer>
std::function<Answer(const HttpRequest&)> of_console(
    const std::shared_ptr<const FrontDoorParts>& parts,
    std::function<Answer(const HttpRequest&)> FrontDoorParts::* console) {
  return [parts, console](const HttpRequest& request) -> Answer {
    if (auto refusal = refused(*parts, request)) {
      return std::move(*refusal);
    }
    return is_for_console(request) ? ((*parts).*console)(request) : Answer(answer(*parts, request));
  };
}

}  // namespace

HttpHandler front_door(FrontDoorParts parts, std::size_t body_bytes_max) {
  const auto shared = std::make_shared<const FrontDoorParts>(std::move(parts));
  return {
      .answer = [shared](const HttpRequest& request) { return answer(*shared, request); },
      .refuse_large =
          [shared, body_bytes_max](const HttpRequest& head) {
            return shared->dispatcher.refuse_large(head, body_bytes_max);
          },
      .takes_large =
          [shared](const HttpRequest& head) { return shared->dispatcher.takes_large_body(head); },
      .upgrade = of_console(shared, &FrontDoorParts::console_upgrade),
      .subscribe = of_console(shared, &FrontDoorParts::console_events)};
}

HttpHandler endpoint_door(Dispatcher& dispatcher, std::size_t body_bytes_max) {
  return {.answer =
              [&dispatcher](const HttpRequest& request) {
                if (request.endpoint.empty()) {
                  return plain(404, "There is nothing at this path.\n");
                }
                return dispatcher.answer(request);
              },
          .refuse_large =
              [&dispatcher, body_bytes_max](const HttpRequest& head) {
                return dispatcher.refuse_large(head, body_bytes_max);
              }};
}

}  // namespace postern::api::server
