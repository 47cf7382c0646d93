// SPDX-License-Identifier: Apache-2.0
// Which public addresses interfaces have, and the gateways that they need. They are objects: no
// packet comes by one.
#pragma once

#include <optional>

#include "model/transaction.h"

namespace postern::model {

// The interface that the elastic IP is associated with; null if none is, or is any more.
const NetworkInterface* interface_of(const World& world, const ElasticIp& address);

// The elastic IP that is associated with the interface, or null.
const ElasticIp* elastic_ip_of(const World& world, const Id<NetworkInterface>& interface);

// The interface's elastic IP, or the address that it was given at its launch.
std::optional<IpAddress> public_address_of(const World& world, const NetworkInterface& interface);

// The interface of the VPC that has the address as its public one; null: none.
const NetworkInterface* publicly_at(const World& world, const Id<Vpc>& vpc,
                                    const IpAddress& address);

// Whether any interface of the VPC has a public address.
bool has_public_addresses(const World& world, const Id<Vpc>& vpc);

// The internet gateway that is attached to the VPC, or null.
const InternetGateway* gateway_of(const World& world, const Id<Vpc>& vpc);

// Gives the elastic IP to the interface, with another association id than before, or to none.
void associate(Transaction& tx, ElasticIp address, const Id<NetworkInterface>& interface);
void disassociate(Transaction& tx, ElasticIp address);

}  // namespace postern::model
