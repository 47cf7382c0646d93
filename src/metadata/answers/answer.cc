// SPDX-License-Identifier: Apache-2.0
#include "metadata/answers/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "metadata/answers/token.h"
#include "metadata/answers/tree.h"

namespace postern::metadata {
namespace {

using api::wire::HttpRequest;
using api::wire::HttpResponse;
using model::Instance;

constexpr std::string_view kToken = "X-aws-ec2-metadata-token";
constexpr std::string_view kLifetime = "X-aws-ec2-metadata-token-ttl-seconds";
constexpr std::string_view kLatest = "latest";

// All answer alike.
constexpr std::array<std::string_view, 29> kVersions = {
    "1.0",        "2007-01-19", "2007-03-01", "2007-08-29", "2007-10-10", "2007-12-15",
    "2008-02-01", "2008-09-01", "2009-04-04", "2011-01-01", "2011-05-01", "2012-01-12",
    "2014-02-25", "2014-11-05", "2015-10-20", "2016-04-19", "2016-06-30", "2016-09-02",
    "2018-03-28", "2018-08-17", "2018-09-24", "2019-10-01", "2020-10-27", "2021-01-03",
    "2021-03-23", "2021-07-15", "2022-09-24", "2024-04-11", kLatest};

std::string_view reason(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 405:
      return "Method Not Allowed";
    default:
      return "Not Found";
  }
}

HttpResponse text(std::string type, std::string body) {
  return {.status = 200, .headers = {{"Content-Type", std::move(type)}}, .body = std::move(body)};
}

HttpResponse listing_of_versions() {
  return text("text/plain", fmt::format("{}", fmt::join(kVersions, "\n")));
}

// ---- Tokens -------------------------------------------------------------------------------------

std::optional<std::chrono::seconds> lifetime_of(const HttpRequest& request) {
  const std::string* given = request.header(kLifetime);
  int seconds = 0;
  if (given == nullptr ||
      std::from_chars(given->data(), given->data() + given->size(), seconds).ptr !=
          given->data() + given->size() ||
      seconds < 1 || std::chrono::seconds(seconds) > kTokenLifetimeMax) {
    return std::nullopt;
  }
  return std::chrono::seconds(seconds);
}

Said give_token(const Instance& instance, const HttpRequest& request, TimePoint now) {
  // Whoever passes requests on for others says so by this header: a proxy that anybody can use.
  if (request.header("X-Forwarded-For") != nullptr) {
    return {refusal(403), std::nullopt};
  }
  const auto lifetime = lifetime_of(request);
  if (!lifetime) {
    return {refusal(400), std::nullopt};
  }
  HttpResponse response = text("text/plain", make_token(instance, now, *lifetime));
  response.headers.push_back({std::string(kLifetime), fmt::format("{}", lifetime->count())});
  return {std::move(response), instance.metadata.hop_limit};
}

// The time that the request's token has left, if it came with one; the refusal when it may not be
// answered.
struct Admission {
  std::optional<HttpResponse> refused;
  std::optional<std::chrono::seconds> left;
};

Admission admit(const Instance& instance, const HttpRequest& request, TimePoint now) {
  const std::string* token = request.header(kToken);
  if (token == nullptr) {
    return instance.metadata.http_tokens == "required" ? Admission{refusal(401), std::nullopt}
                                                       : Admission{};
  }
  const auto left = token_time_left(instance, now, *token);
  return left ? Admission{std::nullopt, left} : Admission{refusal(401), std::nullopt};
}

// ---- Paths --------------------------------------------------------------------------------------

int hex_digit(char c) {
  int value = -1;
  std::from_chars(&c, &c + 1, value, 16);
  return value;
}

std::string unescaped(std::string_view part) {
  std::string out;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] == '%' && i + 2 < part.size() && hex_digit(part[i + 1]) >= 0 &&
        hex_digit(part[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_digit(part[i + 1]) * 16 + hex_digit(part[i + 2])));
      i += 2;
    } else {
      out.push_back(part[i]);
    }
  }
  return out;
}

// Slashes too many make no difference.
std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0) {
      parts.push_back(unescaped(path.substr(0, slash)));
    }
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

const Node* find(const Node& tree, const std::vector<std::string>& parts) {
  const Node* node = &tree;
  for (const std::string& part : parts) {
    const auto at = node->children.find(part);
    if (at == node->children.end()) {
      return nullptr;
    }
    node = &at->second;
  }
  return node;
}

Answer read(const model::World& world, const Instance& instance, const HttpRequest& request,
            TimePoint now) {
  std::vector<std::string> parts = parts_of(request.path());
  if (parts.empty()) {
    return Said{listing_of_versions(), std::nullopt};
  }
  if (std::ranges::count(kVersions, parts.front()) == 0) {
    return Said{refusal(404), std::nullopt};
  }
  parts.erase(parts.begin());
  const Node tree = tree_of(world, instance, now);
  const Node* node = find(tree, parts);
  if (node == nullptr) {
    return Said{refusal(404), std::nullopt};
  }
  if (node->needs_keys) {
    return NeedsKeys{};
  }
  return Said{text(node->type, node->is_folder ? node->listing() : node->text), std::nullopt};
}

bool asks_for_token(const HttpRequest& request) {
  return parts_of(request.path()) == std::vector<std::string>{std::string(kLatest), "api", "token"};
}

}  // namespace

const Instance* instance_at(const model::World& world, const model::Id<model::Vpc>& vpc,
                            const IpAddress& address) {
  for (const auto& [id, interface] : world.all<model::NetworkInterface>()) {
    if (interface->vpc == vpc && interface->address == address && interface->attachment) {
      return world.find(model::Id<Instance>(interface->attachment->instance_id));
    }
  }
  return nullptr;
}

Answer answer(const model::World& world, const Instance& instance, const HttpRequest& request,
              TimePoint now) {
  if (instance.metadata.http_endpoint != "enabled") {
    return Said{refusal(403), std::nullopt};
  }
  if (request.method == "PUT" && asks_for_token(request)) {
    return give_token(instance, request, now);
  }
  if (request.method != "GET" && request.method != "HEAD") {
    return Said{refusal(405), std::nullopt};
  }
  const Admission admission = admit(instance, request, now);
  if (admission.refused) {
    return Said{*admission.refused, std::nullopt};
  }
  Answer found = read(world, instance, request, now);
  if (auto* said = std::get_if<Said>(&found); said != nullptr && admission.left) {
    said->response.headers.push_back(
        {std::string(kLifetime), fmt::format("{}", admission.left->count())});
  }
  return found;
}

HttpResponse refusal(int status) {
  HttpResponse out{.status = status, .headers = {{"Content-Type", "text/html"}}};
  out.body = fmt::format(
      "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<html><head><title>{0} - {1}</title></head>"
      "<body><h1>{0} - {1}</h1></body></html>\n",
      status, reason(status));
  if (status == 405) {
    out.headers.push_back({"Allow", "GET, HEAD"});
  }
  return out;
}

}  // namespace postern::metadata
