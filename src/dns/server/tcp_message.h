// SPDX-License-Identifier: Apache-2.0
// DNS messages on a TCP connection: two bytes of length before each. [RFC 1035 4.2.2]
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <optional>

#include "dns/wire/message.h"

namespace postern::dns {

// nullopt when the connection ends or fails.
boost::asio::awaitable<std::optional<Bytes>> read_tcp_message(boost::asio::ip::tcp::socket& socket);
// False when the connection fails.
boost::asio::awaitable<bool> write_tcp_message(boost::asio::ip::tcp::socket& socket, Bytes message);

}  // namespace postern::dns
