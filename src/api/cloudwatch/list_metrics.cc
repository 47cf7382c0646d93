// SPDX-License-Identifier: Apache-2.0
// ListMetrics. [CloudWatch API reference]
#include <algorithm>
#include <charconv>

#include "api/cloudwatch/actions.h"
#include "api/cloudwatch/constraint.h"
#include "api/cloudwatch/read.h"

namespace postern::api::cloudwatch {
namespace {

using std::chrono::hours;

constexpr std::size_t kPage = 500;
constexpr std::size_t kFiltersMax = 10;
// "doesn't return information about metrics if those metrics haven't reported data in the past two
// weeks"
constexpr hours kListedFor(24 * 14);
constexpr hours kRecently(3);  // PT3H

struct DimensionFilter {
  std::string Name;
  std::optional<std::string> Value;
};
BOOST_DESCRIBE_STRUCT(DimensionFilter, (), (Name, Value))

struct ListMetricsRequest {
  std::optional<std::string> Namespace;
  std::optional<std::string> MetricName;
  std::vector<DimensionFilter> Dimensions;
  std::optional<std::string> NextToken;
  std::optional<std::string> RecentlyActive;
  std::optional<bool> IncludeLinkedAccounts;
  std::optional<std::string> OwningAccount;
};
BOOST_DESCRIBE_STRUCT(ListMetricsRequest, (),
                      (Namespace, MetricName, Dimensions, NextToken, RecentlyActive,
                       IncludeLinkedAccounts, OwningAccount))

struct MetricItem {
  std::string Namespace;
  std::string MetricName;
  std::vector<Dimension> Dimensions;
};
BOOST_DESCRIBE_STRUCT(MetricItem, (), (Namespace, MetricName, Dimensions))

struct ListMetricsAnswer {
  std::vector<MetricItem> Metrics;
  std::optional<std::string> NextToken;
  std::optional<std::vector<std::string>> OwningAccounts;
};
BOOST_DESCRIBE_STRUCT(ListMetricsAnswer, (), (Metrics, NextToken, OwningAccounts))

Result<> check(const View& view, const ListMetricsRequest& request) {
  if (request.Namespace) {
    TRY(check_namespace(*request.Namespace));
  }
  if (request.MetricName) {
    TRY(check_metric_name(*request.MetricName));
  }
  if (request.Dimensions.size() > kFiltersMax) {
    return refuse(faults::ValidationError,
                  "1 validation error detected: Value at 'dimensions' failed to satisfy "
                  "constraint: Member must have length less than or equal to {}",
                  kFiltersMax);
  }
  if (request.RecentlyActive && *request.RecentlyActive != "PT3H") {
    return refuse(faults::ValidationError,
                  "1 validation error detected: Value '{}' at 'recentlyActive' failed to satisfy "
                  "constraint: Member must satisfy enum value set: [PT3H]",
                  *request.RecentlyActive);
  }
  // No account here monitors another one.
  if (request.OwningAccount && *request.OwningAccount != view.caller.account.value) {
    return refuse(faults::InvalidParameterValue,
                  "The account {} is not linked to this monitoring account.",
                  *request.OwningAccount);
  }
  return {};
}

bool is_wanted(const model::Metric& metric, const ListMetricsRequest& request) {
  return metric.name_space == request.Namespace.value_or(metric.name_space) &&
         metric.name == request.MetricName.value_or(metric.name) &&
         std::ranges::all_of(request.Dimensions, [&](const DimensionFilter& filter) {
           const auto at = metric.dimensions.find(filter.Name);
           return at != metric.dimensions.end() && at->second == filter.Value.value_or(at->second);
         });
}

MetricItem item_of(const model::Metric& metric) {
  MetricItem out{.Namespace = metric.name_space, .MetricName = metric.name, .Dimensions = {}};
  for (const auto& [name, value] : metric.dimensions) {
    out.Dimensions.push_back({.Name = name, .Value = value});
  }
  return out;
}

// What a token names a metric by: the next page begins behind it.
std::string token_of(const model::Metric& metric) {
  std::string out = metric.name_space + '|' + metric.name;
  for (const auto& [name, value] : metric.dimensions) {
    out += fmt::format("|{}|{}", name, value);
  }
  return out;
}

Result<ListMetricsAnswer> list_metrics(const View& view, const ListMetricsRequest& request) {
  TRY(check(view, request));
  ListMetricsAnswer answer;
  if (view.machine.metrics == nullptr) {
    return answer;
  }
  TRY_ASSIGN(auto found, view.machine.metrics->metrics(
                             view.caller.account, view.caller.region,
                             view.now - (request.RecentlyActive ? kRecently : kListedFor)));
  std::ranges::sort(found, {}, token_of);
  for (const model::Metric& metric : found) {
    if (!is_wanted(metric, request) || token_of(metric) <= request.NextToken.value_or("")) {
      continue;
    }
    if (answer.Metrics.size() == kPage) {
      answer.NextToken = token_of(*std::prev(std::ranges::find(found, metric)));
      break;
    }
    answer.Metrics.push_back(item_of(metric));
  }
  if (request.IncludeLinkedAccounts.value_or(false)) {
    answer.OwningAccounts.emplace(answer.Metrics.size(), view.caller.account.value);
  }
  return answer;
}

}  // namespace

std::vector<Action> list_metrics_actions() {
  return {read<list_metrics>("ListMetrics")};
}

}  // namespace postern::api::cloudwatch
