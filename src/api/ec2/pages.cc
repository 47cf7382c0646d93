// SPDX-License-Identifier: Apache-2.0
#include "api/ec2/pages.h"

#include <algorithm>
#include <limits>

namespace postern::api::ec2 {
namespace {

constexpr int kMaxResultsMin = 5;
constexpr int kMaxResultsMax = 1000;

bool is_token(const std::string& text) {
  return text.size() <= 256 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

Result<Page> page_of(const std::optional<int>& max_results,
                     const std::optional<std::string>& next_token) {
  Page page{.items_max = std::numeric_limits<std::size_t>::max()};
  if (max_results) {
    if (*max_results < kMaxResultsMin) {
      return refuse(faults::InvalidParameterValue,
                    "Value ( {} ) for parameter maxResults is invalid. Expecting a value greater "
                    "than or equal to {}.",
                    *max_results, kMaxResultsMin);
    }
    page.items_max = static_cast<std::size_t>(std::min(*max_results, kMaxResultsMax));
  }
  if (next_token && !next_token->empty()) {
    if (!is_token(*next_token)) {
      return refuse(faults::InvalidNextToken, "The token is not valid");
    }
    page.from = *next_token;
  }
  return page;
}

}  // namespace postern::api::ec2
