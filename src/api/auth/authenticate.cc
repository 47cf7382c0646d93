// SPDX-License-Identifier: Apache-2.0
#include "api/auth/authenticate.h"

#include <algorithm>
#include <optional>

#include "model/principal.h"

namespace postern::api::auth {
namespace {

using wire::SignatureFault;

// A key, and what it makes of whoever signs with it.
struct KnownKey {
  std::string secret;
  model::Caller caller;  // its region is the signature's
  const model::Session* session = nullptr;
};

std::optional<KnownKey> find_root_key(const model::World& world, std::string_view key_id) {
  for (const auto& [id, account] : world.all<model::Account>()) {
    for (const model::AccessKey& key : account->access_keys) {
      if (key.id == key_id) {
        return KnownKey{
            .secret = key.secret,
            .caller = {.account = id, .principal_arn = key.principal_arn, .user_id = key.user_id}};
      }
    }
  }
  return std::nullopt;
}

std::optional<KnownKey> find_user_key(const model::World& world, std::string_view key_id) {
  for (const auto& [id, user] : world.all<model::User>()) {
    for (const model::UserKey& key : user->keys) {
      if (key.id == key_id && key.active) {
        return KnownKey{.secret = key.secret,
                        .caller = {.account = user->owner,
                                   .principal_arn = model::arn_of(*user),
                                   .user_id = user->unique_id,
                                   .user = id}};
      }
    }
  }
  return std::nullopt;
}

std::optional<KnownKey> find_key(const model::World& world, const std::string& key_id) {
  if (const auto* session = world.find(model::Id<model::Session>(key_id))) {
    return KnownKey{.secret = session->secret,
                    .caller = {.account = session->owner,
                               .principal_arn = session->principal_arn,
                               .user_id = session->user_id,
                               .user = session->user,
                               .role = session->role,
                               .session = session->id},
                    .session = session};
  }
  auto root = find_root_key(world, key_id);
  return root ? root : find_user_key(world, key_id);
}

bool is_account_id(std::string_view text) {
  return text.size() == 12 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

wire::SignatureResult<> check_not_over(const KnownKey& key, TimePoint now) {
  if (key.session != nullptr && key.session->expires_at <= now) {
    return wire::signature_failure(SignatureFault::SessionOver,
                                   "The security token included in the request is expired");
  }
  return {};
}

// Temporary keys come with their token, others with none.
bool has_its_token(const KnownKey& key, const std::string& token) {
  return key.session == nullptr ? token.empty()
                                : wire::same_in_constant_time(key.session->token, token);
}

// Anybody may say to be anybody; but what has ended has ended.
wire::SignatureResult<model::Caller> believe(const wire::Signature& signature,
                                             const std::optional<KnownKey>& key, TimePoint now) {
  if (auto checked = wire::check_region(signature); !checked) {
    return std::unexpected(std::move(checked).error());
  }
  if (!key) {
    const std::string& id = signature.access_key_id;
    return model::root_of(model::Id<model::Account>(is_account_id(id) ? id : kDefaultAccount));
  }
  if (auto checked = check_not_over(*key, now); !checked) {
    return std::unexpected(std::move(checked).error());
  }
  return key->caller;
}

wire::SignatureResult<model::Caller> prove(const wire::HttpRequest& request,
                                           const wire::Signature& signature,
                                           const std::optional<KnownKey>& key, TimePoint now) {
  if (!key || !has_its_token(*key, signature.session_token)) {
    return wire::signature_failure(SignatureFault::UnknownKey,
                                   "The security token included in the request is invalid.");
  }
  if (auto checked = check_not_over(*key, now); !checked) {
    return std::unexpected(std::move(checked).error());
  }
  if (auto checked = wire::check_signature(signature, request, key->secret, now); !checked) {
    return std::unexpected(std::move(checked).error());
  }
  return key->caller;
}

Error error(const Fault& fault, std::string words) {
  return Error(ErrorKind::Refusal, fault, std::move(words));
}

// EC2 tells apart only what is too old. [EC2 API reference, "Error codes"; recorded answers]
Error ec2_refusal(SignatureFault fault) {
  if (fault == SignatureFault::Expired || fault == SignatureFault::NotYetCurrent ||
      fault == SignatureFault::SessionOver) {
    return error(faults::RequestExpired, "Request has expired.");
  }
  return error(faults::AuthFailure, "AWS was not able to validate the provided access credentials");
}

const Fault& query_fault(SignatureFault fault) {
  switch (fault) {
    case SignatureFault::Missing:
      return faults::MissingAuthenticationToken;
    case SignatureFault::Incomplete:
      return faults::IncompleteSignature;
    case SignatureFault::UnknownKey:
      return faults::InvalidClientTokenId;
    case SignatureFault::SessionOver:
      return faults::ExpiredToken;
    case SignatureFault::Mismatch:
    case SignatureFault::Expired:
    case SignatureFault::NotYetCurrent:
    case SignatureFault::WrongScope:
    case SignatureFault::WrongBody:
      break;
  }
  return faults::SignatureDoesNotMatch;
}

// [S3 API reference, "Error responses"]
Error s3_refusal(const wire::SignatureFailure& failure) {
  switch (failure.fault) {
    case SignatureFault::Missing:
      return error(faults::AccessDenied, "Access Denied");
    case SignatureFault::Incomplete:
    case SignatureFault::WrongScope:
      return error(faults::S3AuthorizationHeaderMalformed,
                   "The authorization header is malformed; " + failure.words);
    case SignatureFault::UnknownKey:
      return error(faults::S3InvalidAccessKeyId,
                   "The AWS Access Key Id you provided does not exist in our records.");
    case SignatureFault::SessionOver:
      return error(faults::S3ExpiredToken, "The provided token has expired.");
    case SignatureFault::Expired:
    case SignatureFault::NotYetCurrent:
      return error(faults::S3RequestTimeTooSkewed,
                   "The difference between the request time and the current time is too large.");
    case SignatureFault::WrongBody:
      return error(faults::S3ContentMismatch, failure.words);
    case SignatureFault::Mismatch:
      break;
  }
  return error(faults::SignatureDoesNotMatch,
               "The request signature we calculated does not match the signature you provided. "
               "Check your key and signing method.");
}

}  // namespace

Result<model::Caller> authenticate(Mode mode, wire::Dialect dialect,
                                   const wire::HttpRequest& request,
                                   const wire::Signature& signature, const model::World& world,
                                   TimePoint now) {
  const auto key = find_key(world, signature.access_key_id);
  auto caller =
      mode == Mode::Lenient ? believe(signature, key, now) : prove(request, signature, key, now);
  if (!caller) {
    return std::unexpected(refusal(dialect, caller.error()));
  }
  caller->region = signature.region;
  return std::move(*caller);
}

Error refusal(wire::Dialect dialect, const wire::SignatureFailure& failure) {
  if (dialect == wire::Dialect::Ec2) {
    return ec2_refusal(failure.fault);
  }
  if (dialect == wire::Dialect::S3) {
    return s3_refusal(failure);
  }
  return error(query_fault(failure.fault), failure.words);
}

}  // namespace postern::api::auth
