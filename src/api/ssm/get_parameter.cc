// SPDX-License-Identifier: Apache-2.0
// GetParameter, GetParameters. [Systems Manager API reference]
#include "api/action/json_action.h"
#include "api/ssm/actions.h"
#include "api/ssm/check.h"
#include "api/ssm/name.h"
#include "api/ssm/parameter_item.h"

namespace postern::api::ssm {
namespace {

constexpr Between kNames{1, 10};

struct GetParameterRequest {
  std::string Name;
  std::optional<bool> WithDecryption;
};
BOOST_DESCRIBE_STRUCT(GetParameterRequest, (), (Name, WithDecryption))

struct GetParameterAnswer {
  ParameterItem Parameter;
};
BOOST_DESCRIBE_STRUCT(GetParameterAnswer, (), (Parameter))

Result<GetParameterAnswer> get_parameter(const View& view, const GetParameterRequest& request) {
  TRY(check_length("name", request.Name, {1, 2048}));
  TRY(check_formed(model::parse_parameter_name(view.caller, request.Name).name));
  TRY_ASSIGN(const auto found, model::look_up_parameter(view.world, view.caller, request.Name));
  return GetParameterAnswer{
      parameter_item(view.caller, found, request.WithDecryption.value_or(false))};
}

struct GetParametersRequest {
  std::vector<std::string> Names;
  std::optional<bool> WithDecryption;
};
BOOST_DESCRIBE_STRUCT(GetParametersRequest, (), (Names, WithDecryption))

struct GetParametersAnswer {
  std::vector<ParameterItem> Parameters;
  std::vector<std::string> InvalidParameters;
};
BOOST_DESCRIBE_STRUCT(GetParametersAnswer, (), (Parameters, InvalidParameters))

Result<GetParametersAnswer> get_parameters(const View& view, const GetParametersRequest& request) {
  TRY(check_count("names", request.Names.size(), kNames));
  GetParametersAnswer answer;
  for (const std::string& name : request.Names) {
    const auto found = model::look_up_parameter(view.world, view.caller, name);
    if (found) {
      answer.Parameters.push_back(
          parameter_item(view.caller, *found, request.WithDecryption.value_or(false)));
    } else {
      answer.InvalidParameters.push_back(name);
    }
  }
  return answer;
}

}  // namespace

std::vector<Action> get_parameter_actions() {
  return {json_read<get_parameter>("GetParameter"), json_read<get_parameters>("GetParameters")};
}

}  // namespace postern::api::ssm
