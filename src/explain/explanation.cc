// SPDX-License-Identifier: Apache-2.0
#include "explain/explanation.h"

#include <algorithm>
#include <span>

namespace postern::explain {
namespace {

Judgement worse(Judgement a, Judgement b) {
  if (a == Judgement::Stops || b == Judgement::Stops) {
    return Judgement::Stops;
  }
  return a == Judgement::Passes ? b : a;
}

// The first hop that stops the sender's packet in the fabric.
const Hop* first_stop(const std::vector<Hop>& all, std::optional<std::size_t> relay) {
  const auto hops = std::span(all).first(relay.value_or(all.size()));
  const auto found = std::ranges::find_if(
      hops, [](const Hop& hop) { return hop.judgement == Judgement::Stops && hop.verdict; });
  return found == hops.end() ? nullptr : &*found;
}

}  // namespace

Judgement judgement_of(const std::vector<Hop>& hops) {
  Judgement judged = Judgement::Passes;
  for (const Hop& hop : hops) {
    judged = worse(judged, hop.judgement);
  }
  return judged;
}

Judgement judgement_of(const Path& path) {
  Judgement judged = judgement_of(path.hops);
  for (const Branch& branch : path.branches) {
    judged = worse(judged, judgement_of(branch.hops));
  }
  return judged;
}

Judgement judgement_of(const Explanation& explanation) {
  Judgement judged = judgement_of(explanation.lookup);
  for (const Path& path : explanation.paths) {
    judged = worse(judged, judgement_of(path));
  }
  return judged;
}

std::vector<dataplane::Verdict> verdicts_of(const Path& path) {
  if (const Hop* stop = first_stop(path.hops, path.relay)) {
    return {*stop->verdict};
  }
  if (path.branches.empty() || path.relay) {
    return {path.admitted};
  }
  std::vector<dataplane::Verdict> verdicts;
  for (const Branch& branch : path.branches) {
    const Hop* stop = first_stop(branch.hops, branch.relay);
    const dataplane::Verdict verdict = stop != nullptr ? *stop->verdict : path.admitted;
    if (std::ranges::find(verdicts, verdict) == verdicts.end()) {
      verdicts.push_back(verdict);
    }
  }
  return verdicts;
}

}  // namespace postern::explain
