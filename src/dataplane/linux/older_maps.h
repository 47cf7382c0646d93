// SPDX-License-Identifier: Apache-2.0
// Pinned maps of an older layout, and how ours come to their place without a connection being lost:
// ours are pinned in RunDir::next() and filled, links are given the newer program, connections are
// taken over, and then ours are moved over the older ones. Each step may be the last one before a
// crash; the next start goes on from there. [docs/adr/0014]
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "dataplane/linux/run_dir.h"

namespace postern::dataplane {

enum class Pins {
  Ours,   // of this layout, or none
  Older,  // of a layout whose connections can be taken over
};

// What is pinned in `dir`. Ends a move that a crash has interrupted. Refused if it is of a layout
// that this Postern does not know.
Result<Pins> look_at_pins(const RunDir& dir);

// Takes the older maps away, with all that they hold.
Result<> drop_older_maps(const RunDir& dir);

// Takes pn_counters away if it was made for fewer verdicts: it grants nothing, and begins anew.
Result<> drop_counters_of_fewer_verdicts(const RunDir& dir);

// Whether a program only works on the map. Those are not pinned: each load has its own, of its own
// version's shape.
bool is_scratch(std::string_view map);

// Takes away those that an older version has pinned.
Result<> drop_scratch(const RunDir& dir);

// Moves the maps of RunDir::next() over the older ones, which go.
Result<> replace_older_maps(const RunDir& dir);

// Where the map that packets meet, or soon will, is pinned.
std::string pin_of_map(const RunDir& dir, const std::string& name);

}  // namespace postern::dataplane
