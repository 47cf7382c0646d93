// SPDX-License-Identifier: Apache-2.0
// One check of one target.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "health/state/plan.h"
#include "sockets/vpc_sockets.h"

namespace postern::health {

enum class CheckResult {
  Passed,
  Failed,
  NotMade,  // we could not: no word about the target
};

// TCP passes when the handshake completes, HTTP and HTTPS when the code of the answer matches, all
// within the timeout. Any certificate will do, but not TLS 1.3 alone. [NLB guide, "Health checks"]
// `sockets` outlives the check.
boost::asio::awaitable<CheckResult> check(boost::asio::io_context& io, sockets::VpcSockets& sockets,
                                          Probe probe);

}  // namespace postern::health
