// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <expected>
#include <string>
#include <vector>

#include "api/wire/http.h"
#include "api/wire/url.h"
#include "base/net.h"

namespace postern::sns {

// Sends the request to an address of `networks`, and gives the status of the answer or why there is
// none. A name is looked up first, and what it stands for is judged: not the name.
boost::asio::awaitable<std::expected<int, std::string>> post(boost::asio::io_context& io,
                                                             api::wire::Url url,
                                                             api::wire::HttpRequest request,
                                                             std::vector<Cidr> networks,
                                                             std::chrono::milliseconds timeout);

}  // namespace postern::sns
