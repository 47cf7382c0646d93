// SPDX-License-Identifier: Apache-2.0
// Reading the flow table, whole: a matter of milliseconds for thousands of connections, of tenths
// of a second for a million. Packets go on changing it meanwhile: what comes or goes during the
// walk may be met or not.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <span>

#include "base/result.h"
#include "dataplane/layout/layout.h"

namespace postern::dataplane {

// Called with entries and their keys, as many of one as of the other.
using FlowVisitor = std::function<Result<>(std::span<const pn_flow_key>, std::span<const pn_flow>)>;
Result<> walk_flows(int fd, const FlowVisitor& visit);

// The numbers of the targets that an entry of pn_flows, which is `fd`, is on. Entries that the
// sweeper has marked do not count.
Result<std::set<std::uint32_t>> targets_in_flows(int fd);

// Called with at most kPnAdoptions entries of the flow table of an older layout, as ours can take
// them.
using AdoptionVisitor = std::function<Result<>(std::span<const pn_adoption>)>;
Result<> read_older_flows(int fd, const AdoptionVisitor& adopt);

}  // namespace postern::dataplane
