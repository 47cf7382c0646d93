// SPDX-License-Identifier: Apache-2.0
// The health check of a target group: its settings, their defaults and bounds.
// [NLB guide, "Health checks for Network Load Balancer target groups"; ALB guide, "Health checks
// for Application Load Balancer target groups"]
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>

#include "base/result.h"
#include "model/load_balancer.h"

namespace postern::api::elbv2 {

struct Matcher {
  std::optional<std::string> HttpCode;
  std::optional<std::string> GrpcCode;
};
BOOST_DESCRIBE_STRUCT(Matcher, (), (HttpCode, GrpcCode))

// What a request says about the check; what it does not say stays as it is.
struct HealthCheckChange {
  std::optional<std::string> protocol;
  std::optional<std::string> port;
  std::optional<bool> enabled;
  std::optional<std::string> path;
  std::optional<int> interval_seconds;
  std::optional<int> timeout_seconds;
  std::optional<int> healthy_threshold;
  std::optional<int> unhealthy_threshold;
  std::optional<Matcher> matcher;
};

// From CreateTargetGroup and ModifyTargetGroup, which name their parameters alike.
template <class Request>
HealthCheckChange health_check_change(const Request& request) {
  return {.protocol = request.HealthCheckProtocol,
          .port = request.HealthCheckPort,
          .enabled = request.HealthCheckEnabled,
          .path = request.HealthCheckPath,
          .interval_seconds = request.HealthCheckIntervalSeconds,
          .timeout_seconds = request.HealthCheckTimeoutSeconds,
          .healthy_threshold = request.HealthyThresholdCount,
          .unhealthy_threshold = request.UnhealthyThresholdCount,
          .matcher = request.Matcher_};
}

// The check of a new group: what `change` says, else the defaults of the group's kind and of the
// check's protocol.
Result<model::HealthCheck> new_health_check(const model::TargetGroup& group,
                                            const HealthCheckChange& change);

// The group's check after `change`. A check that becomes HTTP gets the default path and matcher,
// one that becomes TCP loses both.
Result<model::HealthCheck> changed_health_check(const model::TargetGroup& group,
                                                const HealthCheckChange& change);

}  // namespace postern::api::elbv2
