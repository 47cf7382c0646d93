// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/world.h"

namespace postern::model {

// The key pair that the instance was started with, if it is still there.
inline const KeyPair* key_pair_of(const World& world, const Instance& instance) {
  for (const auto& [id, pair] : world.all<KeyPair>()) {
    if (pair->owner == instance.owner && pair->region == instance.region &&
        pair->name == instance.key_name) {
      return pair.get();
    }
  }
  return nullptr;
}

// Its public key, as ssh writes it; empty without one.
inline std::string public_key_of(const World& world, const Instance& instance) {
  const KeyPair* pair = key_pair_of(world, instance);
  return pair != nullptr ? pair->public_key : "";
}

}  // namespace postern::model
