// SPDX-License-Identifier: Apache-2.0
// The parts of Asio that sockets' users share: coroutines whose failures are values, and deadlines.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

#include "base/fd.h"
#include "base/net.h"
#include "base/result.h"

namespace postern::sockets {

// co_await async_x(…, kAwait) gives [error, result…] and does not throw.
inline constexpr auto kAwait = boost::asio::as_tuple(boost::asio::use_awaitable);

inline boost::asio::ip::address to_asio(const IpAddress& address) {
  if (address.is_v4()) {
    return boost::asio::ip::address_v4(address.v4_value());
  }
  return boost::asio::ip::address_v6(address.bytes());
}

inline IpAddress from_asio(const boost::asio::ip::address& address) {
  return address.is_v4() ? IpAddress::v4(address.to_v4().to_uint())
                         : IpAddress(address.to_v6().to_bytes());
}

// Gives the descriptor to a socket of Asio's.
template <class Protocol, class Socket>
Result<> hand_over(Fd fd, const Protocol& protocol, Socket& socket) {
  boost::system::error_code error;
  socket.assign(protocol, fd.get(), error);
  if (error) {
    return unavailable("handing a socket to the event loop: {}", error.message());
  }
  fd.release();
  return {};
}

// Waits a little after a failure that may come again at once, such as too many open files.
inline boost::asio::awaitable<void> pause(boost::asio::io_context& io) {
  boost::asio::steady_timer timer(io, std::chrono::milliseconds(100));
  co_await timer.async_wait(kAwait);
}

// Counts what is in work as long as it lives.
class Counted {
 public:
  explicit Counted(std::size_t& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::size_t& count_;
};

// Closes `socket` at a time unless it is destroyed before: what waits for the socket fails then.
template <class Socket>
class Deadline {
 public:
  Deadline(const std::shared_ptr<Socket>& socket, std::chrono::milliseconds after)
      : timer_(socket->get_executor(), after) {
    timer_.async_wait([weak = std::weak_ptr(socket)](const boost::system::error_code& error) {
      const auto held = weak.lock();
      if (!error && held) {
        boost::system::error_code ignored;
        held->close(ignored);
      }
    });
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  boost::asio::steady_timer timer_;  // its destructor cancels the wait
};

}  // namespace postern::sockets
