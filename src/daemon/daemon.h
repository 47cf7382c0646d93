// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "daemon/config.h"

namespace postern::daemon {

// Serves until SIGTERM or SIGINT. Errors are one sentence for the person who started it. Traffic
// and instances go on when it returns.
Result<> run(const Config& config);

// Ends the data directory's instances and takes everything of it off the host: instances' files,
// links, namespaces, programs, mounts. The store stays. Fine when nothing is there.
Result<> destroy(const Config& config);

}  // namespace postern::daemon
