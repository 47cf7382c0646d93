// SPDX-License-Identifier: Apache-2.0
// A connection that has become a WebSocket. Only for http_session.cc.
#pragma once

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "api/server/http_session.h"

namespace postern::api::server {

// Answers `request`, and carries messages between the client and `peer` until one of them ends.
asio::awaitable<void> join(Stream stream,
                           const beast::http::request<beast::http::buffer_body>& request,
                           WebSocketPeer peer, Shared& shared);

}  // namespace postern::api::server
