// SPDX-License-Identifier: Apache-2.0
// Server: Postern as the services of AWS's that VPC endpoints lead to, at each endpoint's own
// addresses, by HTTP and HTTPS. It ends TLS and hands the bytes on to who serves the API, with who
// sent them: the data plane lets nobody forge the address.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "base/inbox.h"
#include "model/world.h"
#include "service_endpoints/authority.h"
#include "sockets/vpc_sockets.h"

namespace postern::service_endpoints {

// References outlive the server.
struct ServerParts {
  const Published<model::World>& world;
  sockets::VpcSockets& sockets;
  const Clock& clock;
  const Authority& authority;
  // Takes a stream socket whose other end is the client at `address` of the endpoint's VPC. Called
  // on the server's thread.
  std::function<void(Fd socket, const model::Id<model::VpcEndpoint>& endpoint,
                     const std::string& address)>
      hand;
};

class Server {
 public:
  // Starts its thread.
  explicit Server(ServerParts parts);
  // Closes every socket.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

 private:
  class Loop;

  std::unique_ptr<Loop> loop_;
  std::thread thread_;
};

}  // namespace postern::service_endpoints
