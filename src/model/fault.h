// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <string>

#include "model/account.h"

namespace postern::model {

enum class FaultKind {
  Zone,       // all interfaces in the zone
  Interface,  // one
};
BOOST_DESCRIBE_ENUM(FaultKind, Zone, Interface)

// Something that is broken on purpose, for a time: nothing goes in or out there; or, where a loss
// or a delay is given, packets of the interface are lost or late.
struct Fault {
  static constexpr const char* kTable = "fault";
  Id<Fault> id;  // fault-…
  FaultKind kind = FaultKind::Interface;
  std::string subject;   // a zone's id (apne1-az4), or eni-…
  std::string about;     // as it was asked for: "zone ap-northeast-1a", "target i-…"
  int loss_percent = 0;  // of what it sends and of what it is sent
  int delay_ms = 0;      // of what it is sent
  TimePoint begun_at;
  TimePoint ends_at;  // from then on it is no more
};
BOOST_DESCRIBE_STRUCT(Fault, (),
                      (id, kind, subject, about, loss_percent, delay_ms, begun_at, ends_at))

}  // namespace postern::model
