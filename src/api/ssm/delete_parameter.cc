// SPDX-License-Identifier: Apache-2.0
// DeleteParameter, DeleteParameters. [Systems Manager API reference]
#include "api/action/json_action.h"
#include "api/ssm/actions.h"
#include "api/ssm/check.h"
#include "api/ssm/find.h"
#include "api/ssm/name.h"

namespace postern::api::ssm {
namespace {

struct DeleteParameterRequest {
  std::string Name;
};
BOOST_DESCRIBE_STRUCT(DeleteParameterRequest, (), (Name))

// [Recorded: a name that is AWS's is refused as it is to PutParameter]
Result<Nothing> delete_parameter(model::Transaction& tx, const model::Caller& caller,
                                 const DeleteParameterRequest& request) {
  TRY(check_not_reserved(request.Name));
  TRY_ASSIGN(const auto* const found, own_parameter(tx.world(), caller, request.Name));
  tx.erase(model::Id<model::Parameter>(found->id));
  return Nothing{};
}

struct DeleteParametersRequest {
  std::vector<std::string> Names;
};
BOOST_DESCRIBE_STRUCT(DeleteParametersRequest, (), (Names))

struct DeleteParametersAnswer {
  std::vector<std::string> DeletedParameters;
  std::vector<std::string> InvalidParameters;
};
BOOST_DESCRIBE_STRUCT(DeleteParametersAnswer, (), (DeletedParameters, InvalidParameters))

Result<DeleteParametersAnswer> delete_parameters(model::Transaction& tx,
                                                 const model::Caller& caller,
                                                 const DeleteParametersRequest& request) {
  TRY(check_count("names", request.Names.size(), {1, 10}));
  DeleteParametersAnswer answer;
  for (const std::string& name : request.Names) {
    const bool deleted = delete_parameter(tx, caller, {.Name = name}).has_value();
    (deleted ? answer.DeletedParameters : answer.InvalidParameters).push_back(name);
  }
  return answer;
}

}  // namespace

std::vector<Action> delete_parameter_actions() {
  return {json_write<delete_parameter>("DeleteParameter"),
          json_write<delete_parameters>("DeleteParameters")};
}

}  // namespace postern::api::ssm
