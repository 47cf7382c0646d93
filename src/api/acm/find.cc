// SPDX-License-Identifier: Apache-2.0
#include "api/acm/find.h"

#include <algorithm>
#include <set>

namespace postern::api::acm {

Result<const model::Certificate*> find_certificate(const model::World& world,
                                                   const model::Caller& caller,
                                                   const std::string& arn) {
  if (!arn.starts_with("arn:aws:acm:") || arn.find(":certificate/") == std::string::npos) {
    return refuse(faults::AcmInvalidArn, "'{}' is not a valid certificate ARN", arn);
  }
  const auto* found = world.find(model::Id<model::Certificate>(arn));
  if (found == nullptr || !model::owns(caller, *found)) {
    return refuse(faults::AcmResourceNotFound, "Could not find certificate {}", arn);
  }
  return found;
}

std::vector<std::string> users_of(const model::World& world,
                                  const model::Id<model::Certificate>& certificate) {
  std::set<std::string> users;
  for (const auto& [id, listener] : world.all<model::Listener>()) {
    const auto& others = listener->other_certificates;
    if (listener->certificate == certificate ||
        std::ranges::find(others, certificate) != others.end()) {
      users.insert(listener->load_balancer.value);
    }
  }
  return {users.begin(), users.end()};
}

}  // namespace postern::api::acm
