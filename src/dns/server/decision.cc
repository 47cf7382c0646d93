// SPDX-License-Identifier: Apache-2.0
#include "dns/server/decision.h"

#include "dns/zones/zones.h"

namespace postern::dns {
namespace {

Decision about_other_names(const Query& query, const Circumstances& circumstances) {
  if (!circumstances.has_upstreams) {
    return Answer{.rcode = Rcode::NameError};
  }
  // [VPC guide, "Amazon DNS server": recursive queries only]
  if (!query.recursion_desired) {
    return Answer{.rcode = Rcode::Refused};
  }
  return AskUpstream{};
}

}  // namespace

Decision decide(const model::World& world, const model::Id<model::Vpc>& vpc, const Query& query,
                const Circumstances& circumstances) {
  const model::Vpc* found = world.find(vpc);
  if (found == nullptr) {
    return Ignore{};
  }
  if (query.problem != Rcode::NoError) {
    return Answer{.rcode = query.problem};
  }
  if (auto own = answer(world, *found, *query.question, circumstances.asking)) {
    return std::move(*own);
  }
  return about_other_names(query, circumstances);
}

}  // namespace postern::dns
