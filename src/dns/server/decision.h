// SPDX-License-Identifier: Apache-2.0
// What is to be done with a query that a VPC's resolver got.
#pragma once

#include <variant>

#include "dns/wire/message.h"
#include "dns/zones/zones.h"
#include "model/world.h"

namespace postern::dns {

struct Ignore {};  // the VPC is gone
struct AskUpstream {};
using Decision = std::variant<Ignore, AskUpstream, Answer>;

struct Circumstances {
  bool has_upstreams = false;
  Asking asking;
};

Decision decide(const model::World& world, const model::Id<model::Vpc>& vpc, const Query& query,
                const Circumstances& circumstances);

}  // namespace postern::dns
