// SPDX-License-Identifier: Apache-2.0
// GetSessionToken and GetAccessKeyInfo. [STS API reference 2011-06-15]
#include <algorithm>

#include "api/action/constraint.h"
#include "api/sts/actions.h"
#include "api/sts/credentials.h"

namespace postern::api::sts {
namespace {

// MFA is not served: naming its parameters is refused.
struct GetSessionTokenRequest {
  std::optional<int> DurationSeconds;
};
BOOST_DESCRIBE_STRUCT(GetSessionTokenRequest, (), (DurationSeconds))

struct GetSessionTokenAnswer {
  Credentials Credentials_;
};
BOOST_DESCRIBE_STRUCT(GetSessionTokenAnswer, (), (Credentials_))

constexpr int kTokenDurationDefault = 43200;
constexpr int kDurationOfRootMax = 3600;

Result<GetSessionTokenAnswer> get_session_token(model::Transaction& tx, const model::Caller& caller,
                                                const GetSessionTokenRequest& request) {
  int seconds = request.DurationSeconds.value_or(kTokenDurationDefault);
  TRY(check_number("durationSeconds", seconds, {900, 129600}));
  if (!caller.session.empty()) {
    return refuse(faults::AccessDenied, "Cannot call GetSessionToken with session credentials");
  }
  if (model::is_root(caller)) {
    seconds = std::min(seconds, kDurationOfRootMax);
  }
  return GetSessionTokenAnswer{.Credentials_ = give_out(tx,
                                                        {.owner = caller.account,
                                                         .principal_arn = caller.principal_arn,
                                                         .user_id = caller.user_id,
                                                         .user = caller.user},
                                                        std::chrono::seconds(seconds))};
}

struct GetAccessKeyInfoRequest {
  std::string AccessKeyId;
};
BOOST_DESCRIBE_STRUCT(GetAccessKeyInfoRequest, (), (AccessKeyId))

struct GetAccessKeyInfoAnswer {
  std::string Account;
};
BOOST_DESCRIBE_STRUCT(GetAccessKeyInfoAnswer, (), (Account))

template <class Keys>
bool has_key(const Keys& keys, const std::string& id) {
  return std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return key.id == id; });
}

Result<GetAccessKeyInfoAnswer> get_access_key_info(const View& view,
                                                   const GetAccessKeyInfoRequest& request) {
  TRY(check_iam_name("accessKeyId", request.AccessKeyId, {16, 128}));
  if (const auto* session = view.world.find(model::Id<model::Session>(request.AccessKeyId))) {
    return GetAccessKeyInfoAnswer{.Account = session->owner.value};
  }
  for (const auto& [id, account] : view.world.all<model::Account>()) {
    if (has_key(account->access_keys, request.AccessKeyId)) {
      return GetAccessKeyInfoAnswer{.Account = id.value};
    }
  }
  for (const auto& [id, user] : view.world.all<model::User>()) {
    if (has_key(user->keys, request.AccessKeyId)) {
      return GetAccessKeyInfoAnswer{.Account = user->owner.value};
    }
  }
  return refuse(faults::ValidationError, "The access key {} is nobody's", request.AccessKeyId);
}

}  // namespace

std::vector<Action> session_token_actions() {
  return {write<get_session_token>("GetSessionToken"),
          read<get_access_key_info>("GetAccessKeyInfo")};
}

}  // namespace postern::api::sts
