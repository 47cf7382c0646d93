// SPDX-License-Identifier: Apache-2.0
// Walk: the hops of one packet's path, collected in the order in which the program asks.
#pragma once

#include "explain/explanation.h"
#include "explain/place.h"
#include "explain/rules.h"
#include "explain/sight.h"

namespace postern::explain {

class Walk {
 public:
  Walk(const model::World& world, const Ground& ground, const model::NetworkInterface& source,
       IpAddress destination, Traffic traffic, const Sight& sight);

  // From the source to whatever is at the destination, and on from there.
  Path run() &&;

 private:
  // Where the traffic enters a load balancer.
  struct Entry {
    AtNode node;
    const model::NetworkInterface* endpoint = nullptr;  // its interface, if it is through one
    bool ask_inbound = true;                            // the NLB's inbound rules
  };

  void leave(const GroupIds& groups_there);
  Hop ask_inbound_rules(const model::NetworkInterface& interface, const char* step,
                        dataplane::Verdict denied) const;
  void go_on(const Nothing&);
  void go_on(const Router&);
  void go_on(const Resolver&);
  void go_on(const Metadata&);
  void go_on(const Dark& place);
  void go_on(const AtInstance& place);
  void go_on(const AtEndpoint& place);
  void go_on(const AtNode& place);

  void enter(const Entry& entry);
  bool refuse_ping(const std::string& step, const std::string& resource,
                   const std::string& account);
  void refuse_forgotten(const std::string& step, const std::string& resource,
                        const std::string& account, dataplane::Verdict verdict,
                        const std::string& because, std::string_view or_else = {});
  void choose_targets(const Entry& entry, const model::TargetGroup& group);
  Hop no_target(const Entry& entry, const model::TargetGroup& group, Hop hop) const;
  std::optional<Hop> listening_of(const model::TargetGroup& group, const model::Target& target,
                                  const model::NetworkInterface& interface,
                                  const Traffic& traffic) const;
  void ask_acls_of_branch(const Entry& entry, const model::NetworkInterface& target,
                          const Traffic& at_target, bool preserve, std::vector<Hop>& hops) const;
  Branch branch(const Entry& entry, const model::TargetGroup& group, const model::Target& target);
  Hop health_of(const Entry& entry, const model::TargetGroup& group, const model::Target& target,
                const model::NetworkInterface& interface) const;

  void pass(const model::NetworkInterface& interface, const std::string& resource);
  void add(Hop hop) { path_.hops.push_back(std::move(hop)); }

  const model::World& world_;
  const Ground& ground_;
  const model::NetworkInterface& source_;
  const model::Vpc* vpc_;
  Traffic traffic_;
  const Sight& sight_;
  Path path_;
};

}  // namespace postern::explain
