// SPDX-License-Identifier: Apache-2.0
// What the metadata service says to a request of an instance's: versions 1 and 2. Pure.
// [EC2 user guide, "Use the Instance Metadata Service to access instance metadata", "Query rate and
// errors"]
#pragma once

#include <variant>

#include "api/wire/http.h"
#include "model/world.h"

namespace postern::metadata {

// Whoever has the address in the VPC; null when that is no instance.
const model::Instance* instance_at(const model::World& world, const model::Id<model::Vpc>& vpc,
                                   const IpAddress& address);

// The instance's keys have to be renewed before there is an answer: see role.h.
struct NeedsKeys {};

struct Said {
  api::wire::HttpResponse response;
  // That the answer may pass on its way: HttpPutResponseHopLimit, of the answer that has a token.
  std::optional<int> hop_limit;
};

using Answer = std::variant<Said, NeedsKeys>;
Answer answer(const model::World& world, const model::Instance& instance,
              const api::wire::HttpRequest& request, TimePoint now);

// To whom no instance is known, and to bytes that are no request.
api::wire::HttpResponse refusal(int status);

}  // namespace postern::metadata
