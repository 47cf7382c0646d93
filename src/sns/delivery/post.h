// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <expected>
#include <string>

#include "api/wire/http.h"
#include "sns/delivery/url.h"

namespace postern::sns {

// Sends the request, and gives the status of the answer or why there is none.
boost::asio::awaitable<std::expected<int, std::string>> post(boost::asio::io_context& io, Url url,
                                                             api::wire::HttpRequest request,
                                                             std::chrono::milliseconds timeout);

}  // namespace postern::sns
