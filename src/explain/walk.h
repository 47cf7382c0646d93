// SPDX-License-Identifier: Apache-2.0
// Walk: the hops of one packet's path, collected in the order in which the program asks.
#pragma once

#include "explain/acls.h"
#include "explain/explanation.h"
#include "explain/place.h"
#include "explain/rules.h"
#include "explain/sight.h"
#include "model/target_health.h"

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
    bool relayed = false;                               // the relay's own connection goes on
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

  void reach_aws(const AtEndpoint& place);
  void enter(const Entry& entry);
  bool refuse_ping(const std::string& step, const std::string& resource,
                   const std::string& account);
  void refuse_forgotten(const std::string& step, const std::string& resource,
                        const std::string& account, dataplane::Verdict verdict,
                        const std::string& because, std::string_view or_else = {});
  Hop at_relay(const model::NetworkInterface& node, Hop hop) const;
  void end_at_relay(const Entry& entry, Hop hop);
  std::vector<Branch> ways_by_rules(const Entry& entry, const model::Listener& listener) const;
  void choose_targets(const Entry& entry, const std::vector<model::Share>& shares);
  Hop no_target(const Entry& entry, const model::TargetGroup& group, Hop hop) const;
  std::optional<Hop> listening_of(const model::TargetGroup& group, const model::Target& target,
                                  const model::NetworkInterface& interface,
                                  const IpAddress& address, const Traffic& traffic) const;
  static End first_end(const Entry& entry);
  void ask_acls_to(const Entry& entry, dataplane::Verdict at_node, std::vector<Hop>& hops) const;
  void ask_acls_back(const Entry& entry, std::vector<Hop>& hops) const;
  // What comes to a target.
  struct AtTarget {
    const model::NetworkInterface& interface;
    const IpAddress& address;  // of the target
    const IpAddress& seen;     // where it comes from
    const Traffic& traffic;
    bool preserve;  // it comes from the client's own address and port
  };
  void ask_acls_there_and_back(const End& there, dataplane::Verdict in_denied);
  void ask_acls_of_branch(const Entry& entry, const AtTarget& at, std::vector<Hop>& hops) const;
  Branch branch(const Entry& entry, const model::TargetGroup& group,
                const model::Target& target) const;
  std::vector<Branch> ways_to(const Entry& entry, const model::TargetGroup& group,
                              const model::Target& target) const;
  Hop health_of(const Entry& entry, const model::TargetGroup& group, const model::Target& target,
                const model::NetworkInterface& interface, const IpAddress& address) const;

  void pass(const model::NetworkInterface& interface, const std::string& resource);
  void add(Hop hop) { path_.hops.push_back(std::move(hop)); }

  const model::World& world_;
  const Ground& ground_;
  const model::NetworkInterface& source_;
  const model::Vpc* vpc_;
  IpAddress from_;  // that the source sends from: of the destination's family
  Traffic traffic_;
  const Sight& sight_;
  Path path_;
};

}  // namespace postern::explain
