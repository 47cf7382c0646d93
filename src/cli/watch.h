// SPDX-License-Identifier: Apache-2.0
// The events of `postern watch`, for people, and which of them are asked for.
#pragma once

#include <boost/json.hpp>
#include <string>

namespace postern::cli {

struct WatchFilter {
  bool all = false;     // also what passes
  std::string from;     // instance or interface; empty: any
  std::string to;       // endpoint, load balancer's ARN, instance or interface; empty: any
  std::string account;  // of the sender or the receiver; empty: any
};

bool fits(const boost::json::object& event, const WatchFilter& filter);

// 2026-11-26T20:00:00.123Z Drop EndpointNotAccepted tcp 10.0.1.10:40000 > 10.0.1.100:80, from i-…
// (eni-…, account 111111111111) to vpce-…: the endpoint's connection is not accepted: …
std::string event_line(const boost::json::object& event);

}  // namespace postern::cli
