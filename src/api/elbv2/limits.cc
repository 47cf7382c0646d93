// SPDX-License-Identifier: Apache-2.0
#include "api/elbv2/limits.h"

#include "api/elbv2/pages.h"

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
  return {{"listeners-per-network-load-balancer", fmt::format("{}", kListenersMax)},
          {"network-load-balancers", fmt::format("{}", kLoadBalancersMax)},
          {"target-groups", fmt::format("{}", kTargetGroupsMax)},
          {"target-groups-per-action-on-network-load-balancer", "1"},
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

std::vector<Action> limit_actions() {
  return {read<describe_account_limits>("DescribeAccountLimits")};
}

}  // namespace postern::api::elbv2
