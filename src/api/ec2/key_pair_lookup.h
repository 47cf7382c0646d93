// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "model/world.h"

namespace postern::api::ec2 {

// The caller's key pair of that name; InvalidKeyPair.NotFound.
inline Result<const model::KeyPair*> find_key_pair(const model::World& world,
                                                   const model::Caller& caller,
                                                   const std::string& name) {
  for (const auto& [id, pair] : world.all<model::KeyPair>()) {
    if (model::owns(caller, *pair) && pair->name == name) {
      return pair.get();
    }
  }
  return refuse(faults::InvalidKeyPairNotFound, "The key pair '{}' does not exist", name);
}

}  // namespace postern::api::ec2
