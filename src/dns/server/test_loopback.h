// SPDX-License-Identifier: Apache-2.0
// For tests: the server's sockets on loopback, and a client's.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "dns/wire/message.h"
#include "model/vpc.h"
#include "sockets/vpc_sockets.h"

namespace postern::dns {

using sockets::Kind;

constexpr auto kPatience = std::chrono::seconds(10);  // of a test that is about to fail

// What a test sees of a socket that the server opened.
struct Place {
  IpAddress address;
  std::uint16_t port = 0;
};

inline sockaddr_in native(const Place& place) {
  return {.sin_family = AF_INET,
          .sin_port = htons(place.port),
          .sin_addr = {.s_addr = htonl(place.address.v4_value())}};
}

inline Place bound_place(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  EXPECT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  return {IpAddress::v4(ntohl(address.sin_addr.s_addr)), ntohs(address.sin_port)};
}

// Opens what is asked for on loopback, at any free port, and remembers where.
class LoopbackSockets final : public sockets::VpcSockets {
 public:
  Result<Fd> open(std::string_view vpc, const sockets::Request& request) override {
    std::lock_guard lock(mutex_);
    if (refusals_ > 0) {
      --refusals_;
      return unavailable("no such namespace yet");
    }
    EXPECT_EQ(request.port, 53);
    const bool loopback = request.address.text().starts_with("127.");
    auto fd = sockets::open_here(
        {request.kind, loopback ? request.address : *IpAddress::parse("127.0.0.1"), 0});
    if (fd) {
      opened_[{std::string(vpc), request.address, request.kind}] = bound_place(fd->get());
      changed_.notify_all();
    }
    return fd;
  }

  void refuse_next(int count) {
    std::lock_guard lock(mutex_);
    refusals_ = count;
  }

  // Where the server listens in the VPC; waits for it.
  Place place(const model::Vpc& vpc, Kind kind, const IpAddress& address) {
    std::unique_lock lock(mutex_);
    const auto key = std::tuple(vpc.id.value, address, kind);
    EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return opened_.contains(key); }));
    return opened_[key];
  }
  Place place(const model::Vpc& vpc, Kind kind) {
    return place(vpc, kind, model::resolver_address(vpc));
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int refusals_ = 0;
  std::map<std::tuple<std::string, IpAddress, Kind>, Place> opened_;
};

inline void set_patience(int fd) {
  const timeval patience{.tv_sec = kPatience.count()};
  EXPECT_EQ(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
}

inline Fd connect_to(const Place& place, int type) {
  Fd fd(socket(AF_INET, type | SOCK_CLOEXEC, 0));
  set_patience(fd.get());
  const sockaddr_in address = native(place);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fd.reset();
  }
  return fd;
}

inline Bytes receive(int fd) {
  Bytes message(65536);
  const ssize_t size = recv(fd, message.data(), message.size(), 0);
  message.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return message;
}

inline Bytes ask_udp(const Place& place, const Bytes& query) {
  const Fd fd = connect_to(place, SOCK_DGRAM);
  EXPECT_EQ(send(fd.get(), query.data(), query.size(), 0), static_cast<ssize_t>(query.size()));
  return receive(fd.get());
}

inline void send_framed(int fd, const Bytes& message) {
  Bytes framed = {static_cast<std::uint8_t>(message.size() >> 8),
                  static_cast<std::uint8_t>(message.size())};
  framed.insert(framed.end(), message.begin(), message.end());
  EXPECT_EQ(send(fd, framed.data(), framed.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(framed.size()));
}

inline Bytes receive_framed(int fd) {
  std::array<std::uint8_t, 2> length{};
  if (recv(fd, length.data(), 2, MSG_WAITALL) != 2) {
    return {};
  }
  Bytes message(static_cast<std::size_t>(length[0] << 8 | length[1]));
  EXPECT_EQ(recv(fd, message.data(), message.size(), MSG_WAITALL),
            static_cast<ssize_t>(message.size()));
  return message;
}

inline Bytes ask_tcp(const Place& place, const Bytes& query) {
  const Fd fd = connect_to(place, SOCK_STREAM);
  send_framed(fd.get(), query);
  return receive_framed(fd.get());
}

}  // namespace postern::dns
