// SPDX-License-Identifier: Apache-2.0
// POST /explain of the operator's API.
//
//   {from, to, protocol?, established?, as?}  as `postern explain` takes them; `to` with its port
//   -> {from, instance, account, address, to, protocol, port, answer, lookup, paths}
//
// `answer`: reachable, unreachable, or unknown. A path is {destination, zone, hops, passages,
// targets, packet}; a passage is an interface on its way; a hop {step, resource, account,
// judgement, because, verdict?, fixes, advice?}; `packet` is what the program in the kernel says to
// a first packet of the path: {verdict, meaning, agrees}. When it says another thing than the rules
// do, the answer is unknown. With `as`, an account's id or name, it is what that account may see:
// explain/view.h.
#pragma once

#include <functional>

#include "api/server/operator_door.h"
#include "dataplane/layout/verdict.h"
#include "explain/sight.h"
#include "model/world.h"
#include "reference/datagram.h"

namespace postern::daemon {

// What the machine says beside the rules.
struct Witnesses {
  std::function<Result<dataplane::Verdict>(const reference::Packet&)> judge;  // the packet program
  explain::Sight sight;
};

// `world` is what the kernel's maps hold.
api::server::OperatorAnswer explain_answer(const model::World& world, const std::string& body,
                                           const Witnesses& witnesses);

}  // namespace postern::daemon
