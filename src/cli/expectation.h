// SPDX-License-Identifier: Apache-2.0
// What a file of expectations says, and whether what was found is as expected. Pure.
//
//   expect:
//     - name: A reaches B's service       (default: "FROM to TO")
//       from: client                      as `postern explain` takes it
//       to: vpce-0123…:80
//       protocol: tcp                     tcp (default), udp or icmp
//       reachable: true                   (default)
//       through: vpce-0123…               a resource that must be on every path
//     - from: client
//       to: 10.0.1.99:80
//       reachable: false
//       because: DestinationUnknown       the verdict that must be the reason
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace postern::cli {

struct Expectation {
  std::string name;
  std::string from;
  std::string to;
  std::string protocol = "tcp";
  bool reachable = true;
  std::string through;  // empty: anything
  std::string because;  // empty: whatever it is
  int line = 0;         // of the file, from 1
};

// Refused with the line's number for what is no such file, and for a member that has no meaning.
Result<std::vector<Expectation>> read_expectations(const std::string& yaml);

// How a TCP connection that was tried for real fared.
enum class Probe { NotTried, Connected, Refused, TimedOut };

// Empty if it is as expected; else what is not, in a sentence. `explanation` is the daemon's answer
// to /explain, `probes` has an entry for each of its paths.
std::string disappointment(const Expectation& expected, const boost::json::object& explanation,
                           const std::vector<Probe>& probes);

}  // namespace postern::cli
