// SPDX-License-Identifier: Apache-2.0
// The DNS question before a connection, and why it has no answer.
#pragma once

#include <string>
#include <vector>

#include "explain/explanation.h"
#include "model/world.h"

namespace postern::explain {

// Asks the resolver of the source's VPC as the source would: the addresses, and the hops that the
// question is.
std::vector<IpAddress> look_up(const model::World& world, const model::NetworkInterface& source,
                               const std::string& name, std::vector<Hop>& hops);

}  // namespace postern::explain
