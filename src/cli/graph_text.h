// SPDX-License-Identifier: Apache-2.0
// What `postern graph` prints.
#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace postern::cli {

std::string graph_text(const boost::json::object& graph);

}  // namespace postern::cli
