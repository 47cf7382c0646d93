// SPDX-License-Identifier: Apache-2.0
// POST /explain of the operator's API.
//
//   {from, to, protocol?}  as `postern explain` takes them; `to` with its port
//   -> {from, instance, account, address, to, protocol, port, answer, lookup, paths}
//
// `answer`: reachable, unreachable, or unknown. A path is {destination, zone, hops, targets,
// packet}; a hop {step, resource, account, judgement, because, verdict?, fixes}; `packet` is what
// the program in the kernel says to a first packet of the path: {verdict, meaning, agrees}.
// When it says another thing than the rules do, the answer is unknown.
#pragma once

#include <functional>

#include "api/server/operator_door.h"
#include "dataplane/layout/verdict.h"
#include "model/world.h"
#include "reference/datagram.h"

namespace postern::daemon {

using JudgePacket = std::function<Result<dataplane::Verdict>(const reference::Packet&)>;

// `world` is what the kernel's maps hold.
api::server::OperatorAnswer explain_answer(const model::World& world, const std::string& body,
                                           const JudgePacket& judge);

}  // namespace postern::daemon
