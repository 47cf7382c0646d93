// SPDX-License-Identifier: Apache-2.0
#include "model/principal.h"

#include <algorithm>
#include <vector>

namespace postern::model {
namespace {

struct Arn {
  std::string_view service;
  std::string_view account;
  std::string_view resource;
};

// arn:<partition>:<service>::<account>:<resource>, as IAM and STS write theirs.
std::optional<Arn> parse_arn(std::string_view text) {
  std::vector<std::string_view> parts;
  for (int i = 0; i < 5; ++i) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
      return std::nullopt;
    }
    parts.push_back(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  }
  const bool digits =
      parts[4].size() == 12 &&
      std::all_of(parts[4].begin(), parts[4].end(), [](char c) { return c >= '0' && c <= '9'; });
  if (parts[0] != "arn" || !parts[1].starts_with("aws") || !parts[3].empty() || !digits) {
    return std::nullopt;
  }
  return Arn{.service = parts[2], .account = parts[4], .resource = text};
}

// "role/name" gives the name; a path or an empty name gives nothing.
std::optional<std::string_view> name_after(std::string_view resource, std::string_view kind) {
  if (!resource.starts_with(kind)) {
    return std::nullopt;
  }
  resource.remove_prefix(kind.size());
  if (resource.empty() || resource.find('/') != std::string_view::npos) {
    return std::nullopt;
  }
  return resource;
}

// Whether the caller is a session of the role: arn:aws:sts::A:assumed-role/<role>/<session>.
bool is_session_of(const Arn& caller, const Arn& role) {
  const auto name = name_after(role.resource, "role/");
  return name && caller.service == "sts" && caller.account == role.account &&
         caller.resource.starts_with(fmt::format("assumed-role/{}/", *name));
}

}  // namespace

Caller root_of(const Id<Account>& account) {
  return {.account = account,
          .principal_arn = fmt::format("arn:aws:iam::{}:root", account),
          .user_id = account.value};
}

Result<std::string> principal_type(std::string_view principal) {
  if (principal == "*") {
    return "All";
  }
  const auto arn = parse_arn(principal);
  if (!arn || arn->service != "iam") {
    return refuse(faults::InvalidPrincipal, "Invalid Principal: '{}'", principal);
  }
  if (arn->resource == "root") {
    return "Account";
  }
  if (name_after(arn->resource, "user/")) {
    return "User";
  }
  if (name_after(arn->resource, "role/")) {
    return "Role";
  }
  return refuse(faults::UnknownPrincipalTypeUnsupported,
                "The principal '{}' is of a type that is not supported. Use the ARN of an account "
                "(…:root), a user or a role without a path, or *.",
                principal);
}

bool covers(const AllowedPrincipal& allowed, const Caller& caller) {
  if (allowed.principal == "*" || allowed.principal == caller.principal_arn) {
    return true;
  }
  const auto arn = parse_arn(allowed.principal);
  const auto caller_arn = parse_arn(caller.principal_arn);
  if (!arn) {
    return false;
  }
  return (arn->resource == "root" && arn->account == caller.account.value) ||
         (caller_arn && is_session_of(*caller_arn, *arn));
}

bool may_use(const EndpointService& service, const Caller& caller) {
  return service.owner == caller.account ||
         std::any_of(service.allowed_principals.begin(), service.allowed_principals.end(),
                     [&](const AllowedPrincipal& allowed) { return covers(allowed, caller); });
}

}  // namespace postern::model
