// SPDX-License-Identifier: Apache-2.0
#include "explain/broken.h"

#include <fmt/format.h>

#include "explain/fix.h"
#include "model/faults.h"

namespace postern::explain {

Hop cut_off(const model::NetworkInterface& interface, const model::Fault& fault,
            std::optional<dataplane::Verdict> verdict) {
  return {.step = "fault",
          .resource = interface.id.value,
          .account = interface.owner.value,
          .judgement = Judgement::Stops,
          .because =
              fmt::format("{} is broken on purpose: {} ({})", interface.id, fault.id, fault.about),
          .verdict = verdict,
          .fixes = {clear_fault(fault)}};
}

std::optional<Hop> disturbed(const model::World& world, const model::NetworkInterface& interface) {
  const model::Fault* fault = model::disturbing(world, interface.id);
  if (fault == nullptr) {
    return std::nullopt;
  }
  std::string what;
  if (fault->loss_percent != 0) {
    what = fmt::format("{} % of its packets are lost", fault->loss_percent);
  }
  if (fault->delay_ms != 0) {
    what +=
        fmt::format("{}what it is sent is {} ms late", what.empty() ? "" : ", ", fault->delay_ms);
  }
  return Hop{.step = "fault",
             .resource = interface.id.value,
             .account = interface.owner.value,
             .because = fmt::format("{} is broken on purpose: {} ({}): {}", interface.id, fault->id,
                                    fault->about, what),
             .fixes = {clear_fault(*fault)}};
}

}  // namespace postern::explain
