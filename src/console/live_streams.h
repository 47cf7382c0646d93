// SPDX-License-Identifier: Apache-2.0
// What pages watch as it happens: packets, and the way of one. A stream of server-sent events for
// each page; all are written by one thread, which waits for none of them.
//
//   event: packet   one of daemon/event_log.h's events
//   event: lost     {lost}: how many found no room since the stream began, here or in the kernel
//   event: path     what POST explain answers, again whenever it is another
//   event: refused  {code, error}: with what POST explain refuses, again whenever it is another
//   : a comment     when nothing has been said for ten seconds
//
// A page that reads too slowly misses packets and is told how many; of the path it gets the newest.
// [HTML standard, 9.2 Server-sent events]
#pragma once

#include <boost/json/object.hpp>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "api/server/operator_door.h"
#include "base/fd.h"
#include "base/ids.h"
#include "base/time.h"
#include "model/world.h"

namespace postern::console {

// What a page watches, and as whom.
struct Watch {
  std::string session;
  model::Id<model::Account> account;
  std::string question;  // the body of POST explain; empty: packets only
};

struct LiveParts {
  const Clock& clock;
  // See daemon/event_log.h; waits for what is new for up to half a second.
  std::function<api::server::OperatorAnswer(const std::string& target)> events;
  // What of those events may be seen; nullopt when nothing may be seen any more.
  std::function<std::optional<boost::json::object>(const Watch&, const boost::json::object&)> view;
  std::function<api::server::OperatorAnswer(const Watch&)> explain;
};

// Thread safety: any thread; one takes turns.
class LiveStreams {
 public:
  static constexpr std::size_t kOpenMax = 32;
  static constexpr std::chrono::seconds kBeat{10};

  explicit LiveStreams(LiveParts parts);
  ~LiveStreams();
  LiveStreams(const LiveStreams&) = delete;
  LiveStreams& operator=(const LiveStreams&) = delete;

  // Where a new stream comes out.
  Result<Fd> open(Watch watch);

  // Waits until somebody watches. False when it shall stop.
  bool wait(const std::stop_token& stop);
  // Tells everybody what is new, and ends the streams of those who have gone, or may no more.
  void turn();

 private:
  class Stream;

  boost::json::object read();

  LiveParts parts_;
  std::string target_;    // of the next question for events
  bool failing_ = false;  // the last one had no answer
  std::mutex mutex_;      // of what follows
  std::condition_variable_any opened_;
  std::vector<std::shared_ptr<Stream>> streams_;
};

}  // namespace postern::console
