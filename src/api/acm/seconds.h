// SPDX-License-Identifier: Apache-2.0
// What ACM's answers say of a certificate by the clock.
#pragma once

#include <chrono>
#include <string_view>

#include "model/certificate.h"

namespace postern::api::acm {

// As AWS's JSON has times: seconds since 1970.
inline double seconds(TimePoint time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

inline std::string_view status_of(const model::Certificate& certificate, TimePoint now) {
  return certificate.facts.not_after < now ? "EXPIRED" : "ISSUED";
}

}  // namespace postern::api::acm
