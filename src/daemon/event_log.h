// SPDX-License-Identifier: Apache-2.0
// GET /events?after=N of the operator's API: what `postern watch` shows.
//
//   -> {events: [{number, time, nanoseconds, verdict, action, meaning, protocol, source,
//   destination,
//                 source_port, destination_port, bytes, interface, instance, account, vpc,
//                 to_interface, to, to_account, fault, fault_about}],
//       next, lost}
//
// Waits up to half a second for an event newer than `after`. `next` is the `after` of the next
// question; without one, it begins with what happens now. `lost`: events that found no room.
// `to`: what has the destination's address in the sender's VPC, an endpoint, a load balancer (its
// ARN), an instance or the interface itself, with its owner; left out if nothing has it.
// `fault`: the fault on purpose that the packet was dropped for, with what that is about; left out
// if none.
// `nanoseconds` are CLOCK_MONOTONIC's, for those who compare.
#pragma once

#include <deque>
#include <functional>
#include <mutex>

#include "api/server/operator_door.h"
#include "base/time.h"
#include "dataplane/layout/verdict.h"
#include "model/world.h"

namespace postern::daemon {

// Reads what has been told, as EventReader::read() does: events and how many were lost.
using ReadEvents = std::function<Result<std::pair<std::vector<pn_event>, std::uint64_t>>()>;

// Thread safety: any thread; one reads at a time, and all are told of every event.
class EventLog {
 public:
  EventLog(ReadEvents read, const Clock& clock) : read_(std::move(read)), clock_(clock) {}

  api::server::OperatorAnswer answer(const model::World& world, const std::string& target);

 private:
  static constexpr std::size_t kKept = 16384;

  ReadEvents read_;
  const Clock& clock_;
  std::mutex mutex_;
  std::deque<pn_event> kept_;
  std::uint64_t first_ = 1;  // number of kept_.front()
  std::uint64_t lost_ = 0;
};

}  // namespace postern::daemon
