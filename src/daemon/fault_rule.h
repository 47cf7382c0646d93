// SPDX-License-Identifier: Apache-2.0
// What `postern fault` may break: pure. A wish becomes a fault, or a refusal that says what to
// name.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "model/faults.h"

namespace postern::daemon {

inline constexpr std::chrono::seconds kFaultLasts{600};
inline constexpr std::chrono::seconds kFaultLastsMax{86400};
inline constexpr std::chrono::milliseconds kDelayMax{60000};

// What is asked for. The texts are as they were typed.
struct FaultWish {
  std::string what;     // zone, target, node or eni
  std::string name;     // a zone, an instance, a load balancer, an interface
  std::string account;  // whose names of zones, load balancers and instances these are; empty: ids
  std::string zone;     // of a node
  // Of an eni or a target: 0 and 0 means that nothing goes in or out.
  int loss_percent = 0;
  std::chrono::milliseconds delay{0};
  std::chrono::seconds lasts = kFaultLasts;

  bool disturbs() const { return loss_percent != 0 || delay.count() != 0; }
};

// Puts the fault. One about the same place takes the place of an older one.
Result<model::Fault> begin_fault(model::Transaction& tx, const std::string& region,
                                 const FaultWish& wish);

// Takes it away; refused if there is none of that id.
Result<> clear_fault(model::Transaction& tx, const std::string& id);
void clear_faults(model::Transaction& tx);

}  // namespace postern::daemon
