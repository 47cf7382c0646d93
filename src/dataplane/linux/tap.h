// SPDX-License-Identifier: Apache-2.0
// Taps: how what is behind a tap device of the host gets a link in the fabric.
//
// The tap stays where it is, in the host's namespace under its name, so that a hypervisor opens it
// when and as often as it likes. The link is a veth pair; its outer end stands beside the tap, and
// two programs of four instructions hand every frame of the one to the other before the host's own
// stack sees it. What has to be undone is noted on the link itself, as its alias, so that whoever
// removes the link can give the tap back.
#pragma once

#include <optional>
#include <string>

#include "dataplane/linux/netlink.h"

namespace postern::dataplane {

// What the alias of a tap's link says.
struct TapNote {
  std::string tap;
  unsigned ifindex = 0;  // of the tap; 0: not yet known
  bool made = false;     // by us: goes with the link. Else it is given back
  bool was_up = false;   // as it was found

  std::string text() const;
  // nullopt for what is no such note.
  static std::optional<TapNote> parse(const std::string& alias);
  bool operator==(const TapNote&) const = default;
};

// The outer end's name; the kernel puts the number.
constexpr const char* kOuterName = "pntap%d";

// Makes a tap that stays when nobody has it open. Called in the namespace that it shall be in.
Result<> make_tap(const std::string& name);

// Hands the frames that come from `from` to `to`, whatever else is attached there. Called in their
// namespace, as are the others here.
Result<> wire(unsigned from, unsigned to);

// Leaves the tap as it was found. One that is gone is no error.
Result<> give_back(Netlink& host, const TapNote& note);

}  // namespace postern::dataplane
