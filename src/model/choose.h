// SPDX-License-Identifier: Apache-2.0
// What the operator has chosen.
#pragma once

#include "model/transaction.h"

namespace postern::model {

void choose(Transaction& tx, const Settings& settings);
Settings chosen(const World& world);

}  // namespace postern::model
