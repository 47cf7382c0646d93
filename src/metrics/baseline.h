// SPDX-License-Identifier: Apache-2.0
// Baseline: what of the data plane's counts is told already. They only grow; what is new is how
// much they have grown by.
#pragma once

#include <compare>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/layout/layout.h"

namespace postern::metrics {

struct Counted {
  pn_meter_key key;
  pn_meter meter;
};

class Baseline {
 public:
  // `saved` by an earlier one, or empty. What cannot be read is as if empty.
  explicit Baseline(std::string_view saved);

  // What `totals` have grown by. Totals that are smaller than before began anew at 0.
  std::vector<Counted> advance(const std::vector<Counted>& totals);

  // The keys that `is_over`, and that did not grow between the last two calls of this. They are
  // known no more.
  std::vector<pn_meter_key> forget(const std::function<bool(const pn_meter_key&)>& is_over);

  std::string saved() const;

 private:
  struct Order {
    bool operator()(const pn_meter_key& a, const pn_meter_key& b) const;
  };
  struct Known {
    pn_meter meter{};
    bool grew = true;
  };
  std::map<pn_meter_key, Known, Order> known_;
};

}  // namespace postern::metrics
