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

// The operator's socket of the daemon on this host whose API is at `endpoint`, such as
// http://127.0.0.1:4566, which its health page names.
Result<std::string> operator_socket_at(const std::string& endpoint);

}  // namespace postern::cli
