// SPDX-License-Identifier: Apache-2.0
// What explain says to a path's question, as Reachability Analyzer says it. Pure.
// [Reachability Analyzer guide, "How Reachability Analyzer works", "Explanation codes"]
#pragma once

#include <vector>

#include "api/insights/items.h"
#include "base/result.h"

namespace postern::api::insights {

struct Finding {
  bool path_found = false;
  std::vector<PathComponentItem> forward_path;  // of the shortest way that nothing stops
  std::vector<PathComponentItem> return_path;
  std::vector<ExplanationItem> explanations;  // if there is none
  std::string warning;
};

// From the World as the path's owner sees it: what is in other accounts neither stops nor is shown.
// Refused when the source or destination is gone.
Result<Finding> find_path(const model::World& world, const model::NetworkInsightsPath& path);

// The id in an ARN of EC2's, or the text itself.
std::string id_in(const std::string& name);

}  // namespace postern::api::insights
