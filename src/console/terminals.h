// SPDX-License-Identifier: Apache-2.0
// Logins to instances that browsers' terminals are joined to: `postern ssh` at a terminal of ours.
#pragma once

#include <sys/types.h>

#include <mutex>
#include <vector>

#include "api/server/http_server.h"

namespace postern::console {

// Thread safety: any thread.
class Terminals {
 public:
  // `program` is the CLI; `endpoint` the API of this daemon, by which it finds the operator's
  // socket.
  Terminals(std::string program, std::string endpoint)
      : program_(std::move(program)), endpoint_(std::move(endpoint)) {}

  // A login to that instance, of that session of the console. Its text messages are {"columns": 80,
  // "rows": 24}, the window's size. It ends when the browser's side is closed.
  Result<api::server::WebSocketPeer> open(const std::string& session, const std::string& instance);

  // Hangs up all of a session's.
  void close(const std::string& session);

  // Gives back what has ended. To be called now and then.
  void reap();

 private:
  static constexpr std::size_t kOpenMax = 64;

  struct Running {
    pid_t pid;  // not reaped, so nobody else's
    std::string session;
  };

  std::string program_;
  std::string endpoint_;
  std::mutex mutex_;
  std::vector<Running> running_;
};

}  // namespace postern::console
