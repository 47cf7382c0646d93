// SPDX-License-Identifier: Apache-2.0
// What the resolver of a VPC knows by itself: names of endpoints, NLBs and instances.
//
// Who may know a name. AWS's names of endpoints and internal NLBs are public: anybody may resolve
// them to private addresses. Postern gives them only to those who have a use for them:
//   - an endpoint's names, while it is Available, in every VPC of its owner in its region;
//   - an NLB's names, while it is Active, in every VPC of its owner in its region;
//   - private names (ip-10-0-1-5.…) and their reverse, in the VPC that has the address;
//   - an endpoint's private DNS name, while it is Available, in its own VPC;
//   - names of private hosted zones, in the VPCs that the zone is associated with.
// Names of public hosted zones are known in every VPC: Postern is the internet's DNS for them.
// To everybody else such a name does not exist. The zones themselves are known everywhere, so these
// questions never leave the host.
#pragma once

#include <optional>

#include "dns/zones/answer.h"
#include "model/world.h"

namespace postern::dns {

// AWS's TTL of all these names, and how long their absence may be remembered.
inline constexpr std::uint32_t kTtlSeconds = 60;

// Who asks, and when.
struct Asking {
  IpAddress client;  // its zone may count; an address of none of the VPC's subnets has no zone
  std::uint32_t rotation = 0;  // turns the order of the addresses: count it up
};

// The answer of the resolver of `vpc`; nullopt when the name is in none of its zones, and others
// may be asked. Refused when the VPC has DNS support off.
std::optional<Answer> answer(const model::World& world, const model::Vpc& vpc,
                             const Question& question, const Asking& asking);

}  // namespace postern::dns
