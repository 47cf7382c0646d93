// SPDX-License-Identifier: Apache-2.0
// Record codec: records of the World <-> the rows that a Store keeps.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/transaction.h"
#include "store/store.h"

namespace postern::store {

// Version of everything stored. Raise it when an older posternd would lose or misread what this one
// writes: a new record type, a new member, a new enumerator. Reading an older version needs nothing
// as long as a missing member's default is what it used to mean; what it cannot mean is added by
// model::complete_older_world().
inline constexpr int kSchemaVersion = 7;

// What `transaction` did, a row for each record that it touched.
std::vector<Change> changes_of(const model::Transaction& transaction);

// Puts the record of one row into `world`. An error names the table and the id.
Result<> read_row(std::string_view table, std::string_view id, std::string_view record,
                  model::WorldBuilder& world);

}  // namespace postern::store
