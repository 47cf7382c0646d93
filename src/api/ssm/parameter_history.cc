// SPDX-License-Identifier: Apache-2.0
// GetParameterHistory. [Systems Manager API reference]
#include <charconv>

#include "api/action/json_action.h"
#include "api/ssm/actions.h"
#include "api/ssm/check.h"
#include "api/ssm/find.h"
#include "api/ssm/parameter_item.h"

namespace postern::api::ssm {
namespace {

constexpr int kHistoryPageMax = 50;

struct GetParameterHistoryRequest {
  std::string Name;
  std::optional<bool> WithDecryption;
  std::optional<int> MaxResults;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(GetParameterHistoryRequest, (), (Name, WithDecryption, MaxResults, NextToken))

struct HistoryItem {
  std::string Name;
  std::string Type;
  std::optional<std::string> KeyId;
  double LastModifiedDate = 0;
  std::string LastModifiedUser;
  std::optional<std::string> Description;
  std::string Value;
  std::optional<std::string> AllowedPattern;
  std::int64_t Version = 1;
  std::vector<std::string> Labels;
  std::string Tier;
  std::vector<NoPolicy> Policies;
  std::string DataType;
};
BOOST_DESCRIBE_STRUCT(HistoryItem, (),
                      (Name, Type, KeyId, LastModifiedDate, LastModifiedUser, Description, Value,
                       AllowedPattern, Version, Labels, Tier, Policies, DataType))

struct GetParameterHistoryAnswer {
  std::vector<HistoryItem> Parameters;
  std::optional<std::string> NextToken;
};
BOOST_DESCRIBE_STRUCT(GetParameterHistoryAnswer, (), (Parameters, NextToken))

HistoryItem history_item(const model::Parameter& parameter, const model::ParameterVersion& version,
                         bool decrypted) {
  return {.Name = parameter.name,
          .Type = parameter.type,
          .KeyId = if_any(version.key_id),
          .LastModifiedDate = seconds(version.modified_at),
          .LastModifiedUser = version.modified_by,
          .Description = if_any(version.description),
          .Value = shown_value(parameter, version, decrypted),
          .AllowedPattern = if_any(version.allowed_pattern),
          .Version = version.number,
          .Labels = version.labels,
          .Tier = version.tier,
          .Policies = {},
          .DataType = version.data_type};
}

// The token is the number of the page's first version.
Result<std::int64_t> first_number(const std::optional<std::string>& token) {
  std::int64_t number = 0;
  if (token) {
    const char* const end = token->data() + token->size();
    const auto [read, error] = std::from_chars(token->data(), end, number);
    if (error != std::errc{} || read != end) {
      return refuse(faults::InvalidNextToken, "The token '{}' is not valid", *token);
    }
  }
  return number;
}

Result<GetParameterHistoryAnswer> get_parameter_history(const View& view,
                                                        const GetParameterHistoryRequest& request) {
  TRY_ASSIGN(const std::size_t size, page_size(request.MaxResults, kHistoryPageMax));
  TRY_ASSIGN(const std::int64_t first, first_number(request.NextToken));
  TRY_ASSIGN(const auto* const found, own_parameter(view.world, view.caller, request.Name));
  GetParameterHistoryAnswer answer;
  for (const model::ParameterVersion& version : found->versions) {
    if (version.number < first) {
      continue;
    }
    if (answer.Parameters.size() == size) {
      answer.NextToken = fmt::format("{}", version.number);
      break;
    }
    answer.Parameters.push_back(
        history_item(*found, version, request.WithDecryption.value_or(false)));
  }
  return answer;
}

}  // namespace

std::vector<Action> parameter_history_actions() {
  return {json_read<get_parameter_history>("GetParameterHistory")};
}

}  // namespace postern::api::ssm
