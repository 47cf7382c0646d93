// SPDX-License-Identifier: Apache-2.0
// Real connections on the paths that explain speaks of.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <vector>

#include "cli/expectation.h"

namespace postern::cli {

// Asks the daemon: method, target, body.
using AskDaemon = std::function<Result<boost::json::object>(const char*, const std::string&,
                                                            const boost::json::object&)>;

// Tries each path of `explanation`, the daemon's answer to /explain. Datagrams and echoes are not
// tried: silence says nothing of a datagram.
std::vector<Probe> try_paths(const boost::json::object& explanation, const AskDaemon& ask);

// Puts what was found into the explanation: `probe` of each path. Where it is not what the rules
// say, the answer becomes unknown.
void add_probes(boost::json::object& explanation, const std::vector<Probe>& probes);

}  // namespace postern::cli
