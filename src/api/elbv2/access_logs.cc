// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/access_logs.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/attributes.h"
#include "model/buckets.h"

namespace postern::api::elbv2 {
namespace {

std::string setting(const model::LoadBalancer& balancer, const std::string& name) {
  const auto at = balancer.attributes.find("access_logs.s3." + name);
  return at != balancer.attributes.end() ? at->second : "";
}

}  // namespace

// [NLB guide, "Access logs": bucket requirements; the words of a denial are recorded]
Result<> check_access_log_bucket(const model::World& world, const model::LoadBalancer& balancer) {
  if (setting(balancer, "enabled") != "true") {
    return {};
  }
  const std::string name = setting(balancer, "bucket");
  if (name.empty()) {
    return refuse(faults::InvalidConfigurationRequest,
                  "'access_logs.s3.bucket' must name a bucket when 'access_logs.s3.enabled' is "
                  "'true'");
  }
  const std::string prefix = setting(balancer, "prefix");
  const std::string key = fmt::format("{}{}AWSLogs/{}/elasticloadbalancing/{}", prefix,
                                      prefix.empty() ? "" : "/", balancer.owner, balancer.region);
  const auto* bucket = world.find(model::Id<model::Bucket>(name));
  const auto delivery = model::log_delivery(
      world, {.owner = balancer.owner, .region = balancer.region, .id = balancer.name}, name, key);
  if (delivery == model::LogDelivery::NoBucket) {
    return refuse(faults::InvalidConfigurationRequest, "The S3 bucket '{}' does not exist", name);
  }
  if (bucket != nullptr && bucket->region != balancer.region) {
    return refuse(faults::InvalidConfigurationRequest,
                  "The S3 bucket '{}' is in {}, and the load balancer in {}", name, bucket->region,
                  balancer.region);
  }
  if (delivery == model::LogDelivery::Denied) {
    return refuse(faults::InvalidConfigurationRequest,
                  "Access Denied for bucket: {}. Please check S3bucket permission", name);
  }
  return {};
}

Result<> check_nothing_to_log(const model::World& world, const model::LoadBalancer& balancer) {
  const auto is_its_tls = [&](const auto& row) {
    return row.second->load_balancer == balancer.id && row.second->protocol == "TLS";
  };
  if (setting(balancer, "enabled") == "true" &&
      std::ranges::any_of(world.all<model::Listener>(), is_its_tls)) {
    return refuse(
        faults::InvalidConfigurationRequest,
        "Access logs of TLS listeners are not supported: 'access_logs.s3.enabled' must be "
        "'false' on a load balancer that has one");
  }
  return {};
}

}  // namespace postern::api::elbv2
