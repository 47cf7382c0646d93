// SPDX-License-Identifier: Apache-2.0
// Times in requests.
#pragma once

#include "api/wire/decode.h"
#include "base/time.h"

namespace postern::api::wire {

// 2026-01-31T23:59:59Z, with an offset or a fraction of a second if need be; or, in JSON and CBOR,
// seconds since 1970.
Result<> decode_value(Dialect dialect, const Parameter& from, TimePoint& out);

// As HTTP's headers have it: Sat, 31 Jan 2026 23:59:59 GMT.
std::string format_http_date(TimePoint time);

}  // namespace postern::api::wire
