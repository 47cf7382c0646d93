// SPDX-License-Identifier: Apache-2.0
#include "reference/draw.h"

#include <algorithm>
#include <bit>
#include <initializer_list>
#include <span>

namespace postern::reference {
namespace {

// The hash is of MurmurHash3's kind; which words it takes in, and in which order, is the programs'
// own choice, and who predicts a target must know it.
class Hash {
 public:
  explicit Hash(std::uint32_t seed) : value_(seed) {}
  void add(std::uint32_t word) {
    value_ = std::rotl(value_ ^ word * 0xcc9e2d51U, 13) * 0x1b873593U;
    value_ ^= value_ >> 16;
  }
  std::uint32_t finish() const {
    const std::uint32_t mixed = (value_ ^ value_ >> 15) * 0x85ebca6bU;
    return mixed ^ mixed >> 13;
  }

 private:
  std::uint32_t value_;
};

// What is on the wire, read as this machine reads words.
std::uint16_t wire16(std::uint16_t value) {
  return std::endian::native == std::endian::little ? std::byteswap(value) : value;
}

// Murmur's second finisher, of the hash and the number of the draw.
std::uint32_t slot_of(std::uint32_t hash, std::uint32_t number, std::uint32_t mask) {
  std::uint32_t mixed = (hash + number * 0x9e3779b9U) * 0x85ebca6bU;
  mixed = (mixed ^ mixed >> 15) * 0xc2b2ae35U;
  return (mixed ^ mixed >> 16) & mask;
}

}  // namespace

std::uint32_t connection_hash(const Tuple& begin, std::uint32_t sequence) {
  Hash hash(begin.vpc);
  hash.add(begin.protocol);
  const pn_addr source = word_of(begin.source);
  const pn_addr destination = word_of(begin.destination);
  for (int word = 0; word < 4; ++word) {
    hash.add(source.word_be[word]);
    hash.add(destination.word_be[word]);
  }
  hash.add(std::uint32_t{wire16(begin.source_port)} << 16 | wire16(begin.destination_port));
  hash.add(sequence);
  return hash.finish();
}

std::uint32_t client_hash(const Tuple& begin) {
  Hash hash(begin.vpc);
  hash.add(0);
  for (const std::uint32_t word : word_of(begin.source).word_be) {
    hash.add(word);
  }
  return hash.finish();
}

const pn_share* draw(const pn_split& split, std::uint32_t hash) {
  const std::uint32_t drawn = slot_of(hash, kPnDraws, ~0U);
  const auto shares = std::span(split.shares).first(split.count);
  const auto found =
      std::ranges::find_if(shares, [&](const pn_share& share) { return drawn <= share.last; });
  return found == shares.end() ? nullptr : &*found;
}

std::uint32_t draw(const pn_choice& choice, std::uint32_t hash) {
  for (std::uint32_t number = 0; number < kPnDraws; ++number) {
    const std::uint16_t slot = choice.slots[slot_of(hash, number, choice.slot_mask)];
    if (slot != 0) {
      return choice.targets[slot - 1];
    }
  }
  return choice.targets[std::uint64_t{hash} * choice.count >> 32];
}

}  // namespace postern::reference
