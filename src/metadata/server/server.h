// SPDX-License-Identifier: Apache-2.0
// Server: the instance metadata service of every VPC, at 169.254.169.254:80. Who asks is told by
// the VPC and the address that the request comes from, which the data plane lets nobody forge.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include "base/inbox.h"
#include "base/time.h"
#include "model/world.h"
#include "sockets/vpc_sockets.h"

namespace postern::metadata {

// References outlive the server.
struct ServerParts {
  const Published<model::World>& world;
  sockets::VpcSockets& sockets;
  const Clock& clock;
  // Makes new keys for an instance, and gives the World that has them. Called on the server's
  // thread, and may wait for a moment.
  std::function<std::shared_ptr<const model::World>(const model::Id<model::Instance>&)> renew_keys;
};

class Server {
 public:
  // Starts its thread.
  explicit Server(ServerParts parts);
  // Closes every socket.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Waits until the VPC's sockets are open. False when they are not by then. Any thread.
  bool wait_open(const model::Id<model::Vpc>& vpc, std::chrono::milliseconds timeout) const;

 private:
  class Loop;

  std::unique_ptr<Loop> loop_;
  std::thread thread_;
};

}  // namespace postern::metadata
