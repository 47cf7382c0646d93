// SPDX-License-Identifier: Apache-2.0
// POST /graph of the operator's API: what a resource leads to and stands on, and how to take it
// down.
//
//   {about} -> {about, resources: [{id, kind, account, stands_on, leads_to}],
//               tear_down: [{id, account, commands}],
//               staying: [{id, kind, account, used_by: [{id, kind, account}]}]}
#pragma once

#include <string>

#include "api/server/operator_door.h"
#include "model/world.h"

namespace postern::daemon {

api::server::OperatorAnswer graph_answer(const model::World& world, const std::string& body);

}  // namespace postern::daemon
