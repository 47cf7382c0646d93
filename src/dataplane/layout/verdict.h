// SPDX-License-Identifier: Apache-2.0
// The verdict list for C++: names, what is done with the packet, and what to tell people.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "dataplane/layout/layout.h"

namespace postern::dataplane {

enum class Verdict : std::uint32_t {
#define VERDICT(name, action, meaning) name = kPnVerdict##name,
#include "dataplane/layout/verdicts.def"
#undef VERDICT
};

enum class VerdictAction : std::uint32_t {
  Pass = kPnActionPass,      // sent on to where it goes
  Answer = kPnActionAnswer,  // answered in place
  Reset = kPnActionReset,    // dropped, and a TCP sender gets a RST
  Drop = kPnActionDrop,
};

// As verdicts.def and the operator's API write it.
constexpr std::string_view name_of(VerdictAction action) {
  constexpr std::array<std::string_view, 4> kNames = {"Pass", "Answer", "Reset", "Drop"};
  return kNames[static_cast<std::size_t>(action)];
}

struct VerdictInfo {
  Verdict verdict;
  std::string_view name;
  VerdictAction action;
  std::string_view meaning;  // a clause that begins in lower case, without a full stop
};

inline constexpr auto kVerdicts = std::to_array<VerdictInfo>({
#define VERDICT(name, action, meaning) {Verdict::name, #name, VerdictAction::action, meaning},
#include "dataplane/layout/verdicts.def"
#undef VERDICT
});
static_assert(kVerdicts.size() + 1 == kPnVerdictCount);

constexpr const VerdictInfo& info(Verdict verdict) {
  return kVerdicts[static_cast<std::size_t>(verdict) - 1];
}

}  // namespace postern::dataplane
