// SPDX-License-Identifier: Apache-2.0
// Principals: an account's root, and who may see and connect to an endpoint service. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/endpoint.h"

namespace postern::model {

// The account itself, as its root user. [IAM user guide: root's UserId is the account's id]
Caller root_of(const Id<Account>& account);

// The type that AWS gives a principal: All, Account, User, Role. Refuses what cannot be one:
// UnknownPrincipalType.Unsupported for ARNs of other kinds, InvalidPrincipal for what is no ARN.
Result<std::string> principal_type(std::string_view principal);

// Whether an allowed principal covers the caller: `*` everybody, …:root the whole account, a user
// or role ARN that user or that role's sessions. [PrivateLink guide, "Manage permissions"]
bool covers(const AllowedPrincipal& allowed, const Caller& caller);

// Whether the caller may see the service and connect to it: its owner, or one whom a principal
// covers. For everybody else it does not exist.
bool may_use(const EndpointService& service, const Caller& caller);

}  // namespace postern::model
