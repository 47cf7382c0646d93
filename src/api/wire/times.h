// SPDX-License-Identifier: Apache-2.0
// Times in requests.
#pragma once

#include "api/wire/decode.h"
#include "base/time.h"

namespace postern::api::wire {

// 2026-01-31T23:59:59Z, with an offset or a fraction of a second if need be; or, in JSON and CBOR,
// seconds since 1970.
Result<> decode_value(Dialect dialect, const Parameter& from, TimePoint& out);

}  // namespace postern::api::wire
