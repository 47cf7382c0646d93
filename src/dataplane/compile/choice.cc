// SPDX-License-Identifier: Apache-2.0
#include "dataplane/compile/choice.h"

#include <algorithm>
#include <bit>
#include <map>
#include <vector>

namespace postern::dataplane {
namespace {

// At least half of the slots are free, so that a place near its hash is soon found for each.
std::uint32_t slots_for(std::size_t targets) {
  const auto wanted = std::bit_ceil(2 * std::max<std::size_t>(targets, 1));
  return static_cast<std::uint32_t>(std::min<std::size_t>(wanted, kPnSlotsMax));
}

// The slot of each target: the first free one of those that its number draws. In the order of their
// numbers, so that who came later gives way.
std::map<std::uint32_t, std::uint32_t> places(std::span<const std::uint32_t> targets,
                                              std::uint32_t slots) {
  std::vector<bool> taken(slots);
  std::map<std::uint32_t, std::uint32_t> place;
  for (const std::uint32_t target : targets.first(std::min<std::size_t>(targets.size(), slots))) {
    std::uint32_t slot = pn_draw(target, 0, slots - 1);
    for (std::uint32_t draw = 1; taken[slot] && draw < slots; ++draw) {
      slot = pn_draw(target, draw, slots - 1);
    }
    while (taken[slot]) {
      slot = (slot + 1) & (slots - 1);
    }
    taken[slot] = true;
    place[target] = slot;
  }
  return place;
}

}  // namespace

pn_choice choice_of(std::span<const std::uint32_t> registered,
                    std::span<const std::uint32_t> routed) {
  const std::uint32_t slots = slots_for(registered.size());
  const auto place = places(registered, slots);
  pn_choice choice{.registered = static_cast<__u32>(registered.size()), .slot_mask = slots - 1};
  for (const std::uint32_t target : routed) {
    if (choice.count == kPnTargetsMax) {
      break;
    }
    choice.targets[choice.count++] = target;
    if (const auto at = place.find(target); at != place.end()) {
      choice.slots[at->second] = static_cast<__u16>(choice.count);
    }
  }
  return choice;
}

std::uint32_t drawn(const pn_choice& choice, std::uint32_t hash) {
  if (choice.count == 0) {
    return 0;
  }
  for (std::uint32_t draw = 0; draw < kPnDraws; ++draw) {
    if (const std::uint32_t index = choice.slots[pn_draw(hash, draw, choice.slot_mask)]) {
      return choice.targets[index - 1];
    }
  }
  return choice.targets[(std::uint64_t{hash} * choice.count) >> 32];
}

}  // namespace postern::dataplane
