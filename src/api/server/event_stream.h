// SPDX-License-Identifier: Apache-2.0
// An answer that goes on for as long as there are events. Only for http_session.cc.
#pragma once

#include "api/server/http_session.h"

namespace postern::api::server {

// Sends what comes out of `events` in chunks, until it or the client ends. The connection is over
// then.
asio::awaitable<void> pour(Stream& stream, EventStream events, Shared& shared);

}  // namespace postern::api::server
