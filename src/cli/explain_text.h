// SPDX-License-Identifier: Apache-2.0
// The daemon's answer to /explain, for people.
#pragma once

#include <boost/json.hpp>
#include <string>

namespace postern::cli {

// Every hop on a line, what stops with its verdict and the commands that mend it, and at the end
// one sentence.
std::string explain_text(const boost::json::object& explanation);

// 0 reachable, 1 not, 2 unknown.
int explain_status(const boost::json::object& explanation);

}  // namespace postern::cli
