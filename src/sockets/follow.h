// SPDX-License-Identifier: Apache-2.0
// The loop of those who are somebody in VPCs: what they have open there follows the World.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>

#include "base/inbox.h"
#include "sockets/asio.h"
#include "sockets/each_vpc.h"

namespace postern::sockets {

// Until `io` stops: `each` has what `wanted` says of the newest World, a map by ids whose values
// `open` opens. Looks every 50 ms for a newer World, and for namespaces that were not there yet.
// What is given outlives the loop.
template <class World, class T, class Wanted, class Open>
boost::asio::awaitable<void> keep_following(boost::asio::io_context& io,
                                            const Published<World>& world, EachVpc<T>& each,
                                            Wanted wanted, Open open) {
  std::shared_ptr<const World> seen;
  boost::asio::steady_timer timer(io);
  for (;;) {
    const auto newest = world.get();
    if (newest != seen || each.waits()) {
      each.follow(wanted(*newest), open);
      seen = newest;
    }
    timer.expires_after(std::chrono::milliseconds(50));
    co_await timer.async_wait(kAwait);
  }
}

}  // namespace postern::sockets
