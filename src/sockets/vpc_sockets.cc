// SPDX-License-Identifier: Apache-2.0
#include "sockets/vpc_sockets.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace postern::sockets {
namespace {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

SocketAddress to_native(const IpAddress& address, std::uint16_t port) {
  SocketAddress result;
  if (address.is_v4()) {
    sockaddr_in v4{.sin_family = AF_INET,
                   .sin_port = htons(port),
                   .sin_addr = {.s_addr = htonl(address.v4_value())}};
    std::memcpy(&result.storage, &v4, sizeof v4);
    result.size = sizeof v4;
    return result;
  }
  sockaddr_in6 v6{.sin6_family = AF_INET6, .sin6_port = htons(port)};
  std::ranges::copy(address.bytes(), std::begin(v6.sin6_addr.s6_addr));
  std::memcpy(&result.storage, &v6, sizeof v6);
  result.size = sizeof v6;
  return result;
}

Result<> set(int fd, int level, int option) {
  const int on = 1;
  if (setsockopt(fd, level, option, &on, sizeof on) != 0) {
    return unavailable_errno("setting a socket option");
  }
  return {};
}

// A listener takes its port again at once after a restart; a client takes its port when it
// connects, so that one port serves towards many targets.
Result<> set_options(int fd, Kind kind) {
  switch (kind) {
    case Kind::TcpListener:
      return set(fd, SOL_SOCKET, SO_REUSEADDR);
    case Kind::TcpClient:
      return set(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
    case Kind::Udp:
      break;
  }
  return {};
}

}  // namespace

int socket_domain(const Request& request) {
  return request.address.is_v4() ? AF_INET : AF_INET6;
}

int socket_type(const Request& request) {
  const int type = request.kind == Kind::Udp ? SOCK_DGRAM : SOCK_STREAM;
  return type | SOCK_NONBLOCK | SOCK_CLOEXEC;
}

Result<> bind_socket(int fd, const Request& request) {
  TRY(set_options(fd, request.kind));
  const SocketAddress address = to_native(request.address, request.port);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0) {
    return unavailable_errno(fmt::format("binding {}:{}", request.address.text(), request.port));
  }
  constexpr int kBacklog = 128;
  if (request.kind == Kind::TcpListener && listen(fd, kBacklog) != 0) {
    return unavailable_errno("listening");
  }
  return {};
}

Result<Fd> open_here(const Request& request) {
  Fd fd(socket(socket_domain(request), socket_type(request), 0));
  if (!fd) {
    return unavailable_errno("opening a socket");
  }
  TRY(bind_socket(fd.get(), request));
  return fd;
}

}  // namespace postern::sockets
