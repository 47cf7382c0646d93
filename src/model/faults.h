// SPDX-License-Identifier: Apache-2.0
// What is broken on purpose, and for how long.
#pragma once

#include "model/transaction.h"

namespace postern::model {

// The fault by which nothing goes in or out at the interface; null: none. One that only loses or
// delays is none.
const Fault* darkening(const World& world, const NetworkInterface& interface);

// The fault by which packets of the interface are lost or late; null: none.
const Fault* disturbing(const World& world, const Id<NetworkInterface>& interface);

// The interface that has the address in the VPC; null: none.
const NetworkInterface* interface_at(const World& world, const Id<Vpc>& vpc,
                                     const IpAddress& address);

// The interface of the node that a zone of an endpoint enters; null: none.
const NetworkInterface* node_behind(const World& world, const EndpointSubnet& subnet);

// Takes away the faults whose time is over, and those of interfaces that are gone.
void end_faults(Transaction& tx);

}  // namespace postern::model
