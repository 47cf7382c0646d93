// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/arn.h"

#include <fmt/format.h>

#include "api/wire/digest.h"
#include "base/check.h"

namespace postern::api::elbv2 {
namespace {

constexpr std::string_view kListenerPart = ":listener/";
constexpr std::string_view kRulePart = ":listener-rule/";
constexpr std::size_t kHexLength = 16;

// The resource part: what stands after arn:<partition>:elasticloadbalancing:<region>:<account>:
std::optional<std::string_view> resource_of(std::string_view arn) {
  for (int part = 0; part < 5; ++part) {
    const std::size_t end = arn.find(':');
    if (end == std::string_view::npos || (part == 0 && arn.substr(0, end) != "arn") ||
        (part == 2 && arn.substr(0, end) != "elasticloadbalancing")) {
      return std::nullopt;
    }
    arn.remove_prefix(end + 1);
  }
  return arn;
}

std::string account_part(const model::Caller& caller) {
  return fmt::format("arn:aws:elasticloadbalancing:{}:{}", caller.region, caller.account);
}

}  // namespace

std::optional<ArnKind> arn_kind(std::string_view arn) {
  const auto resource = resource_of(arn);
  if (!resource) {
    return std::nullopt;
  }
  struct Prefix {
    std::string_view text;
    ArnKind kind;
  };
  static constexpr Prefix kPrefixes[] = {{"loadbalancer/", ArnKind::LoadBalancer},
                                         {"targetgroup/", ArnKind::TargetGroup},
                                         {"listener/", ArnKind::Listener},
                                         {"listener-rule/", ArnKind::Rule}};
  for (const Prefix& prefix : kPrefixes) {
    if (resource->starts_with(prefix.text) && resource->size() > prefix.text.size()) {
      return prefix.kind;
    }
  }
  return std::nullopt;
}

std::string_view arn_word(const model::LoadBalancer& load_balancer) {
  return is_application(load_balancer) ? "app" : "net";
}

model::Id<model::LoadBalancer> load_balancer_arn(const model::LoadBalancer& load_balancer) {
  return model::Id<model::LoadBalancer>(fmt::format(
      "arn:aws:elasticloadbalancing:{}:{}:loadbalancer/{}/{}/{}", load_balancer.region,
      load_balancer.owner, arn_word(load_balancer), load_balancer.name, load_balancer.hex));
}

model::Id<model::TargetGroup> target_group_arn(const model::Caller& caller, std::string_view name,
                                               std::string_view hex) {
  return model::Id<model::TargetGroup>(
      fmt::format("{}:targetgroup/{}/{}", account_part(caller), name, hex));
}

model::Id<model::Listener> listener_arn(const model::LoadBalancer& load_balancer,
                                        std::string_view hex) {
  return model::Id<model::Listener>(fmt::format(
      "arn:aws:elasticloadbalancing:{}:{}:listener/{}/{}/{}/{}", load_balancer.region,
      load_balancer.owner, arn_word(load_balancer), load_balancer.name, load_balancer.hex, hex));
}

std::string rule_arn(const model::Listener& listener, std::string_view hex) {
  std::string arn = listener.id.value;
  const std::size_t at = arn.find(kListenerPart);
  POSTERN_CHECK(at != std::string::npos, "a listener's id is its ARN");
  arn.replace(at, kListenerPart.size(), kRulePart);
  return fmt::format("{}/{}", arn, hex);
}

std::string default_rule_arn(const model::Listener& listener) {
  return rule_arn(listener, wire::sha256_hex(listener.id.value).substr(0, kHexLength));
}

model::Id<model::Listener> listener_of_rule(std::string_view rule_arn) {
  std::string arn(rule_arn.substr(0, rule_arn.rfind('/')));
  if (const std::size_t at = arn.find(kRulePart); at != std::string::npos) {
    arn.replace(at, kRulePart.size(), kListenerPart);
  }
  return model::Id<model::Listener>(arn);
}

}  // namespace postern::api::elbv2
