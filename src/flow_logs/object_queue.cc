// SPDX-License-Identifier: Apache-2.0
#include "flow_logs/object_queue.h"

#include <utility>

namespace postern::flow_logs {

std::size_t ObjectQueue::add(Object object) {
  bytes_ += object.content.size();
  waiting_.push_back(std::move(object));
  std::size_t given_up = 0;
  while (bytes_ > bytes_max_ && waiting_.size() > 1) {
    bytes_ -= waiting_.front().content.size();
    waiting_.pop_front();
    ++given_up;
  }
  return given_up;
}

std::map<model::Id<model::FlowLog>, Result<>> ObjectQueue::send(const model::World& world,
                                                                const PutObject& put) {
  std::map<model::Id<model::FlowLog>, Result<>> ends;
  for (Object& object : std::exchange(waiting_, {})) {
    bytes_ -= object.content.size();
    if (world.find(object.log) == nullptr) {
      continue;
    }
    Result<>& end = ends[object.log];
    if (end) {
      end = put(object);
    }
    if (!end) {
      bytes_ += object.content.size();
      waiting_.push_back(std::move(object));
    }
  }
  return ends;
}

}  // namespace postern::flow_logs
