// SPDX-License-Identifier: Apache-2.0
// Server: the resolver of every VPC, at the base of its CIDR plus two and at 169.254.169.253, over
// UDP and TCP. It answers from the newest World; VPCs come and go with it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "base/ids.h"
#include "base/inbox.h"
#include "model/world.h"
#include "sockets/vpc_sockets.h"

namespace postern::dns {

// A resolver of the host's own, asked from the host's own network.
struct Upstream {
  IpAddress address;
  std::uint16_t port = 53;
};

struct Settings {
  // Who is asked for names that are not ours, one after another. With none, such names do not exist
  // (NXDOMAIN, at once).
  std::vector<Upstream> upstreams;
  // How long each of them may take. When all have failed the client gets SERVFAIL.
  std::chrono::milliseconds upstream_timeout = std::chrono::seconds(2);
};

class Server {
 public:
  // Starts its thread. `world` and `sockets` outlive the server, and so does `ids`, which is used
  // on the server's thread only: for the ids of queries to upstreams, which must not be guessed.
  Server(const Published<model::World>& world, sockets::VpcSockets& sockets, IdSource& ids,
         Settings settings);
  // Closes every socket; queries in work get no answer.
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

}  // namespace postern::dns
