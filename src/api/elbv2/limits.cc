// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/limits.h"

#include <algorithm>
#include <map>

#include "api/elbv2/pages.h"
#include "api/elbv2/rule_action.h"
#include "model/attributes.h"
#include "model/quotas.h"
#include "model/target_health.h"

namespace postern::api::elbv2 {
namespace {

using model::Quota;

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
std::vector<Limit> limits(const model::World& world) {
  const std::string of_action = fmt::format("{}", kActionGroupsMax);
  std::vector<Limit> all = {{"target-groups-per-action-on-application-load-balancer", of_action},
                            {"target-groups-per-action-on-network-load-balancer", of_action}};
  for (const Quota which :
       {Quota::LoadBalancerCertificates, Quota::LoadBalancerListeners, Quota::LoadBalancers,
        Quota::ApplicationLoadBalancers, Quota::ListenerRules, Quota::TargetGroups,
        Quota::ZoneTargets, Quota::LoadBalancerTargets, Quota::GroupTargets}) {
    all.push_back({model::all_quotas()[static_cast<std::size_t>(which)].word,
                   fmt::format("{}", model::quota(world, which))});
  }
  std::ranges::sort(all, {}, &Limit::Name);
  return all;
}

Result<DescribeAccountLimitsAnswer> describe_account_limits(
    const View& view, const DescribeAccountLimitsRequest& request) {
  TRY_ASSIGN(const Page page, page_of(request.Marker, request.PageSize));
  DescribeAccountLimitsAnswer answer{.Limits = limits(view.world)};
  answer.NextMarker =
      cut_to_page(page, answer.Limits, [](const Limit& limit) { return limit.Name; });
  return answer;
}

}  // namespace

// A target counts once for each group that it is in; with cross-zone on, all zones are as one.
// [NLB guide, "Quotas for your Network Load Balancers"]
Result<> check_balancer_targets(const model::World& world,
                                const model::LoadBalancer& load_balancer) {
  std::map<std::string, std::int64_t> by_zone;
  std::int64_t all = 0;
  for (const model::TargetGroup* group : model::groups_of(world, load_balancer)) {
    for (const model::Target* target : model::targets_of(world, group->id)) {
      ++all;
      ++by_zone[model::target_zone(world, *target).value_or("")];
    }
  }
  const bool crosses =
      model::is_on(load_balancer.attributes, "load_balancing.cross_zone.enabled", false);
  const std::int64_t zone_max = model::quota(world, Quota::ZoneTargets);
  const std::int64_t all_max = crosses ? zone_max : model::quota(world, Quota::LoadBalancerTargets);
  const bool is_zone_full =
      std::ranges::any_of(by_zone, [&](const auto& zone) { return zone.second > zone_max; });
  if (all > all_max || is_zone_full) {
    return refuse(faults::TooManyTargets,
                  "The maximum number of {} targets {} of load balancer '{}' has been reached",
                  is_zone_full ? zone_max : all_max,
                  is_zone_full ? "in one Availability Zone" : "in all Availability Zones",
                  load_balancer.id);
  }
  return {};
}

std::vector<Action> limit_actions() {
  return {read<describe_account_limits>("DescribeAccountLimits")};
}

}  // namespace postern::api::elbv2
