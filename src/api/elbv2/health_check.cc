// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/health_check.h"

#include <algorithm>
#include <charconv>

#include "api/elbv2/constraint.h"

namespace postern::api::elbv2 {
namespace {

constexpr Between kIntervalSeconds{5, 300};
constexpr Between kTimeoutSeconds{2, 120};
constexpr Between kThreshold{2, 10};
constexpr Between kPathLength{1, 1024};
constexpr Between kHttpCodes{200, 599};
constexpr Between kApplicationCodes{200, 499};
constexpr int kApplicationTimeoutSeconds = 5;
constexpr int kHttpTimeoutSeconds = 6;  // when it is not given; 10 for TCP

std::optional<int> as_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

// Behind an Application Load Balancer: HTTP is spoken to its targets.
bool is_application(const model::TargetGroup& group) {
  return group.protocol == "HTTP" || group.protocol == "HTTPS";
}

// Of those, and of Application Load Balancers that are targets themselves. [NLB guide,
// "Application Load Balancers as targets"]
bool has_http_checks_only(const model::TargetGroup& group) {
  return is_application(group) || group.target_type == "alb";
}

Result<> check_protocol(const model::TargetGroup& group, const HealthCheckChange& change) {
  TRY(check_enum("healthCheckProtocol", change.protocol,
                 {"HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC"}));
  if (change.protocol && *change.protocol != "TCP" && *change.protocol != "HTTP" &&
      *change.protocol != "HTTPS") {
    return refuse(faults::ValidationError,
                  "Health check protocol '{}' must be one of 'TCP, HTTP, HTTPS'", *change.protocol);
  }
  if (change.protocol == "TCP" && has_http_checks_only(group)) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Health check protocol 'TCP' is not supported for target groups with the {} "
                  "protocol and target type '{}': use HTTP or HTTPS",
                  group.protocol, group.target_type);
  }
  return {};
}

Result<> check_port(const HealthCheckChange& change) {
  if (!change.port || *change.port == "traffic-port") {
    return {};
  }
  const auto number = as_number(*change.port);
  if (!number || *number < kPort.low || *number > kPort.high) {
    return refuse(faults::ValidationError,
                  "Health check port '{}' must be 'traffic-port' or a port from {} to {}",
                  *change.port, kPort.low, kPort.high);
  }
  return {};
}

// Instances and addresses are always checked. [API reference, CreateTargetGroup]
Result<> check_enabled(const HealthCheckChange& change) {
  if (!change.enabled.value_or(true)) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Health checks cannot be disabled for target groups with target type 'instance' "
                  "or 'ip'");
  }
  return {};
}

// [the words on matchers are recorded]
Result<> check_not_for_tcp(const HealthCheckChange& change) {
  if (change.matcher) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Health check matchers are not supported for TCP health checks");
  }
  if (change.path) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Health check paths are not supported for TCP health checks");
  }
  return {};
}

// It is put into a request line as it is.
Result<> check_path(const std::string& path) {
  TRY(check_size("healthCheckPath", path, kPathLength));
  const bool is_printable = std::ranges::all_of(path, [](char c) { return c > ' ' && c < 0x7f; });
  if (!path.starts_with('/') || !is_printable) {
    return refuse(faults::ValidationError,
                  "Health check path '{}' must begin with a '/' character and have no spaces",
                  path);
  }
  return {};
}

// A code, or two with a hyphen between, the first not above the second.
bool is_code_range(std::string_view text, const Between& codes) {
  const std::size_t dash = std::min(text.find('-'), text.size());
  const auto first = as_number(text.substr(0, dash));
  const auto last = dash == text.size() ? first : as_number(text.substr(dash + 1));
  return first && last && codes.low <= *first && *first <= *last && *last <= codes.high;
}

// "200", "200,301" or "200-399". [API reference, Matcher]
Result<> check_matcher(const Matcher& matcher, const Between& codes) {
  if (matcher.GrpcCode || !matcher.HttpCode) {
    return refuse(faults::ValidationError,
                  "A matcher of an HTTP health check must specify an HTTP code");
  }
  std::string_view rest = *matcher.HttpCode;
  while (true) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    if (!is_code_range(rest.substr(0, comma), codes)) {
      return refuse(faults::ValidationError,
                    "Health check matcher HTTP code '{}' must be within '{}-{}' inclusive",
                    *matcher.HttpCode, codes.low, codes.high);
    }
    if (comma == rest.size()) {
      return {};
    }
    rest.remove_prefix(comma + 1);
  }
}

// Path and matcher of `check`, whose protocol is set.
Result<> set_http_settings(const model::TargetGroup& group, model::HealthCheck& check,
                           const HealthCheckChange& change) {
  if (check.protocol == "TCP") {
    check.path.clear();
    check.matcher.clear();
    return check_not_for_tcp(change);
  }
  if (change.path) {
    TRY(check_path(*change.path));
    check.path = *change.path;
  }
  if (change.matcher) {
    TRY(check_matcher(*change.matcher, is_application(group) ? kApplicationCodes : kHttpCodes));
    check.matcher = *change.matcher->HttpCode;
  }
  check.path = check.path.empty() ? "/" : check.path;
  check.matcher = !check.matcher.empty()  ? check.matcher
                  : is_application(group) ? "200"
                                          : "200-399";
  return {};
}

Result<> check_bounds(const HealthCheckChange& change) {
  TRY(check_number("healthCheckIntervalSeconds", change.interval_seconds, kIntervalSeconds));
  TRY(check_number("healthCheckTimeoutSeconds", change.timeout_seconds, kTimeoutSeconds));
  TRY(check_number("healthyThresholdCount", change.healthy_threshold, kThreshold));
  return check_number("unhealthyThresholdCount", change.unhealthy_threshold, kThreshold);
}

}  // namespace

Result<model::HealthCheck> new_health_check(const model::TargetGroup& group,
                                            const HealthCheckChange& change) {
  model::TargetGroup fresh = group;
  if (has_http_checks_only(group)) {
    fresh.health_check.protocol = "HTTP";
    fresh.health_check.timeout_seconds =
        is_application(group) ? kApplicationTimeoutSeconds : kHttpTimeoutSeconds;
  } else if (change.protocol == "HTTP") {
    fresh.health_check.timeout_seconds = kHttpTimeoutSeconds;
  }
  return changed_health_check(fresh, change);
}

Result<model::HealthCheck> changed_health_check(const model::TargetGroup& group,
                                                const HealthCheckChange& change) {
  const model::HealthCheck& check = group.health_check;
  TRY(check_protocol(group, change));
  TRY(check_port(change));
  TRY(check_enabled(change));
  TRY(check_bounds(change));
  model::HealthCheck changed = check;
  changed.protocol = change.protocol.value_or(check.protocol);
  TRY(set_http_settings(group, changed, change));
  changed.port = change.port.value_or(check.port);
  changed.interval_seconds = change.interval_seconds.value_or(check.interval_seconds);
  changed.timeout_seconds = change.timeout_seconds.value_or(check.timeout_seconds);
  changed.healthy_threshold = change.healthy_threshold.value_or(check.healthy_threshold);
  changed.unhealthy_threshold = change.unhealthy_threshold.value_or(check.unhealthy_threshold);
  if (changed.timeout_seconds > changed.interval_seconds) {
    return refuse(faults::ValidationError,
                  "Health check timeout '{}' must be smaller than or equal to the interval '{}'",
                  changed.timeout_seconds, changed.interval_seconds);
  }
  return changed;
}

}  // namespace postern::api::elbv2
