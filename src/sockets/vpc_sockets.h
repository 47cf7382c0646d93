// SPDX-License-Identifier: Apache-2.0
// VpcSockets: sockets inside a VPC, as what Postern itself is there: its resolver, its NLBs' nodes.
// The seam between those who speak there and the network namespaces that make it possible.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/fd.h"
#include "base/net.h"
#include "base/result.h"

namespace postern::sockets {

enum class Kind {
  Udp,
  TcpListener,  // listening
  TcpClient,    // not connected yet
};

// A socket and the address that it is bound to. Port 0: any free one.
struct Request {
  Kind kind = Kind::Udp;
  IpAddress address;
  std::uint16_t port = 0;
};

class VpcSockets {
 public:
  virtual ~VpcSockets() = default;

  // A nonblocking socket in the services namespace of the VPC of that id. Unavailable as long as
  // the namespace or the address is not there: ask again later. May be called from any thread.
  virtual Result<Fd> open(std::string_view vpc, const Request& request) = 0;
};

// Makes a new socket of the calling thread's network namespace into what `request` says: the last
// step of every implementation.
Result<Fd> open_here(const Request& request);

// open_here() in two steps, for those that make the socket elsewhere: which socket(2) to call, and
// what to do with it.
int socket_domain(const Request& request);
int socket_type(const Request& request);  // with SOCK_NONBLOCK and SOCK_CLOEXEC
Result<> bind_socket(int fd, const Request& request);

}  // namespace postern::sockets
