// SPDX-License-Identifier: Apache-2.0
// Which steps lead from what the machine holds to what it shall hold, and in which order. Pure.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dataplane/compile/program.h"
#include "dataplane/kernel/kernel.h"

namespace postern::dataplane {

// What was found on the machine.
struct Actual {
  Tables tables;                      // sorted
  std::vector<FoundLink> links;       // sorted
  std::vector<std::string> services;  // VPC ids, sorted
  // What the machine was last brought to, if it still holds that: then `tables` are not looked at,
  // and of namespaces only those are made (again) that shall be others or are gone.
  std::optional<Program> applied;
  std::uint64_t revision = 0;
};

struct EraseRows {
  Table rows;
};
struct PutRows {
  Table rows;
};
struct Settle {};
struct EnsureServices {
  Services services;
};
struct AttachLink {
  Link link;
};
struct RemoveLink {
  Link link;
};
struct RemoveServices {
  std::string vpc_id;
};
struct SetRevision {
  std::uint64_t revision = 0;
};
using Step = std::variant<EraseRows, PutRows, Settle, EnsureServices, AttachLink, RemoveLink,
                          RemoveServices, SetRevision>;

// For errors: "writing 3 rows of pn_groups".
std::string describe(const Step& step);

// Take away; wait until no packet is judged by what was; make what others point at, then what
// points; take up links; remove what is left. After any number of steps, rules and endpoints let
// nothing through that neither the World before nor the new one does.
std::vector<Step> plan(const Actual& actual, const Program& desired);

}  // namespace postern::dataplane
