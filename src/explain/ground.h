// SPDX-License-Identifier: Apache-2.0
// Ground: what stands in a VPC, by its address. An answer looks at two or three VPCs of what may be
// hundreds: each is gone through once, when it is first asked for.
#pragma once

#include <map>

#include "model/world.h"

namespace postern::explain {

// Where an endpoint's interface belongs to; null: its record is gone.
struct EndpointZone {
  const model::VpcEndpoint* endpoint = nullptr;
  const model::EndpointSubnet* subnet = nullptr;
};

// Thread safety: one thread. The World outlives it.
class Ground {
 public:
  explicit Ground(const model::World& world) : world_(world) {}

  // Whatever has the address, running or not; null: nothing.
  const model::NetworkInterface* interface_at(const model::Id<model::Vpc>& vpc,
                                              const IpAddress& address) const;
  EndpointZone endpoint_of(const model::NetworkInterface& interface) const;

 private:
  struct Found {
    std::map<IpAddress, const model::NetworkInterface*> interfaces;
    std::map<model::Id<model::NetworkInterface>, EndpointZone> endpoints;
  };

  const Found& in(const model::Id<model::Vpc>& vpc) const;

  const model::World& world_;
  mutable std::map<model::Id<model::Vpc>, Found> found_;
};

}  // namespace postern::explain
