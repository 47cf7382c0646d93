// SPDX-License-Identifier: Apache-2.0
// What explain says, as values.
//
// A connection may have several paths: a DNS name has an address in each zone, and behind a load
// balancer each target is a branch. A path's hops are in the order in which the packet program asks
// (dataplane/layout/layout.h, "judgement"), so the first one that stops it names the verdict that
// the packet gets. Those behind it are judged all the same: whoever mends one thing wants to know
// what comes next.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/net.h"
#include "dataplane/layout/verdict.h"
#include "model/network_acl.h"
#include "model/security_group.h"

namespace postern::explain {

enum class Judgement {
  Passes,
  Stops,
  Unknown,  // nothing here stops it, and whether it works is not for these rules to say
};

// What would mend a hop: a command to type as it is, and whose credentials it needs.
struct Fix {
  std::string account;
  std::string command;
};

// The records that a hop is about, for who has other words for them. What is not of its kind is
// empty.
struct Subject {
  std::string interface;  // whose rules, or whose subnet's
  bool egress = false;
  std::vector<std::string> groups;               // whose rules were asked
  std::optional<model::SecurityGroupRule> rule;  // that admits
  std::string group;                             // that the rule is of
  std::string acl;
  std::optional<model::NetworkAclEntry> entry;  // that decides; none: the one that ends all
  bool for_answers = false;                     // the packets back are asked about
};

struct Hop {
  std::string step;      // "inbound rules of the endpoint"
  std::string resource;  // id or ARN
  std::string account;   // its owner
  Judgement judgement = Judgement::Passes;
  std::string because;  // one clause: which rule, which state
  // How the packet fares if this hop is what stops it; nothing when no packet gets as far as the
  // fabric, when what stops it is the receiver's own, or when what is stopped are the answers.
  std::optional<dataplane::Verdict> verdict;
  std::vector<Fix> fixes;  // all of them, in this order
  std::string advice;      // what to do where no command can: "start a server there"
  Subject subject;
};

// An interface that the packet comes to.
struct Passage {
  std::string interface;  // eni-…
  IpAddress address;
  std::string resource;  // whose it is: an endpoint, a load balancer, an instance
  std::string account;
};

// From the choice of a target on.
struct Branch {
  std::string target;             // i-…, an address, or a target group's name: it has no target
  std::vector<Passage> passages;  // the load balancers' nodes on its way, and itself if it is there
  std::uint16_t port = 0;         // that it is registered with
  std::vector<Hop> hops;
  // As of a path: the Application Load Balancer that the load balancer's target is.
  std::optional<std::size_t> relay;
};

struct Path {
  IpAddress destination;
  std::string zone;  // as the owner of the source sees it; empty: not known
  std::vector<Hop> hops;
  std::vector<Passage> passages;  // up to the load balancer's node, or the receiver itself
  std::vector<Branch> branches;   // none where no load balancer is on the way
  dataplane::Verdict admitted{};  // the verdict when nothing stops it
  // The hop at which the sender's packets end and another's connection begins: a TLS listener, an
  // Application Load Balancer. What is behind it, branches too, is that one's.
  std::optional<std::size_t> relay;
};

struct Traffic {
  std::uint8_t protocol = 6;  // IP protocol number: TCP, UDP or ICMP (an echo request)
  std::uint16_t port = 0;     // destination
  // Not a connection's first packet, but one of a TCP connection that began long ago.
  bool established = false;
};

struct Explanation {
  std::string source;  // the interface
  std::string account;
  IpAddress address;  // of the source
  Traffic traffic;
  std::vector<Hop> lookup;  // before there is an address: the source's state, the DNS answer
  std::vector<Path> paths;  // none if the look-up stops
};

// The worst of the hops: Stops before Unknown before Passes.
Judgement judgement_of(const std::vector<Hop>& hops);
// Of a path: Passes only if each branch does.
Judgement judgement_of(const Path& path);
// Of all of it: one path that stops makes it Stops, since a client that draws its address waits.
Judgement judgement_of(const Explanation& explanation);

// The verdicts that the connection's first packet may get on this path, one for each branch.
// Nothing in it: no packet reaches the fabric.
std::vector<dataplane::Verdict> verdicts_of(const Path& path);

}  // namespace postern::explain
