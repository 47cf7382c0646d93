// SPDX-License-Identifier: Apache-2.0
// ObjectQueue: objects on their way into buckets. What a bucket does not take waits, while there is
// room for it; then the oldest is given up.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>

#include "base/result.h"
#include "flow_logs/object.h"
#include "model/world.h"

namespace postern::flow_logs {

using PutObject = std::function<Result<>(const Object&)>;

class ObjectQueue {
 public:
  // Of what waits together.
  static constexpr std::size_t kBytesMax = 64 << 20;

  explicit ObjectQueue(std::size_t bytes_max = kBytesMax) : bytes_max_(bytes_max) {}

  // How many objects were given up for it.
  std::size_t add(Object object);

  // Puts what waits, each log's oldest first, until one of the log's is not taken. Gives for each
  // log that had something waiting how its last attempt ended. What is of logs that `world` has no
  // more is given up.
  std::map<model::Id<model::FlowLog>, Result<>> send(const model::World& world,
                                                     const PutObject& put);

  bool empty() const { return waiting_.empty(); }

 private:
  const std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::deque<Object> waiting_;
};

}  // namespace postern::flow_logs
