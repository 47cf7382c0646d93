// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/health_check.h"

#include <charconv>

#include "api/elbv2/constraint.h"

namespace postern::api::elbv2 {
namespace {

constexpr Bounds kIntervalSeconds{5, 300};
constexpr Bounds kTimeoutSeconds{2, 120};
constexpr Bounds kThreshold{2, 10};
constexpr Bounds kPort{1, 65535};

std::optional<int> as_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

Result<> check_protocol(const HealthCheckChange& change) {
  TRY(check_enum("healthCheckProtocol", change.protocol,
                 {"HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC"}));
  if (change.protocol && *change.protocol != "TCP") {
    return refuse(faults::InvalidConfigurationRequest,
                  "Health checks with the {} protocol are not supported: use TCP",
                  *change.protocol);
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

// Path and matcher belong to HTTP checks, and instances and addresses are always checked.
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
  if (!change.enabled.value_or(true)) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Health checks cannot be disabled for target groups with target type 'instance' "
                  "or 'ip'");
  }
  return {};
}

Result<> check_bounds(const HealthCheckChange& change) {
  TRY(check_range("healthCheckIntervalSeconds", change.interval_seconds, kIntervalSeconds));
  TRY(check_range("healthCheckTimeoutSeconds", change.timeout_seconds, kTimeoutSeconds));
  TRY(check_range("healthyThresholdCount", change.healthy_threshold, kThreshold));
  return check_range("unhealthyThresholdCount", change.unhealthy_threshold, kThreshold);
}

}  // namespace

Result<model::HealthCheck> changed_health_check(const model::HealthCheck& check,
                                                const HealthCheckChange& change) {
  TRY(check_protocol(change));
  TRY(check_port(change));
  TRY(check_not_for_tcp(change));
  TRY(check_bounds(change));
  model::HealthCheck changed = check;
  changed.protocol = change.protocol.value_or(check.protocol);
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
