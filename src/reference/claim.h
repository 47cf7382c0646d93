// SPDX-License-Identifier: Apache-2.0
// What an admitted connection takes: a place among its link's half-open ones, and its addresses and
// ports at the other side.
#pragma once

#include "reference/datagram.h"

namespace postern::reference {

// Fills in what the connection begins with. `takes_port`: it leaves from a node's address, at the
// port that `packet` says. What holds its addresses and ports and is over is forgotten; or why it
// cannot have them.
std::optional<Verdict> claim(const Maps& maps, const Settings& settings, const Packet& packet,
                             bool takes_port, Connection& connection, FlowState& state);

}  // namespace postern::reference
