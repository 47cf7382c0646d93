// SPDX-License-Identifier: Apache-2.0
// Places: which metrics a packet counts for, by what the data plane calls its endpoint and its
// node.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "dataplane/layout/layout.h"
#include "model/metric.h"
#include "model/world.h"

namespace postern::metrics {

inline constexpr std::string_view kOfEndpoints = "AWS/PrivateLinkEndpoints";
inline constexpr std::string_view kOfServices = "AWS/PrivateLinkServices";
inline constexpr std::string_view kOfBalancers = "AWS/NetworkELB";

// What metrics are about: all of one but its name.
struct Scope {
  model::Id<model::Account> owner;
  std::string region;
  std::string_view name_space;
  std::map<std::string, std::string> dimensions;

  auto operator<=>(const Scope&) const = default;
};

// The dimension LoadBalancer, and TargetGroup: the end of the ARN.
// [NLB guide, "Metric dimensions for Network Load Balancers"]
std::string dimension_of(const model::LoadBalancer& balancer);
std::string dimension_of(const model::TargetGroup& group);

// Of all its zones, and of one of them.
std::vector<Scope> scopes_of(const model::LoadBalancer& balancer,
                             const model::LoadBalancerZone& zone);

class Places {
 public:
  // Those of `now`, and those of `before` that have gone since: what they have carried may not have
  // been read yet.
  Places(const model::World& before, const model::World& now);

  // The endpoint's whole, and its subnet's part.
  // [AWS PrivateLink guide, "CloudWatch metrics for AWS PrivateLink"]
  std::vector<Scope> endpoint(const pn_meter_key& key) const;
  // The service's whole, and its parts by zone, by load balancer, by both, and by endpoint.
  std::vector<Scope> service(const pn_meter_key& key) const;
  // The load balancer's whole, and its zone's part.
  std::vector<Scope> balancer(const pn_meter_key& key) const;

  // Whether it is the half, on the target's side, of a connection that a TLS listener ends.
  bool is_relayed(const pn_meter_key& key) const { return relayed_.contains(key.target); }

  // Whether what the key names is there.
  bool knows(const pn_meter_key& key) const;

 private:
  void add(const model::World& world);
  void add_targets(const model::World& world);

  struct Entrance {
    std::shared_ptr<const model::VpcEndpoint> endpoint;
    std::shared_ptr<const model::EndpointService> service;  // may be null
    std::string subnet;
  };
  struct Node {
    std::shared_ptr<const model::LoadBalancer> balancer;
    model::LoadBalancerZone zone;
  };
  std::map<std::uint32_t, Entrance> entrances_;  // by their interfaces' numbers
  std::map<std::uint32_t, Node> nodes_;
  std::set<std::uint32_t> targets_;
  std::set<std::uint32_t> relayed_;  // targets behind TLS listeners
};

}  // namespace postern::metrics
