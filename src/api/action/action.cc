// SPDX-License-Identifier: Apache-2.0
#include "api/action/action.h"

#include "api/wire/digest.h"

namespace postern::api {

const Action* Service::find(std::string_view action) const {
  for (const Action& candidate : actions) {
    if (candidate.name == action) {
      return &candidate;
    }
  }
  return nullptr;
}

namespace detail {
namespace {

// As AWS's own limit on ClientToken.
constexpr std::size_t kTokenLengthMax = 64;

}  // namespace

Result<bool> take_common(wire::Dialect dialect, const wire::Parameter& root) {
  // Query-string authentication puts its own parameters beside the action's.
  for (const auto& [name, child] : root.children) {
    if (name == "Action" || name == "Version" || name.starts_with("X-Amz-")) {
      child.known = true;
    }
  }
  const wire::Parameter* dry_run = dialect == wire::Dialect::Ec2 ? root.child("DryRun") : nullptr;
  bool value = false;
  if (dry_run != nullptr) {
    TRY(wire::decode_value(dialect, *dry_run, value));
  }
  return value;
}

Error dry_run_passed() {
  return Error(ErrorKind::Refusal, faults::DryRunOperation,
               "Request would have succeeded, but DryRun flag is set.");
}

std::string token_key(const model::Caller& caller, std::string_view action,
                      const std::string& token) {
  return fmt::format("{}|{}|{}|{}", caller.account, caller.region, action, token);
}

std::string token_digest(const wire::Parameter& root) {
  std::vector<std::string_view> without = {"ClientToken"};
  for (const auto& [name, child] : root.children) {
    if (name.starts_with("X-Amz-")) {
      without.push_back(name);
    }
  }
  return wire::sha256_hex(wire::canonical_text(root, without));
}

Result<std::optional<std::string>> replay(const model::Transaction& tx, const std::string& key,
                                          const std::string& digest) {
  if (key.size() - key.rfind('|') - 1 > kTokenLengthMax) {
    return refuse(faults::InvalidParameterValue, "The client token is longer than {} characters",
                  kTokenLengthMax);
  }
  const auto* seen = tx.world().find(model::Id<model::ClientToken>(key));
  if (seen == nullptr) {
    return std::nullopt;
  }
  if (seen->parameters != digest) {
    return refuse(faults::IdempotentParameterMismatch,
                  "The client token was used before with other parameters");
  }
  return seen->answer;
}

Write with_token(Write run, std::string key, std::string digest) {
  return [run = std::move(run), key = std::move(key),
          digest = std::move(digest)](model::Transaction& tx) -> Result<std::string> {
    TRY_ASSIGN(auto earlier, replay(tx, key, digest));
    if (earlier) {
      return *earlier;
    }
    TRY_ASSIGN(std::string answer, run(tx));
    tx.put(model::ClientToken{.id = model::Id<model::ClientToken>(key),
                              .parameters = digest,
                              .answer = answer,
                              .created_at = tx.now()});
    return answer;
  };
}

Write as_dry_run(Write run) {
  return [run = std::move(run)](model::Transaction& tx) -> Result<std::string> {
    TRY(run(tx));
    return std::unexpected(dry_run_passed());
  };
}

}  // namespace detail
}  // namespace postern::api
