// SPDX-License-Identifier: Apache-2.0
#include "model/timing.h"

#include "base/check.h"
#include "base/stable_hash.h"
#include "model/chosen.h"

namespace postern::model {
namespace {

using std::chrono::seconds;

struct Range {
  int low;
  int high;
};

// In seconds. AWS promises none of them; these are what its users see and what the waiters of its
// clients are made for.
Range usual(Passing passing) {
  switch (passing) {
    case Passing::InstancePending:
      return {15, 30};
    case Passing::InstanceStopping:
      return {20, 40};
    case Passing::InstanceShuttingDown:
      return {20, 40};
    case Passing::BalancerProvisioning:
      return {90, 150};
    case Passing::EndpointPending:
      return {40, 80};
    case Passing::EndpointDeleting:
      return {40, 80};
  }
  POSTERN_CHECK(false, "every passing state has its time");
}

}  // namespace

bool may_move_on(const Transaction& tx, Passing passing, TimePoint since, std::string_view id) {
  if (settings_of(tx.world()).timing == Timing::Immediate) {
    return true;
  }
  const Range range = usual(passing);
  const auto spread = static_cast<std::uint32_t>(range.high - range.low + 1);
  return tx.now() - since >= seconds(range.low + static_cast<int>(stable_hash(id) % spread));
}

}  // namespace postern::model
