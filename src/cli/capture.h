// SPDX-License-Identifier: Apache-2.0
// `postern capture`: a flow's packets at every hop, into one pcapng file.
#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <string>

#include "base/result.h"
#include "cli/try_paths.h"

namespace postern::cli {

struct CaptureWish {
  std::string file;
  std::chrono::duration<double> lasts{10};  // 0: until SIGINT or SIGTERM
};

// Listens at the ends of what `explanation` (the answer of POST /explain) is about, and writes the
// file; how many packets it has. Needs root.
Result<std::size_t> capture(const boost::json::object& explanation, const CaptureWish& wish,
                            const AskDaemon& ask);

}  // namespace postern::cli
