// SPDX-License-Identifier: Apache-2.0
// GetCallerIdentity: who the caller is. [STS API reference 2011-06-15]
#include <boost/describe/class.hpp>

#include "api/sts/actions.h"

namespace postern::api::sts {
namespace {

struct GetCallerIdentityRequest {};
BOOST_DESCRIBE_STRUCT(GetCallerIdentityRequest, (), ())

struct GetCallerIdentityAnswer {
  std::string UserId;
  std::string Account;
  std::string Arn;
};
BOOST_DESCRIBE_STRUCT(GetCallerIdentityAnswer, (), (UserId, Account, Arn))

// Needs no permission: whoever can sign may ask.
Result<GetCallerIdentityAnswer> get_caller_identity(const View& view,
                                                    const GetCallerIdentityRequest&) {
  return GetCallerIdentityAnswer{.UserId = view.caller.user_id,
                                 .Account = view.caller.account.value,
                                 .Arn = view.caller.principal_arn};
}

}  // namespace

std::vector<Action> caller_identity_actions() {
  return {read<get_caller_identity>("GetCallerIdentity")};
}

}  // namespace postern::api::sts
