// SPDX-License-Identifier: Apache-2.0
#include "cli/probe.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "base/fd.h"

namespace postern::cli {
namespace {

// In the instance's namespace already.
Result<Probe> connect_once(const IpAddress& address, std::uint16_t port,
                           std::chrono::milliseconds patience) {
  // An IPv4 address is reached by a socket of IPv6 in its mapped form. (RFC 4291, 2.5.5.2)
  const Fd fd(socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) {
    return unavailable_errno("opening a socket");
  }
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_port = htons(port);
  std::ranges::copy(address.bytes(), to.sin6_addr.s6_addr);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) {
    return Probe::Connected;
  }
  if (errno != EINPROGRESS) {
    return errno == ECONNREFUSED ? Probe::Refused : Probe::TimedOut;
  }
  pollfd polled{.fd = fd.get(), .events = POLLOUT, .revents = 0};
  if (poll(&polled, 1, static_cast<int>(patience.count())) != 1) {
    return Probe::TimedOut;
  }
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error == 0 ? Probe::Connected : error == ECONNREFUSED ? Probe::Refused : Probe::TimedOut;
}

}  // namespace

Result<Probe> probe(const instances::Process& pid1, const IpAddress& address, std::uint16_t port,
                    std::chrono::milliseconds patience) {
  const Fd pidfd = instances::open_process(pid1);
  if (!pidfd) {
    return unavailable("the instance is not running");
  }
  Result<Probe> found = Probe::NotTried;
  // A namespace is a thread's: this one has no other use.
  std::thread([&] {
    if (setns(pidfd.get(), CLONE_NEWNET) != 0) {
      found = unavailable_errno("entering the instance's network");
    } else {
      found = connect_once(address, port, patience);
    }
  }).join();
  return found;
}

}  // namespace postern::cli
