// SPDX-License-Identifier: Apache-2.0
#include "model/choose.h"

namespace postern::model {

void choose(Transaction& tx, const Settings& settings) {
  if (chosen(tx.world()) != settings) {
    tx.put(settings);
  }
}

Settings chosen(const World& world) {
  const Settings* row = world.find(Settings().id);
  return row == nullptr ? Settings() : *row;
}

}  // namespace postern::model
