// SPDX-License-Identifier: Apache-2.0
// One record as text, by a flow log's format. Pure. [VPC user guide, "Flow log records"]
#pragma once

#include "flow_logs/passage.h"
#include "model/flow_log_format.h"

namespace postern::flow_logs {

// What `passage` has to say of its interface.
std::string record_text(const model::World& world, const model::FlowLogFormat& format,
                        const Passage& passage);

// That an interface has seen nothing between two times (NODATA), or that what it has seen was not
// gathered (SKIPDATA).
std::string empty_record_text(const model::World& world, const model::FlowLogFormat& format,
                              const model::NetworkInterface& interface, TimePoint begin,
                              TimePoint end, std::string_view status);

}  // namespace postern::flow_logs
