// SPDX-License-Identifier: Apache-2.0
// How much of explain's answers and of what `postern watch` shows one account may see. An operator
// sees all of it; an account what is its own, and that others' parts pass or stop.
#pragma once

#include <boost/json/object.hpp>

#include "base/result.h"
#include "model/world.h"

namespace postern::explain {

// Whether `account` may ask for the way from `from` to `to`: from its own instance or interface, to
// an address, a DNS name, what is its own, or a service that it may connect to. Refused as if
// others' resources did not exist.
Result<> check_question(const model::World& world, const model::Id<model::Account>& account,
                        const std::string& from, const std::string& to);

// The answer (daemon/explain_api.h) with others' hops reduced to their step and judgement.
boost::json::object explain_view(boost::json::object answer,
                                 const model::Id<model::Account>& account);

// The events (daemon/event_log.h) of packets that `account` sent.
boost::json::object events_view(boost::json::object answer,
                                const model::Id<model::Account>& account);

}  // namespace postern::explain
