// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/limits.h"

#include <algorithm>
#include <map>

#include "api/elbv2/pages.h"
#include "model/attributes.h"
#include "model/target_health.h"

namespace postern::api::elbv2 {
namespace {

struct Limit {
  std::string Name;
  std::string Max;
};
BOOST_DESCRIBE_STRUCT(Limit, (), (Name, Max))

struct DescribeAccountLimitsRequest {
  std::optional<std::string> Marker;
  std::optional<int> PageSize;
};
BOOST_DESCRIBE_STRUCT(DescribeAccountLimitsRequest, (), (Marker, PageSize))

struct DescribeAccountLimitsAnswer {
  std::vector<Limit> Limits;
  std::optional<std::string> NextMarker;
};
BOOST_DESCRIBE_STRUCT(DescribeAccountLimitsAnswer, (), (Limits, NextMarker))

// The limits that hold here, sorted by name; AWS lists those of other load balancer types too.
std::vector<Limit> limits() {
  return {{"certificates-per-network-load-balancer", fmt::format("{}", kCertificatesMax)},
          {"listeners-per-network-load-balancer", fmt::format("{}", kListenersMax)},
          {"network-load-balancer-enis-per-vpc", fmt::format("{}", kNodesMax)},
          {"network-load-balancers", fmt::format("{}", kLoadBalancersMax)},
          {"target-groups", fmt::format("{}", kTargetGroupsMax)},
          {"target-groups-per-action-on-network-load-balancer", "1"},
          {"targets-per-availability-zone-per-network-load-balancer",
           fmt::format("{}", kZoneTargetsMax)},
          {"targets-per-network-load-balancer", fmt::format("{}", kBalancerTargetsMax)},
          {"targets-per-target-group", fmt::format("{}", kTargetsMax)}};
}

Result<DescribeAccountLimitsAnswer> describe_account_limits(
    const View&, const DescribeAccountLimitsRequest& request) {
  TRY_ASSIGN(const Page page, page_of(request.Marker, request.PageSize));
  DescribeAccountLimitsAnswer answer{.Limits = limits()};
  answer.NextMarker =
      cut_to_page(page, answer.Limits, [](const Limit& limit) { return limit.Name; });
  return answer;
}

}  // namespace

Result<> check_balancer_targets(const model::World& world,
                                const model::LoadBalancer& load_balancer) {
  std::map<std::string, std::size_t> by_zone;
  std::size_t all = 0;
  for (const model::TargetGroup* group : model::groups_of(world, load_balancer)) {
    for (const model::Target* target : model::targets_of(world, group->id)) {
      ++all;
      ++by_zone[model::target_zone(world, *target).value_or("")];
    }
  }
  const bool crosses =
      model::is_on(load_balancer.attributes, "load_balancing.cross_zone.enabled", false);
  const std::size_t all_max = crosses ? kZoneTargetsMax : kBalancerTargetsMax;
  const bool is_zone_full =
      std::ranges::any_of(by_zone, [](const auto& zone) { return zone.second > kZoneTargetsMax; });
  if (all > all_max || is_zone_full) {
    return refuse(faults::TooManyTargets,
                  "The maximum number of {} targets {} of load balancer '{}' has been reached",
                  is_zone_full ? kZoneTargetsMax : all_max,
                  is_zone_full ? "in one Availability Zone" : "in all Availability Zones",
                  load_balancer.id);
  }
  return {};
}

std::vector<Action> limit_actions() {
  return {read<describe_account_limits>("DescribeAccountLimits")};
}

}  // namespace postern::api::elbv2
