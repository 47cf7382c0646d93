// SPDX-License-Identifier: Apache-2.0
// For tests: an upstream resolver that says what the test wants.
#pragma once

#include <fcntl.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "dns/server/server.h"
#include "dns/server/test_loopback.h"

namespace postern::dns {

// An upstream resolver on loopback. `answer` is called on its own threads.
class FakeUpstream {
 public:
  using Reply = std::vector<Bytes>;
  using Answerer = std::function<Reply(const Bytes& query)>;

  explicit FakeUpstream(Answerer answerer) : answerer_(std::move(answerer)) {
    while (!open_both()) {
    }
    set_blocking(udp_.get());
    set_blocking(tcp_.get());
    udp_thread_ = std::thread([this] { serve_udp(); });
    tcp_thread_ = std::thread([this] { serve_tcp(); });
  }
  ~FakeUpstream() {
    stopping_ = true;
    connect_to(place_, SOCK_STREAM);  // ends the wait for a connection
    const Fd fd = connect_to(place_, SOCK_DGRAM);
    send(fd.get(), "", 1, 0);
    udp_thread_.join();
    tcp_thread_.join();
  }

  Upstream upstream() const { return {place_.address, place_.port}; }

  // Client ports and ids seen over UDP.
  std::vector<std::pair<std::uint16_t, std::uint16_t>> seen() {
    std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  // Both transports at one port. False when the port is taken for one of them.
  bool open_both() {
    const IpAddress address = *IpAddress::parse("127.0.0.1");
    auto datagrams = sockets::open_here({Kind::Udp, address, 0});
    udp_ = std::move(*datagrams);
    place_ = bound_place(udp_.get());
    auto connections = sockets::open_here({Kind::TcpListener, address, place_.port});
    if (connections) {
      tcp_ = std::move(*connections);
    }
    return connections.has_value();
  }

  static void set_blocking(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK); }

  void serve_udp() {
    for (;;) {
      Bytes query(65536);
      sockaddr_in peer{};
      socklen_t peer_size = sizeof peer;
      auto* peer_address = reinterpret_cast<sockaddr*>(&peer);
      const ssize_t size =
          recvfrom(udp_.get(), query.data(), query.size(), 0, peer_address, &peer_size);
      if (stopping_) {
        return;
      }
      query.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
      note(ntohs(peer.sin_port), query);
      for (const Bytes& reply : answerer_(query)) {
        sendto(udp_.get(), reply.data(), reply.size(), 0, peer_address, peer_size);
      }
    }
  }
  void serve_tcp() {
    for (;;) {
      const Fd fd(accept(tcp_.get(), nullptr, nullptr));
      if (stopping_) {
        return;
      }
      set_patience(fd.get());
      for (const Bytes& reply : answerer_(receive_framed(fd.get()))) {
        send_framed(fd.get(), reply);
      }
    }
  }
  void note(std::uint16_t port, const Bytes& query) {
    std::lock_guard lock(mutex_);
    seen_.emplace_back(port, static_cast<std::uint16_t>(query[0] << 8 | query[1]));
  }

  Answerer answerer_;
  Place place_;
  Fd udp_;
  Fd tcp_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::vector<std::pair<std::uint16_t, std::uint16_t>> seen_;
  std::thread udp_thread_;
  std::thread tcp_thread_;
};

}  // namespace postern::dns
