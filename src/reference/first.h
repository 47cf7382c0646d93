// SPDX-License-Identifier: Apache-2.0
// May this connection begin, and where does it go?
#pragma once

#include "reference/datagram.h"

namespace postern::reference {

struct Beginning {
  Verdict admitted{};
  Connection connection;
};

// Judges a packet of no tracked connection, which comes from `link`. `state` is left as it is but
// for the connections that hold the new one's addresses and ports and are over: they are forgotten.
std::expected<Beginning, Verdict> judge_first(const Maps& maps, const Settings& settings,
                                              const pn_port& link, const Packet& packet,
                                              const Datagram& datagram, FlowState& state);

}  // namespace postern::reference
