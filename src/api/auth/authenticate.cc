// SPDX-License-Identifier: Apache-2.0
#include "api/auth/authenticate.h"

#include <algorithm>

namespace postern::api::auth {
namespace {

using wire::SignatureFault;

// A key, and whose it is.
struct OwnedKey {
  const model::Account* account = nullptr;
  const model::AccessKey* key = nullptr;
};

OwnedKey find_key(const model::World& world, std::string_view access_key_id) {
  for (const auto& [id, account] : world.all<model::Account>()) {
    for (const model::AccessKey& key : account->access_keys) {
      if (key.id == access_key_id) {
        return {account.get(), &key};
      }
    }
  }
  return {};
}

model::Caller owner_of(const OwnedKey& owned, const std::string& region) {
  return {.account = owned.account->id,
          .region = region,
          .principal_arn = owned.key->principal_arn,
          .user_id = owned.key->user_id};
}

// The account itself, as its root user. [IAM user guide: root's UserId is the account's id]
model::Caller root_of(const std::string& account, const std::string& region) {
  return {.account = model::Id<model::Account>(account),
          .region = region,
          .principal_arn = fmt::format("arn:aws:iam::{}:root", account),
          .user_id = account};
}

bool is_account_id(std::string_view text) {
  return text.size() == 12 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

wire::SignatureResult<model::Caller> believe(const wire::Signature& signature,
                                             const OwnedKey& owned) {
  if (auto checked = wire::check_region(signature); !checked) {
    return std::unexpected(std::move(checked).error());
  }
  if (owned.key != nullptr) {
    return owner_of(owned, signature.region);
  }
  const std::string& id = signature.access_key_id;
  return root_of(is_account_id(id) ? id : kDefaultAccount, signature.region);
}

wire::SignatureResult<model::Caller> prove(const wire::HttpRequest& request,
                                           const wire::Signature& signature, const OwnedKey& owned,
                                           TimePoint now) {
  // Session tokens belong to temporary keys, and stored keys are not temporary.
  if (owned.key == nullptr || !signature.session_token.empty()) {
    return wire::signature_failure(SignatureFault::UnknownKey,
                                   "The security token included in the request is invalid.");
  }
  if (auto checked = wire::check_signature(signature, request, owned.key->secret, now); !checked) {
    return std::unexpected(std::move(checked).error());
  }
  return owner_of(owned, signature.region);
}

Error error(const Fault& fault, std::string words) {
  return Error(ErrorKind::Refusal, fault, std::move(words));
}

// EC2 tells apart only what is too old. [EC2 API reference, "Error codes"; recorded answers]
Error ec2_refusal(SignatureFault fault) {
  if (fault == SignatureFault::Expired || fault == SignatureFault::NotYetCurrent) {
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
    case SignatureFault::Mismatch:
    case SignatureFault::Expired:
    case SignatureFault::NotYetCurrent:
    case SignatureFault::WrongScope:
      break;
  }
  return faults::SignatureDoesNotMatch;
}

}  // namespace

Result<model::Caller> authenticate(Mode mode, wire::Dialect dialect,
                                   const wire::HttpRequest& request,
                                   const wire::Signature& signature, const model::World& world,
                                   TimePoint now) {
  const OwnedKey owned = find_key(world, signature.access_key_id);
  auto caller =
      mode == Mode::Lenient ? believe(signature, owned) : prove(request, signature, owned, now);
  if (!caller) {
    return std::unexpected(refusal(dialect, caller.error()));
  }
  return std::move(*caller);
}

Error refusal(wire::Dialect dialect, const wire::SignatureFailure& failure) {
  if (dialect == wire::Dialect::Ec2) {
    return ec2_refusal(failure.fault);
  }
  return error(query_fault(failure.fault), failure.words);
}

}  // namespace postern::api::auth
