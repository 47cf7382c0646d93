// SPDX-License-Identifier: Apache-2.0
// The CLI's end of the operator's socket.
#pragma once

#include <boost/json.hpp>
#include <string>

#include "base/result.h"

namespace postern::cli {

// Asks the daemon at `socket` and gives its JSON. The error is one sentence for the person who
// typed: the daemon's own, or that there is no daemon and how to start it.
Result<boost::json::object> ask(const std::string& socket, const std::string& method,
                                const std::string& target, const boost::json::object& body = {});

}  // namespace postern::cli
