// SPDX-License-Identifier: Apache-2.0
// GetParametersByPath. [Systems Manager API reference]
#include <algorithm>

#include "api/action/json_action.h"
#include "api/action/pages.h"
#include "api/ssm/actions.h"
#include "api/ssm/check.h"
#include "api/ssm/filter.h"
#include "api/ssm/find.h"
#include "api/ssm/name.h"
#include "api/ssm/parameter_item.h"

namespace postern::api::ssm {
namespace {

using model::FoundParameter;

constexpr int kPathPageMax = 10;

struct GetParametersByPathRequest {
  std::string Path;
  std::optional<bool> Recursive;
  StringFilters ParameterFilters;
  std::optional<bool> WithDecryption;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(GetParametersByPathRequest, (),
                      (Path, Recursive, ParameterFilters, WithDecryption, MaxResults, NextToken))

struct GetParametersByPathAnswer {
  std::vector<ParameterItem> Parameters;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(GetParametersByPathAnswer, (), (Parameters, NextToken))

// The version that is shown: the newest, or the one with a label that is asked for; null if there
// is none.
const model::ParameterVersion* shown_version(const StringFilters& filters,
                                             const model::Parameter& parameter) {
  const auto by_label = std::ranges::find(filters, "Label", &StringFilter::Key);
  if (by_label == filters.end()) {
    return &parameter.versions.back();
  }
  const auto found = std::ranges::find_if(parameter.versions, [&](const auto& version) {
    return std::ranges::find_first_of(version.labels, by_label->Values) != version.labels.end();
  });
  return found != parameter.versions.end() ? &*found : nullptr;
}

std::vector<FoundParameter> found_below(const View& view,
                                        const GetParametersByPathRequest& request) {
  std::vector<const model::Parameter*> all;
  if ((request.Path + '/').starts_with(model::kPublicParameters)) {
    for (const model::Parameter& parameter : model::public_parameters()) {
      all.push_back(&parameter);
    }
  } else {
    all = own_parameters(view.world, view.caller);
  }
  std::vector<FoundParameter> found;
  for (const model::Parameter* parameter : all) {
    const auto* version = shown_version(request.ParameterFilters, *parameter);
    if (version != nullptr && matches(request.ParameterFilters, *parameter) &&
        is_below(parameter->name, request.Path, request.Recursive.value_or(false))) {
      found.push_back({.parameter = parameter, .version = version, .selector = {}});
    }
  }
  return found;
}

Result<GetParametersByPathAnswer> get_parameters_by_path(
    const View& view, const GetParametersByPathRequest& request) {
  TRY(check_path(request.Path));
  TRY(check_filters(request.ParameterFilters, {"Type", "KeyId", "Label"}));
  TRY_ASSIGN(const std::size_t size, page_size(request.MaxResults, kPathPageMax));
  std::vector<FoundParameter> found = found_below(view, request);
  GetParametersByPathAnswer answer;
  answer.NextToken = cut_to_page(
      {.from = request.NextToken.value_or(""), .items_max = size}, found,
      [](const FoundParameter& each) -> const std::string& { return each.parameter->name; });
  for (const FoundParameter& each : found) {
    answer.Parameters.push_back(
        parameter_item(view.caller, each, request.WithDecryption.value_or(false)));
  }
  return answer;
}

}  // namespace

std::vector<Action> get_parameters_by_path_actions() {
  return {json_read<get_parameters_by_path>("GetParametersByPath")};
}

}  // namespace postern::api::ssm
