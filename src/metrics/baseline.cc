// SPDX-License-Identifier: Apache-2.0
#include "metrics/baseline.h"

#include <array>
#include <cstring>

namespace postern::metrics {
namespace {

pn_meter difference(const pn_meter& now, const pn_meter& before) {
  const bool anew = now.packets < before.packets || now.bytes < before.bytes;
  const pn_meter base = anew ? pn_meter{} : before;
  return {.packets = now.packets - base.packets,
          .bytes = now.bytes - base.bytes,
          .resets = now.resets - base.resets};
}

}  // namespace

bool Baseline::Order::operator()(const pn_meter_key& a, const pn_meter_key& b) const {
  return std::memcmp(&a, &b, sizeof a) < 0;  // padding is zero
}

Baseline::Baseline(std::string_view saved) {
  if (saved.size() % sizeof(Counted) != 0) {
    return;
  }
  for (; !saved.empty(); saved.remove_prefix(sizeof(Counted))) {
    Counted row{};
    std::memcpy(&row, saved.data(), sizeof row);
    known_[row.key] = {.meter = row.meter};
  }
}

std::string Baseline::saved() const {
  std::string out;
  out.reserve(known_.size() * sizeof(Counted));
  for (const auto& [key, known] : known_) {
    const Counted row{.key = key, .meter = known.meter};
    std::array<char, sizeof row> bytes{};
    std::memcpy(bytes.data(), &row, sizeof row);
    out.append(bytes.data(), bytes.size());
  }
  return out;
}

std::vector<Counted> Baseline::advance(const std::vector<Counted>& totals) {
  std::vector<Counted> out;
  for (const Counted& total : totals) {
    Known& known = known_[total.key];
    const pn_meter more = difference(total.meter, known.meter);
    if (more.packets > 0) {
      out.push_back({.key = total.key, .meter = more});
      known = {.meter = total.meter};
    }
  }
  return out;
}

std::vector<pn_meter_key> Baseline::forget(
    const std::function<bool(const pn_meter_key&)>& is_over) {
  std::vector<pn_meter_key> out;
  for (auto at = known_.begin(); at != known_.end();) {
    if (!at->second.grew && is_over(at->first)) {
      out.push_back(at->first);
      at = known_.erase(at);
      continue;
    }
    at->second.grew = false;
    ++at;
  }
  return out;
}

}  // namespace postern::metrics
