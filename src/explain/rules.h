// SPDX-License-Identifier: Apache-2.0
// Which rule of a side's security groups lets a packet through, and what to add if none does.
#pragma once

#include <string>
#include <vector>

#include "explain/explanation.h"
#include "model/world.h"

namespace postern::explain {

using GroupIds = std::vector<model::Id<model::SecurityGroup>>;

// Whoever is at the other end, as the rules see it.
struct Peer {
  IpAddress address;
  GroupIds groups;  // empty where its groups mean nothing to the rules
};

// A side's rules in one direction.
struct Question {
  GroupIds groups;
  bool egress = false;
  Traffic traffic;
  Peer peer;
};

// "tcp 80", "udp 53", "icmp echo".
std::string text(const Traffic& traffic);

// The hop that the rules are: which one admits, or none and the command that adds it. `hop` has its
// step and its verdict.
Hop ask_rules(const model::World& world, const Question& question, Hop hop);

}  // namespace postern::explain
