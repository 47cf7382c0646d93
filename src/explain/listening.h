// SPDX-License-Identifier: Apache-2.0
// Whether something waits for what reaches an interface: the last hop, which no rule decides.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "explain/explanation.h"
#include "explain/sight.h"
#include "model/world.h"

namespace postern::explain {

// What the sockets behind an interface say to traffic for it.
struct Listening {
  bool any = false;       // one of them takes it
  bool loopback = false;  // none does, and one would if it were not at the loopback address
  std::vector<std::uint16_t> others;  // ports of the same protocol that are taken, sorted
};
// nullopt: nobody can see.
std::optional<Listening> listening_at(const Sight& sight, const model::NetworkInterface& interface,
                                      const IpAddress& address, const Traffic& traffic);

// The hop that it is, or nothing where nobody can see or nothing has to listen (a ping).
std::optional<Hop> ask_listening(const Sight& sight, const model::NetworkInterface& interface,
                                 const IpAddress& address, const Traffic& traffic,
                                 const std::string& step);

}  // namespace postern::explain
