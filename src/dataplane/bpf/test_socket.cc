// SPDX-License-Identifier: Apache-2.0
#include "dataplane/bpf/test_socket.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>

namespace postern::dataplane::testing {

sockaddr_in endpoint_of(const char* address, std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  inet_pton(AF_INET, address, &out.sin_addr);
  return out;
}

Fd new_socket(int type) {
  Fd out(socket(AF_INET, type | SOCK_CLOEXEC, 0));
  const timeval limit{.tv_sec = 5, .tv_usec = 0};
  setsockopt(out.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(out.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  return out;
}

int connect_to(const Fd& socket, const char* address, std::uint16_t port) {
  const sockaddr_in to = endpoint_of(address, port);
  const auto* generic = reinterpret_cast<const sockaddr*>(&to);
  return connect(socket.get(), generic, sizeof to) == 0 ? 0 : errno;
}

Fd listen_at(const char* address, std::uint16_t port) {
  Fd out = new_socket(SOCK_STREAM);
  const int on = 1;
  setsockopt(out.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in at = endpoint_of(address, port);
  EXPECT_EQ(bind(out.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  EXPECT_EQ(listen(out.get(), 16), 0);
  return out;
}

std::string read_all(const Fd& socket) {
  std::string out;
  std::string buffer(1 << 16, '\0');
  ssize_t got;
  while ((got = recv(socket.get(), buffer.data(), buffer.size(), 0)) > 0) {
    out.append(buffer, 0, static_cast<std::size_t>(got));
  }
  EXPECT_EQ(got, 0) << "ended by an error";
  return out;
}

void send_all(const Fd& socket, const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t sent = send(socket.get(), bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    ASSERT_GT(sent, 0);
    done += static_cast<std::size_t>(sent);
  }
}

std::string content(std::size_t size) {
  std::string out(size, '\0');
  std::uint32_t state = 1;
  for (char& each : out) {
    state = state * 1664525 + 1013904223;
    each = static_cast<char>(state >> 24);
  }
  return out;
}

std::string read_bytes(const Fd& socket, std::size_t size) {
  std::string out(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = recv(socket.get(), out.data() + done, size - done, 0);
    if (got <= 0) {
      break;
    }
    done += static_cast<std::size_t>(got);
  }
  out.resize(done);
  return out;
}

}  // namespace postern::dataplane::testing
