// SPDX-License-Identifier: Apache-2.0
// Which targets have connections? Read from the flow table.
#pragma once

#include <cstdint>
#include <set>

#include "base/result.h"

namespace postern::dataplane {

// The numbers of the targets that an entry of pn_flows, which is `fd`, is on. Entries that the
// sweeper has marked do not count. Reads the whole table: a matter of milliseconds for thousands of
// connections, of tenths of a second for a million.
Result<std::set<std::uint32_t>> targets_in_flows(int fd);

}  // namespace postern::dataplane
