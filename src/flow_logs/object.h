// SPDX-License-Identifier: Apache-2.0
// What a flow log puts into a bucket: its records of a window, as a file. Pure.
// [VPC user guide, "Flow log files"]
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/flow_log.h"

namespace postern::flow_logs {

struct Object {
  model::Id<model::FlowLog> log;
  std::string bucket;
  std::string folder;   // within the bucket: "logs/AWSLogs/…/26/"
  std::string name;     // …_20261127T0530Z_fe123456.log.gz
  std::string content;  // gzip
};

// How much text a file has at most; what is more goes into another.
inline constexpr std::size_t kObjectTextMax = 75'000'000;

// `records`: those of the window that began at `window`. The end of a name is made of the content:
// what is made again is the same object.
std::vector<Object> objects_of(const model::FlowLog& log, TimePoint window,
                               std::span<const std::string> records,
                               std::size_t text_max = kObjectTextMax);

}  // namespace postern::flow_logs
