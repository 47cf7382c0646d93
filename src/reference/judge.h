// SPDX-License-Identifier: Apache-2.0
// What the fabric does with a frame.
//
// Left to the programs: which source port a node takes (it is judged whether it may be taken), and
// FlowTableFull, since nothing here is ever full. Not seen: the client's first bytes behind a PROXY
// header, which leave by themselves.
#pragma once

#include "reference/datagram.h"

namespace postern::reference {

struct Outcome {
  Verdict verdict{};
  std::uint32_t port = 0;  // link that something is sent to; 0: nothing is
  Bytes frame;             // what is sent
  FlowState state;         // afterwards
};

Outcome judge(const Maps& maps, const Settings& settings, FlowState state, const Packet& packet);

}  // namespace postern::reference
