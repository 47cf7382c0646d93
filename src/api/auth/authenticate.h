// SPDX-License-Identifier: Apache-2.0
// Who makes a request: from its signature to a Caller, or to the fault that AWS answers with.
#pragma once

#include "api/wire/dialect.h"
#include "api/wire/sigv4.h"
#include "base/result.h"
#include "model/world.h"

namespace postern::api::auth {

enum class Mode {
  Strict,   // only stored keys, only with the right signature
  Lenient,  // any signature: a stored key is its owner's, one of twelve digits names its account,
            // any other is kDefaultAccount's
};

// Whose the keys are, in lenient mode, that name nobody.
inline constexpr const char* kDefaultAccount = "000000000000";

// The caller that `signature`, as read from `request`, proves. In lenient mode the account need not
// be in `world` yet.
Result<model::Caller> authenticate(Mode mode, wire::Dialect dialect,
                                   const wire::HttpRequest& request,
                                   const wire::Signature& signature, const model::World& world,
                                   TimePoint now);

// The failure as a service of that dialect words it.
Error refusal(wire::Dialect dialect, const wire::SignatureFailure& failure);

}  // namespace postern::api::auth
