// SPDX-License-Identifier: Apache-2.0
// DescribeParameters. [Systems Manager API reference]
#include <algorithm>

#include "api/action/json_action.h"
#include "api/action/pages.h"
#include "api/ssm/actions.h"
#include "api/ssm/check.h"
#include "api/ssm/filter.h"
#include "api/ssm/find.h"
#include "api/ssm/parameter_item.h"

namespace postern::api::ssm {
namespace {

constexpr int kDescribePageMax = 50;

// As ParameterFilters, before there were options.
struct OldFilter {
  std::string Key;
  std::vector<std::string> Values;
};
BOOST_DESCRIBE_STRUCT(OldFilter, (), (Key, Values))

struct DescribeParametersRequest {
  std::vector<OldFilter> Filters;
  StringFilters ParameterFilters;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
  std::optional<bool> Shared;
};
BOOST_DESCRIBE_STRUCT(DescribeParametersRequest, (),
                      (Filters, ParameterFilters, MaxResults, NextToken, Shared))

struct MetadataItem {
  std::string Name;
  std::string ARN;
  std::string Type;
  std::optional<std::string> KeyId;
  double LastModifiedDate = 0;
  std::string LastModifiedUser;
  std::optional<std::string> Description;
  std::optional<std::string> AllowedPattern;
  std::int64_t Version = 1;
  std::string Tier;
  std::vector<NoPolicy> Policies;
  std::string DataType;
};
BOOST_DESCRIBE_STRUCT(MetadataItem, (),
                      (Name, ARN, Type, KeyId, LastModifiedDate, LastModifiedUser, Description,
                       AllowedPattern, Version, Tier, Policies, DataType))

struct DescribeParametersAnswer {
  std::vector<MetadataItem> Parameters;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(DescribeParametersAnswer, (), (Parameters, NextToken))

MetadataItem metadata_item(const model::Parameter& parameter) {
  const model::ParameterVersion& newest = parameter.versions.back();
  return {.Name = parameter.name,
          .ARN = model::parameter_arn(parameter.region, parameter.owner.value, parameter.name),
          .Type = parameter.type,
          .KeyId = if_any(newest.key_id),
          .LastModifiedDate = seconds(newest.modified_at),
          .LastModifiedUser = newest.modified_by,
          .Description = if_any(newest.description),
          .AllowedPattern = if_any(newest.allowed_pattern),
          .Version = newest.number,
          .Tier = newest.tier,
          .Policies = {},
          .DataType = newest.data_type};
}

Result<StringFilters> filters_of(const DescribeParametersRequest& request) {
  if (!request.Filters.empty() && !request.ParameterFilters.empty()) {
    return refuse(faults::ValidationException,
                  "You can use either Filters or ParameterFilters in a single request.");
  }
  StringFilters filters = request.ParameterFilters;
  for (const OldFilter& old : request.Filters) {
    TRY(check_word("filters.1.member.key", old.Key, {"Name", "Type", "KeyId"}));
    filters.push_back({.Key = old.Key, .Option = std::nullopt, .Values = old.Values});
  }
  TRY(check_filters(filters, {"Name", "Type", "KeyId", "Path", "Tier", "DataType", "tag:"}));
  return filters;
}

Result<DescribeParametersAnswer> describe_parameters(const View& view,
                                                     const DescribeParametersRequest& request) {
  TRY_ASSIGN(const StringFilters filters, filters_of(request));
  TRY_ASSIGN(const std::size_t size, page_size(request.MaxResults, kDescribePageMax));
  std::vector<const model::Parameter*> found = own_parameters(view.world, view.caller);
  // Nobody shares any.
  const bool shared = request.Shared.value_or(false);
  std::erase_if(found, [&](const auto* each) { return shared || !matches(filters, *each); });
  DescribeParametersAnswer answer;
  answer.NextToken =
      cut_to_page({.from = request.NextToken.value_or(""), .items_max = size}, found,
                  [](const model::Parameter* each) -> const std::string& { return each->name; });
  for (const model::Parameter* each : found) {
    answer.Parameters.push_back(metadata_item(*each));
  }
  return answer;
}

}  // namespace

std::vector<Action> describe_parameters_actions() {
  return {json_read<describe_parameters>("DescribeParameters")};
}

}  // namespace postern::api::ssm
