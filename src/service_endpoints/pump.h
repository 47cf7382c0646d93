// SPDX-License-Identifier: Apache-2.0
// Bytes carried between a client and who answers it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>

namespace postern::service_endpoints {

// A client's connection; without TLS its next layer is spoken to directly.
using Client = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

inline std::shared_ptr<boost::asio::ip::tcp::socket> socket_of(
    const std::shared_ptr<Client>& client) {
  return {client, &client->next_layer()};
}

// Carries bytes both ways until `local`'s other end, who answers, is done with the client, or the
// client takes nothing any more. How long a client may be silent is for who answers to say.
boost::asio::awaitable<void> carry(std::shared_ptr<Client> client,
                                   boost::asio::local::stream_protocol::socket local, bool tls);

}  // namespace postern::service_endpoints
