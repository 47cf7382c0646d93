// SPDX-License-Identifier: Apache-2.0
// Faults as the operator's API has them.
//
//   POST   /faults         {what: zone | target | node | eni, name, account?, zone?, loss_percent?,
//                           delay_ms?, seconds?} -> a fault
//   GET    /faults         -> {faults: all of them}
//   DELETE /faults[/ID]    -> {cleared: [ID]}
//   POST   /expired-flows  {idle_seconds?} -> {expired: how many connections}
//
// A fault: {fault_id, kind: zone | interface, subject, about, loss_percent, delay_ms, begun_at,
// ends_at, seconds_left}.
#pragma once

#include <boost/json.hpp>
#include <functional>

#include "api/server/operator_door.h"
#include "daemon/fault_rule.h"

namespace postern::daemon {

// Who does it. [FaultKeeper]
struct FaultParts {
  std::function<Result<model::Fault>(const FaultWish&)> begin;
  // Of that id; empty: all of them.
  std::function<Result<>(const std::string& id)> clear;
  // How many connections, of those that have been silent for so long.
  std::function<Result<std::uint32_t>(std::uint32_t idle_seconds)> expire_flows;
};

bool is_about_faults(std::string_view target);
api::server::OperatorAnswer faults_answer(const FaultParts& parts, const model::World& world,
                                          TimePoint now,
                                          const api::server::OperatorRequest& request);

// InvalidParameterValue for a body that is none.
Result<FaultWish> fault_wish(const std::string& body);

boost::json::object fault_object(const model::Fault& fault, TimePoint now);
boost::json::object fault_list(const model::World& world, TimePoint now);

// How long a connection has been silent that is expired now; a second if the body does not say.
Result<std::uint32_t> idle_seconds(const std::string& body);

}  // namespace postern::daemon
